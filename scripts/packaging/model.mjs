/**
 * `npm run package -- --with-model`: the network goes into the package, for places where the installed app cannot fetch it. Only the file
 * under the Apache License may: the one that a checkout uses comes out of a package under the AGPL.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { download } from '../setup/download.mjs';
import { SetupError } from '../setup/programs.mjs';

/** @typedef {Pick<typeof import('../../resources/models/manifest.json'), 'release' | 'source' | 'weightsFile'>} Manifest */

/** What electron-builder puts beside the program's resources (electron-builder.yml); empty without `--with-model`. */
const FOLDER = ['out', 'with-model'];
const NETWORK = 'isnet-general-use.onnx';
const ANSWER_MS = 30_000;
const SILENCE_MS = 30_000;

/**
 * Empties the folder of what is packed beside the resources.
 * @param {string} root the project
 * @returns {string} it
 */
export function emptiedModelFolder(root) {
  const folder = join(root, ...FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Puts the network, its licence and its notice into `folder`, and beside them what tells the app to take it from there.
 * @param {object} wanted
 * @param {string} wanted.folder that of `emptiedModelFolder`
 * @param {string | undefined} wanted.from BACKLOT_MODEL_SOURCE: an absolute path, or the address of a mirror; the published release when it is not set
 * @param {string} wanted.cache where a download is kept, and where the set-up keeps its models
 * @param {string} wanted.licence path of the text of the Apache License
 * @param {Manifest} wanted.manifest
 * @throws {SetupError} when the file cannot be had, or is another one: nothing is packed then
 */
export async function packModel({ folder, from, cache, licence, manifest }) {
  const { release } = manifest;
  const file = from !== undefined && isAbsolute(from) ? from : await fetched(from ?? release.address, cache, manifest);
  const actual = await sha256Of(file);
  if (actual === manifest.source.sha256)
    throw new SetupError(
      `${file} is the network as it stands in ${manifest.source.package}, a package under the AGPL-3.0. It may not go into a package of Backlot; nothing was packed. ${remedy(release)}`,
    );
  if (actual !== release.sha256)
    throw new SetupError(`${file} is not the published network: its SHA-256 is ${actual}. Nothing was packed. ${remedy(release)}`);
  const models = join(folder, 'model');
  mkdirSync(models, { recursive: true });
  copyFileSync(file, join(models, NETWORK));
  copyFileSync(licence, join(models, 'LICENSE.txt'));
  writeFileSync(join(models, 'NOTICE.txt'), `${NETWORK}\n${release.licence}\nUnchanged, as published. SHA-256 ${release.sha256}\n`);
  writeFileSync(join(folder, 'model-source.json'), `${JSON.stringify({ file: `model/${NETWORK}` })}\n`);
}

/** @param {string} address @param {string} cache @param {Manifest} manifest */
async function fetched(address, cache, { release, source, weightsFile }) {
  const file = join(cache, 'downloads', NETWORK);
  const outcome = await download({
    address,
    sha256: release.sha256,
    file,
    what: 'The network',
    answer_ms: ANSWER_MS,
    silence_ms: SILENCE_MS,
  });
  if (outcome === 'here') return file;
  const why = outcome === 'wrong' ? 'gave another file' : 'did not answer';
  const atHand = existsSync(join(cache, 'models', weightsFile))
    ? ` The network on this machine was made from ${source.package}, a package under the AGPL-3.0, and may not go into a package of Backlot.`
    : '';
  throw new SetupError(`${new URL(address).host} ${why}.${atHand} Nothing was packed. ${remedy(release)}`);
}

/** @param {Manifest['release']} release */
const remedy = ({ sha256 }) =>
  `Name the file with the SHA-256 ${sha256}, or a mirror of it, in BACKLOT_MODEL_SOURCE; or pack without --with-model, and the installed app fetches it.`;

/** @param {string} file */
async function sha256Of(file) {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch (error) {
    throw new SetupError(`${file} cannot be read (${error instanceof Error ? error.message : error}). Nothing was packed.`);
  }
  return hash.digest('hex');
}
