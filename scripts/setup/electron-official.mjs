/**
 * `node electron-official.mjs VERSION FOLDER` puts the official Electron release into FOLDER; exit code 2 when that was not possible.
 * A program of its own, because it runs on Node 24: that one honours a proxy of the environment and carries Electron's own unpacker.
 */
import { readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { extract } from '@electron-internal/extract-zip';
import { download } from './download.mjs';
import { root } from './places.mjs';
import { log } from './progress.mjs';

const [version = '', folder = ''] = process.argv.slice(2);
const name = `electron-v${version}-${process.platform}-${process.arch}.zip`;
const mirror = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/download/';
const file = join(dirname(folder), `${name}.partial`);
/** @type {Record<string, string>} */
const published = JSON.parse(readFileSync(join(root, 'node_modules', 'electron', 'checksums.json'), 'utf8'));

const outcome = await download({
  address: `${mirror.replace(/\/?$/, '/')}v${version}/${name}`,
  sha256: published[name] ?? '',
  file,
  what: `Electron ${version}`,
  answer_ms: 5_000,
  silence_ms: 20_000,
});
if (outcome === 'here') {
  const unpacking = `${folder}.${process.pid}.partial`;
  await extract(file, { dir: unpacking });
  await rm(folder, { recursive: true, force: true });
  await rename(unpacking, folder);
  await rm(file, { force: true });
} else {
  if (outcome === 'wrong') log(`${name} from ${mirror} is not the file that Electron published; it was removed.`);
  process.exitCode = 2;
}
