/**
 * A machine without a model: it is fetched from a mirror, carried on with where the line broke, proven, converted, tried, and used
 * by the darkroom that lacked it. Where it is used, the network is the real one, with weights inside and other names, as upstream publishes it.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modelSource } from '../../../electron/darkroom/matte/model-sources.ts';
import type { WholeDarkroom } from '../../../electron/darkroom/port.ts';
import { LocalDarkroom } from '../../../electron/darkroom/process/darkroom.ts';
import { tryLock } from '../../../electron/storage/file-lock.ts';
import { PartialDownload } from '../../../electron/weights/partial-download.ts';
import { Weights } from '../../../electron/weights/weights.ts';
import { realWorld } from '../../../electron/world.ts';
import { root } from '../../../scripts/setup/places.mjs';
import type { ModelState } from '../../../shared/ipc/model.ts';
import { millis } from '../../quantities.ts';
import { type Mirror, openMirror, sha256 } from './mirror.ts';
import { blindNetwork, publishedNetwork, smallPublishedNetwork } from './stand-in.ts';

let folder: string;
let modelDir: string;
let mirror: Mirror;
let room: WholeDarkroom;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-weights-'));
  modelDir = join(folder, 'models');
});
afterEach(async () => {
  await mirror.close();
  await room.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As an installed app is configured: by the environment. */
async function machine(content: Buffer, named: object = {}) {
  mirror = await openMirror(content);
  const digest = sha256(content);
  const source = modelSource({ BACKLOT_MODEL_SOURCE: JSON.stringify({ url: mirror.url, sha256: digest, ...named }) }, null);
  room = new LocalDarkroom({ modelDir, threads: 2, trusted: new Set([digest]) });
  const states: ModelState[] = [];
  const open = () =>
    new Weights({
      folder: modelDir,
      source,
      trusted: new Set([digest]),
      adopt: (job, onProgress) => room.adopt(job, onProgress),
      world: realWorld(),
      network: { environment: {} },
      changed: (state) => void states.push(state),
      fetchesItself: true,
      firstPauseMs: millis(1),
    });
  return { open, states, digest };
}

const car = () => ({
  photoId: 'P1',
  path: join(root, 'resources/samples/car-workshop.jpg'),
  folder: join(folder, 'cache'),
  strokes: [],
  quality: 'quick' as const,
});

const kinds = (states: readonly ModelState[]) => [...new Set(states.map(({ state }) => state))];

test('cut off half-way it goes on, is proven, converted and tried, and the darkroom that lacked it uses it', async () => {
  const published = publishedNetwork();
  const { open, states, digest } = await machine(published, { bytes: published.length });
  const half = Math.floor(published.length / 2);
  mkdirSync(modelDir);
  writeFileSync(join(modelDir, '.part-0123456789ab'), 'of another source');
  mirror.how = (n) => (n === 0 ? { cutAfter: half } : 'serve');
  expect(await room.prepare(car())).toMatchObject({ ok: false, error: { code: 'model_missing' } });
  const weights = open();
  await weights.check();
  expect(await weights.settled()).toEqual({ state: 'ready' });
  expect(kinds(states)).toEqual(['fetching', 'checking', 'ready']);
  expect(mirror.ranges).toEqual(['', expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  const received = states.flatMap((state) => (state.state === 'fetching' ? state.received : []));
  expect(received.at(-1)).toBe(published.length);
  expect(readdirSync(modelDir).sort()).toEqual(['adopted.json', 'isnet-1024.onnx', 'isnet-512.onnx', 'isnet.weights', 'turn.db']);
  expect(JSON.parse(readFileSync(join(modelDir, 'adopted.json'), 'utf8'))).toMatchObject({ source: digest });
  expect(await room.prepare(car())).toMatchObject({ ok: true });
});

/** A darkroom that uses what was fetched. */
async function fetched() {
  const made = await machine(await smallPublishedNetwork());
  const weights = made.open();
  await weights.check();
  expect(await weights.settled()).toEqual({ state: 'ready' });
  expect(await room.prepare(car())).toMatchObject({ ok: true });
  return made;
}

test('what was made from a source that is not trusted (any more) counts as nothing', async () => {
  await fetched();
  const elsewhere = new LocalDarkroom({ modelDir, threads: 2 });
  expect(await elsewhere.prepare({ ...car(), folder: join(folder, 'other') })).toMatchObject({
    ok: false,
    error: { code: 'model_damaged' },
  });
  await elsewhere.close();
});

test('a byte that changes on the disk is noticed, and mended by itself', async () => {
  const { open, digest } = await fetched();
  const weightsFile = readFileSync(join(modelDir, 'isnet.weights'));
  const middle = Math.floor(weightsFile.length / 2);
  weightsFile[middle] = (weightsFile[middle] ?? 0) ^ 1;
  writeFileSync(join(modelDir, 'isnet.weights'), weightsFile);
  await room.close();
  room = new LocalDarkroom({ modelDir, threads: 2, trusted: new Set([digest]) });
  const next = open();
  expect(await next.check()).toEqual({ state: 'ready' });
  const again = { ...car(), folder: join(folder, 'again') };
  expect(await next.watching(room).prepare(again)).toMatchObject({ ok: false, error: { code: 'model_damaged' } });
  expect(next.state).toMatchObject({ state: 'fetching' });
  expect(await next.settled()).toEqual({ state: 'ready' });
  expect(await next.watching(room).prepare(again)).toMatchObject({ ok: true });
});

describe('what is not the model is not used, and nothing of it is kept', () => {
  const expectFailure = async (weights: Weights, words: RegExp) => {
    await weights.check();
    expect(await weights.settled()).toMatchObject({ state: 'failed', message: expect.stringMatching(words) });
  };

  test('another digest than the expected one: refused at once, without a second try', async () => {
    const { open } = await machine(Buffer.from('another file'), { sha256: sha256(Buffer.from('the model')) });
    await expectFailure(open(), /not the model that is expected/);
    expect(readdirSync(modelDir)).toEqual(['turn.db']);
    expect(mirror.ranges).toEqual(['']);
  });

  test('a whole that was put together from pieces and is wrong is fetched once more from the beginning', async () => {
    const content = blindNetwork();
    const { open, digest } = await machine(content, { bytes: content.length });
    mkdirSync(modelDir);
    writeFileSync(join(modelDir, `.part-${digest.slice(0, 12)}`), Buffer.alloc(10));
    await expectFailure(open(), /self-test/);
    expect(mirror.ranges).toEqual(['bytes=10-', '']);
  });

  test.each([
    ['a network that finds nothing', blindNetwork(), /failed its self-test: it found 0 % of the car in a sample photo at 512 pixels/],
    ['no network at all', Buffer.from('<html>Sign in to the guest network</html>'), /not a network that Backlot can use/],
  ])('%s: what was there before stays', async (_what, content, words) => {
    const { open } = await machine(content);
    mkdirSync(modelDir);
    writeFileSync(join(modelDir, 'isnet.weights'), 'before');
    await expectFailure(open(), words);
    expect(readdirSync(modelDir).sort()).toEqual(['isnet.weights', 'turn.db']);
    expect(readFileSync(join(modelDir, 'isnet.weights'), 'utf8')).toBe('before');
  });

  test('a file that the installation names is read, and stays whatever comes of it', async () => {
    const path = join(folder, 'network.onnx');
    writeFileSync(path, blindNetwork());
    const { open } = await machine(blindNetwork(), { url: undefined, file: path });
    await expectFailure(open(), /self-test/);
    expect(readFileSync(path).equals(blindNetwork())).toBe(true);
    expect(mirror.ranges).toEqual([]);
    rmSync(path);
    await expectFailure(open(), /could not be read from network\.onnx \(ENOENT\)/);
  });

  test('no place to put it', async () => {
    modelDir = join(folder, 'file', 'models');
    writeFileSync(join(folder, 'file'), '');
    const { open } = await machine(blindNetwork());
    await expectFailure(open(), /cannot be written to \(E\w+\).*BACKLOT_CACHE/);
    expect(mirror.ranges).toEqual([]);
  });

  test('a source that says nothing useful', async () => {
    const { open } = await machine(Buffer.alloc(1), { url: 'http://mirror.example/' });
    const weights = open();
    await expectFailure(weights, /BACKLOT_MODEL_SOURCE does not say where the model is/);
    expect(weights.fetch()).toMatchObject({ state: 'failed' });
  });
});

test('stopped, it says how much is there; fetched again, it goes on from there', async () => {
  const content = blindNetwork();
  const { open, digest } = await machine(content, { bytes: content.length });
  const arriving = new PartialDownload(modelDir, digest);
  mirror.how = (n) => (n === 0 ? { holdAfter: 100 } : 'serve');
  const weights = open();
  await weights.check();
  await expect.poll(() => arriving.size()).toBe(100);
  const host = new URL(mirror.url).host;
  expect(await weights.cancel()).toEqual({ state: 'missing', from: host, received: 100, total: content.length });
  weights.fetch();
  await weights.settled();
  expect(mirror.ranges).toEqual(['', 'bytes=100-']);
});

test('only one process fetches: the others show how far it is, and look again when it has ended', async () => {
  const { open, states } = await machine(blindNetwork());
  const other = tryLock(modelDir);
  const weights = open();
  await weights.check();
  await expect.poll(() => states.length).toBeGreaterThan(1);
  expect(kinds(states)).toEqual(['fetching']);
  expect(mirror.ranges).toEqual([]);
  other?.end();
  expect(await weights.settled()).toMatchObject({ state: 'failed' });
  expect(mirror.ranges).toEqual(['']);
});

test('a checkout does not begin by itself', async () => {
  const { digest } = await machine(blindNetwork());
  const parts = { folder: modelDir, trusted: new Set([digest]), adopt: room.adopt, world: realWorld(), network: { environment: {} } };
  const weights = new Weights({ ...parts, source: modelSource({}, null), changed: () => undefined, fetchesItself: false });
  expect(await weights.check()).toEqual({ state: 'missing', from: 'github.com', received: 0, total: 178_648_008 });
});
