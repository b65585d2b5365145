/** Fetches one npm package by exact version and proves that it is the one that was written down, byte for byte. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { presentNode } from './programs.mjs';

const ATTEMPTS = 3;
const PROGRESS_EVERY_MS = 1000;

/**
 * Downloads `name@version` with the user's own npm (so proxies and mirrors are honoured) into `folder`, which must be empty.
 * A download that breaks off or arrives damaged starts again, three times at most.
 * @param {{ name: string, version: string, integrity: string, bytes: number, folder: string, log: (line: string) => void }} wanted
 *   `bytes`: about as many, for the progress
 * @returns {Promise<Buffer>} the package's gzipped tar archive
 */
export async function downloadPackage({ name, version, integrity, bytes, folder, log }) {
  let last = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const archive = await packOnce({ spec: `${name}@${version}`, bytes, folder, log });
      const actual = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
      if (actual !== integrity) throw new Error(`${name}@${version} arrived damaged (its sha512 is not the recorded one)`);
      return archive;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
      if (attempt < ATTEMPTS) log(`The download broke off: ${last}. Starting again.`);
    }
  }
  throw new Error(`${last}. Check the network and run the same command again; nothing else is lost.`);
}

/** @param {{ spec: string, bytes: number, folder: string, log: (line: string) => void }} wanted */
async function packOnce({ spec, bytes, folder, log }) {
  for (const leftover of readdirSync(folder)) rmSync(join(folder, leftover), { recursive: true, force: true });
  const started = Date.now();
  // npm shows no progress of its own when it is not on a terminal: its cache, kept apart in our folder, is measured instead.
  const timer = setInterval(() => {
    const have = Math.min(sizeOf(folder), bytes);
    const seconds = (Date.now() - started) / 1000;
    const left = have > 0 ? Math.ceil((seconds * (bytes - have)) / have) : null;
    log(`${megabytes(have)} of ${megabytes(bytes)} MB${left === null ? '' : `, about ${left} s left`}`);
  }, PROGRESS_EVERY_MS);
  try {
    await npm(['pack', spec, '--silent', '--ignore-scripts', '--pack-destination', folder, '--cache', join(folder, 'npm')]);
  } finally {
    clearInterval(timer);
  }
  const file = readdirSync(folder).find((entry) => entry.endsWith('.tgz'));
  if (file === undefined) throw new Error(`npm left no archive of ${spec}`);
  return readFileSync(join(folder, file));
}

/**
 * @param {string[]} args
 * @returns {Promise<void>}
 */
function npm(args) {
  // Under `npm start` the running npm says where it is; else the one on the PATH (a .cmd file on Windows, which needs a shell).
  const self = process.env.npm_execpath;
  const byNode = self !== undefined && /npm-cli\.c?js$/.test(self);
  const command = byNode ? presentNode() : 'npm';
  const child = spawn(command, byNode ? [self, ...args] : args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: !byNode && process.platform === 'win32',
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Error(`npm could not be started (${error.message})`)));
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`npm pack ended with ${code} ${said.trim().split('\n').slice(-2).join(' ')}`.trim())),
    );
  });
}

/**
 * Files may vanish while npm works; what is gone counts as nothing.
 * @param {string} path
 * @returns {number}
 */
function sizeOf(path) {
  try {
    const stat = statSync(path);
    if (!stat.isDirectory()) return stat.size;
    return readdirSync(path).reduce((sum, entry) => sum + sizeOf(join(path, entry)), 0);
  } catch {
    return 0;
  }
}

const megabytes = (/** @type {number} */ bytes) => Math.round(bytes / 1e6);

/**
 * The files of a gzipped npm archive by name, without the leading `package/`.
 * Plain ustar entries are all that npm writes for short names.
 * @param {Buffer} archive
 * @returns {Map<string, Buffer>}
 */
export function filesOfArchive(archive) {
  const tar = gunzipSync(archive);
  const files = new Map();
  for (let at = 0; at + 512 <= tar.length; ) {
    const header = tar.subarray(at, at + 512);
    const name = textField(header, 0, 100);
    if (name === '') break;
    const size = Number.parseInt(textField(header, 124, 12), 8);
    const type = String.fromCharCode(header.readUInt8(156));
    if (type === '0' || type === '\0') files.set(name.replace(/^[^/]+\//, ''), tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** @param {Buffer} header @param {number} start @param {number} length */
function textField(header, start, length) {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end === -1 ? length : end).trim();
}
