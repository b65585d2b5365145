/**
 * `npm run package` packs the app for this system, by default as an unpacked folder in dist/; what electron-builder is to make can be
 * said behind `--`, for example `npm run package -- --linux AppImage deb`.
 *
 * --allow-fallback-runtime  pack the runtime that came from npm instead of Electron's own host: for tests, not for giving away
 * --with-model              pack the published network, too: the file under the Apache License, from its release or BACKLOT_MODEL_SOURCE
 * --output FOLDER           instead of dist/
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builderArguments } from './packaging/arguments.mjs';
import { emptiedModelFolder, packModel } from './packaging/model.mjs';
import { cacheDir, node24, root } from './setup/places.mjs';
import { entry, prepare } from './setup/prepare.mjs';
import { run, SetupError } from './setup/programs.mjs';

/**
 * @param {string} project
 * @returns {typeof import('../resources/models/manifest.json')}
 */
const manifestOf = (project) => JSON.parse(readFileSync(join(project, 'resources', 'models', 'manifest.json'), 'utf8'));

await entry(async () => {
  const { env, electron } = await prepare({ electron: true });
  if (!electron) throw new SetupError('There is no Electron runtime to pack.');
  const args = builderArguments(process.argv.slice(2), electron);
  const folder = emptiedModelFolder(root);
  if (process.argv.includes('--with-model')) {
    const licence = join(root, 'resources', 'models', 'LICENSE-APACHE-2.0.txt');
    await packModel({ folder, from: process.env.BACKLOT_MODEL_SOURCE, cache: cacheDir(), licence, manifest: manifestOf(root) });
  }
  await prepare({ build: true });
  return (await run(node24(), ['node_modules/electron-builder/cli.js', ...args], { cwd: root, env })).code;
});
