import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { progress } from './progress.mjs';

const attempts = 4;

/** @param {string} file */
async function sha256Of(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** @param {string} file */
const sizeOf = (file) =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/**
 * One attempt: carries on behind the bytes that are already in the file.
 * @param {Download} wanted
 */
async function attempt({ address, file, what, answer_ms, silence_ms }) {
  const have = await sizeOf(file);
  const patience = new AbortController();
  let timer = setTimeout(() => patience.abort(), answer_ms);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => patience.abort(), silence_ms);
  };
  try {
    const response = await fetch(address, { headers: have > 0 ? { range: `bytes=${have}-` } : {}, signal: patience.signal });
    // Nothing is left behind what we have: the digest decides whether that is the whole file.
    if (response.status === 416) return;
    if (!response.ok || !response.body) throw new Error(`${response.status} ${response.statusText}`);
    const start = response.status === 206 ? have : 0;
    const show = progress(what, start + Number(response.headers.get('content-length') ?? 0));
    let done = start;
    const meter = new Transform({
      transform(chunk, _encoding, next) {
        alive();
        done += chunk.length;
        show(done);
        next(null, chunk);
      },
    });
    await pipeline(response.body, meter, createWriteStream(file, { flags: start > 0 ? 'a' : 'w' }));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @typedef {object} Download
 * @property {string} address
 * @property {string} sha256 of the whole file, as its publisher gives it
 * @property {string} file where it goes; what an earlier attempt left there is carried on with
 * @property {string} what for the progress line
 * @property {number} answer_ms how long the host may take to answer
 * @property {number} silence_ms how long it may then be silent
 */

/**
 * Downloads a file and checks it. Broken connections are carried on with as long as each attempt brings something.
 * @param {Download} wanted
 * @returns {Promise<'here' | 'unreachable' | 'wrong'>} wrong: the host gave another file, twice; nothing of it is kept
 */
export async function download(wanted) {
  const { file, sha256 } = wanted;
  await mkdir(dirname(file), { recursive: true });
  let wrong = 0;
  for (let tried = 0; tried < attempts && wrong < 2; tried += 1) {
    const before = await sizeOf(file);
    const broken = await attempt(wanted).then(
      () => false,
      () => true,
    );
    if (broken && (await sizeOf(file)) <= before) return 'unreachable';
    if (broken) continue;
    if ((await sha256Of(file)) === sha256) return 'here';
    wrong += 1;
    await rm(file, { force: true });
  }
  return wrong > 0 ? 'wrong' : 'unreachable';
}
