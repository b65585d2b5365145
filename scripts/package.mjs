/**
 * `npm run package` packs the app for this system, by default as an unpacked folder in dist/; what electron-builder is to make can be
 * said behind `--`, for example `npm run package -- --linux AppImage deb`.
 *
 * --allow-fallback-runtime  pack the runtime that came from npm instead of Electron's own host: for tests, not for giving away
 * --output FOLDER           instead of dist/
 */
import { builderArguments } from './packaging/arguments.mjs';
import { node24, root } from './setup/places.mjs';
import { entry, prepare } from './setup/prepare.mjs';
import { run, SetupError } from './setup/programs.mjs';

await entry(async () => {
  const { env, electron } = await prepare({ electron: true });
  if (!electron) throw new SetupError('There is no Electron runtime to pack.');
  const args = builderArguments(process.argv.slice(2), electron);
  await prepare({ build: true });
  return (await run(node24(), ['node_modules/electron-builder/cli.js', ...args], { cwd: root, env })).code;
});
