/** Fetching a large file over lines that break: carried on, bounded, and refused in words. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { download } from '../../../electron/weights/download.ts';
import { PartialDownload } from '../../../electron/weights/partial-download.ts';
import { realWorld } from '../../../electron/world.ts';
import { fillDisk } from '../../e2e/full-disk.ts';
import { millis } from '../../quantities.ts';
import { type How, type Mirror, openMirror, sha256 } from './mirror.ts';

const SIZE = 3_000_000;
const HALF = SIZE / 2;

/** What the part is named by: the digest that is expected, whatever comes. */
const name = sha256(Buffer.from('expected'));

let folder: string;
let mirror: Mirror;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-weights-'));
  mirror = await openMirror(randomBytes(SIZE));
});
afterEach(async () => {
  await mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

function fetching(bytes: number | null = SIZE, into = new PartialDownload(folder, name)) {
  const stop = new AbortController();
  const seen: number[] = [];
  const ended = download(
    { address: mirror.url, bytes, into },
    {
      network: { environment: {} },
      timers: realWorld().timers,
      signal: stop.signal,
      onProgress: (received) => void seen.push(received),
      firstPauseMs: millis(1),
    },
  );
  return { into, stop, seen, ended };
}

async function stoppedHalfWay(): Promise<void> {
  mirror.how = inOrder({ holdAfter: HALF });
  const { into, stop, ended } = fetching();
  await expect.poll(() => into.size()).toBe(HALF);
  stop.abort(new Error('stopped'));
  await expect(ended).rejects.toThrow('stopped');
  expect(await into.size()).toBe(HALF);
}

/** Somewhere behind what came before the line broke; the last pieces may not have reached the disk. */
const carriedOn = expect.stringMatching(/^bytes=[1-9]\d*-$/);

const inOrder =
  (...answers: How[]) =>
  (n: number): How =>
    answers[n] ?? 'serve';

describe('what comes in the end is the whole file', () => {
  test.each<[string, number | null, (n: number) => How, unknown]>([
    ['at once', SIZE, inOrder(), ['']],
    ['of unknown size', null, inOrder(), ['']],
    ['cut off half-way: it goes on from there', SIZE, inOrder({ cutAfter: HALF }), ['', carriedOn]],
    [
      'cut off again and again',
      SIZE,
      inOrder(...Array.from({ length: 9 }, () => ({ cutAfter: 300_000 }))),
      expect.arrayContaining([carriedOn]),
    ],
    ['cut off by a server without ranges: it begins again', SIZE, inOrder({ cutAfter: HALF }, 'without ranges'), ['', carriedOn]],
    ['after a server that was busy', SIZE, inOrder({ status: 503 }, { status: 429 }), ['', '', '']],
    ['of unknown size, cut off half-way', null, inOrder({ cutAfter: HALF }), ['', carriedOn]],
  ])('%s', async (_what, bytes, how, ranges) => {
    mirror.how = how;
    const { into, ended, seen } = fetching(bytes);
    await ended;
    expect(readFileSync(into.path).equals(mirror.content)).toBe(true);
    expect(mirror.ranges).toEqual(ranges);
    expect(seen.at(-1)).toBe(SIZE);
  });

  test('a file that changed meanwhile is fetched from the beginning', async () => {
    await stoppedHalfWay();
    mirror.content = randomBytes(SIZE);
    const { into, ended } = fetching(SIZE);
    await ended;
    expect(mirror.ranges.at(-1)).toMatch(/^bytes=\d+-$/);
    expect(readFileSync(into.path).equals(mirror.content)).toBe(true);
  });

  test('what was there whole is not asked for again, whether or not its size is known', async () => {
    const first = fetching(null);
    await first.ended;
    await fetching(SIZE).ended;
    expect(mirror.ranges).toHaveLength(1);
    await fetching(null).ended;
    expect(mirror.ranges).toEqual(['', `bytes=${SIZE}-`]);
    expect(readFileSync(first.into.path).equals(mirror.content)).toBe(true);
  });

  test('redirects are followed', async () => {
    mirror.how = inOrder({ status: 302, headers: { location: '/elsewhere' } });
    const { into, ended } = fetching();
    await ended;
    expect(await into.size()).toBe(SIZE);
  });
});

test('stopped half-way, it keeps what came, and the next one goes on from there', async () => {
  await stoppedHalfWay();
  await expect(fetching(SIZE).ended).resolves.toEqual({ wasResumed: true });
  expect(mirror.ranges).toEqual(['', `bytes=${HALF}-`]);
});

describe('what cannot be had is refused in words, and what came is bounded', () => {
  test.each<[string, How, RegExp, number | null]>([
    ['not there', { status: 404 }, /answered 404, so the model is not there/, SIZE],
    ['another file, larger', 'serve', /another file there: 3000000 bytes/, SIZE - 1],
    ['another file, smaller', 'serve', /another file there: 3000000 bytes instead of 3000001/, SIZE + 1],
    [
      'pointing to another host without HTTPS',
      { status: 302, headers: { location: 'http://example.com/' } },
      /not reached over HTTPS/,
      SIZE,
    ],
    ['pointing to a file of this machine', { status: 302, headers: { location: 'file:///etc/passwd' } }, /not reached over HTTPS/, SIZE],
    ['pointing in a circle', { status: 302, headers: { location: '/again' } }, /points on and on/, SIZE],
    ['always busy', { status: 503 }, /answered 503/, SIZE],
    ['always cut before the first byte', { cutAfter: 0 }, /cannot be reached|broke off/, SIZE],
  ])('%s', async (_what, how, words, bytes) => {
    mirror.how = () => how;
    const { ended, into } = fetching(bytes);
    await expect(ended).rejects.toThrow(words);
    expect(mirror.ranges.length).toBeLessThanOrEqual(6);
    expect(await into.size()).toBe(0);
  });

  test('nobody there', async () => {
    await mirror.close();
    await expect(fetching().ended).rejects.toThrow(/Nothing answers at 127\.0\.0\.1:\d+\. What came so far is kept.*BACKLOT_MODEL_SOURCE/);
  });

  test('nowhere to write', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(fetching(SIZE, new PartialDownload(join(folder, 'file'), name)).ended).rejects.toThrow(
      /cache folder cannot be written to \(E\w+\)/,
    );
  });

  test('a full disk: what came is kept', async () => {
    const disk = fillDisk(folder);
    const { into, ended } = fetching();
    await expect(ended).rejects.toThrow(disk.code === 'disk_full' ? /disk is full.*kept/ : /cannot be written/);
    disk.free();
    await fetching().ended;
    expect(readFileSync(into.path).equals(mirror.content)).toBe(true);
  });
});
