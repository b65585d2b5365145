/**
 * `node electron-official.mjs VERSION FOLDER` puts the official Electron release into FOLDER: exit code 0 when it is there,
 * 2 when the host does not answer. A broken download is kept and carried on with; the published SHA-256 decides.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { root } from './places.mjs';
import { log, progress } from './progress.mjs';

const answer_ms = 5_000;
const silence_ms = 20_000;
const attempts = 4;

const [version = '', folder = ''] = process.argv.slice(2);
const name = `electron-v${version}-${process.platform}-${process.arch}.zip`;
const mirror = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/download/';
const address = `${mirror.replace(/\/?$/, '/')}v${version}/${name}`;
const partial = join(dirname(folder), `${name}.partial`);

/** @param {string} file */
async function sha256(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** Carries on where the last attempt stopped; resolves when the whole file is here. */
async function download() {
  const have = existsSync(partial) ? (await stat(partial)).size : 0;
  const waiting = new AbortController();
  let timer = setTimeout(() => waiting.abort(), answer_ms);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => waiting.abort(), silence_ms);
  };
  try {
    const response = await fetch(address, { headers: have > 0 ? { range: `bytes=${have}-` } : {}, signal: waiting.signal });
    if (response.status === 416) return;
    if (!response.ok || !response.body) throw new Error(`${response.status} ${response.statusText}`);
    const start = response.status === 206 ? have : 0;
    const show = progress(`Electron ${version}`, start + Number(response.headers.get('content-length') ?? 0));
    let done = start;
    const meter = new Transform({
      transform(chunk, _encoding, next) {
        alive();
        done += chunk.length;
        show(done);
        next(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), meter, createWriteStream(partial, { flags: start > 0 ? 'a' : 'w' }));
  } finally {
    clearTimeout(timer);
  }
}

async function fetchRelease() {
  /** @type {Record<string, string>} */
  const published = JSON.parse(readFileSync(join(root, 'node_modules', 'electron', 'checksums.json'), 'utf8'));
  await mkdir(dirname(folder), { recursive: true });
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const before = existsSync(partial) ? (await stat(partial)).size : 0;
    const failure = await download().then(
      () => null,
      (error) => error,
    );
    if (failure === null) {
      if ((await sha256(partial)) === published[name]) return true;
      log(`${name} is not the file Electron published; it was removed and is fetched anew.`);
      await rm(partial, { force: true });
    } else if ((existsSync(partial) ? (await stat(partial)).size : 0) <= before) return false;
  }
  return false;
}

if (await fetchRelease()) {
  const { extract } = await import('@electron-internal/extract-zip');
  const unpacking = `${folder}.${process.pid}.partial`;
  await extract(partial, { dir: unpacking });
  await rm(folder, { recursive: true, force: true });
  await rename(unpacking, folder);
  await rm(partial, { force: true });
} else {
  process.exitCode = 2;
}
