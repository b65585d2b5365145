import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run, SetupError } from './programs.mjs';
import { progress } from './progress.mjs';

/**
 * @param {string} file @param {string} algorithm
 * @returns {Promise<string>} the digest in npm's form, `sha512-…`
 */
export async function integrityOf(file, algorithm = 'sha512') {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return `${algorithm}-${hash.digest('base64')}`;
}

/**
 * Refuses, and removes, a file that is not bit for bit the pinned one.
 * @param {string} file @param {string} integrity
 */
export async function verify(file, integrity) {
  const found = await integrityOf(file, integrity.slice(0, integrity.indexOf('-')));
  if (found === integrity) return;
  await rm(file, { force: true });
  throw new SetupError(
    `${file} is not the file that was pinned (${found} instead of ${integrity}). It was removed; nothing of it was used.`,
  );
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, but under another account.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Removes what a killed set-up left behind; its scratch folders carry its process id.
 * @param {string} folder
 */
export async function removeAbandoned(folder) {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = /^\.npm-(\d+)$|\.(\d+)\.partial$/.exec(name)?.slice(1).find(Boolean);
    if (pid && !isRunning(Number(pid))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** @param {string} folder @returns {Promise<number>} */
async function bytesBelow(folder) {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}

/**
 * Fetches one exact package from whatever registry npm is set to, and checks it before anybody reads it.
 * A broken download leaves nothing behind that the next attempt could mistake for the package.
 * @param {{ spec: string, integrity: string, bytes: number, folder: string, what: string }} wanted
 * @returns {Promise<string>} the verified .tgz
 */
export async function fetchPackage({ spec, integrity, bytes, folder, what }) {
  await mkdir(folder, { recursive: true });
  await removeAbandoned(folder);
  const kept = join(folder, `${spec.replace(/[^a-z0-9.-]/gi, '_')}.tgz`);
  if (existsSync(kept)) {
    await verify(kept, integrity).catch(() => undefined);
    if (existsSync(kept)) return kept;
  }
  // An npm cache of its own: its growth is the progress, and deleting it afterwards frees the second copy.
  const scratch = join(folder, `.npm-${process.pid}`);
  const show = progress(what, bytes);
  const ticking = setInterval(() => void bytesBelow(scratch).then((done) => show(Math.min(done, bytes))), 500);
  try {
    await mkdir(scratch, { recursive: true });
    const packed = await run(
      'npm',
      ['pack', spec, '--cache', join(scratch, 'cache'), '--pack-destination', scratch, '--ignore-scripts', '--loglevel=error'],
      { quiet: true },
    );
    const file = (await readdir(scratch)).find((name) => name.endsWith('.tgz'));
    if (packed.code !== 0 || !file) throw new SetupError(`${spec} could not be fetched from the npm registry:\n${packed.output.trim()}`);
    await verify(join(scratch, file), integrity);
    await rename(join(scratch, file), kept);
  } finally {
    clearInterval(ticking);
    await rm(scratch, { recursive: true, force: true });
  }
  show(bytes);
  return kept;
}
