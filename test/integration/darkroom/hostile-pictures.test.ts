/**
 * Files that mean no good, whatever they are called: each is read, or refused by name in a sentence of the product's own. Nothing
 * crashes, nothing hangs, nothing is left behind. The seeds that failed are printed; each makes its file again.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { type ChildLike, DarkroomClient } from '../../../electron/darkroom/process/client.ts';
import { childOf, forkWorker } from '../../../electron/darkroom/process/forked.ts';
import type { Problem, Result } from '../../../shared/result.ts';
import { runs } from '../../runs.ts';
import { standInModel } from '../../stand-in-model.ts';
import { basePictures } from './hostile/bases.ts';
import { type HostilePicture, hostileKind, hostileKinds, hostilePicture } from './hostile/picture.ts';
import { temporaryFolder } from './scenes.ts';

const FIRST_SEED = 1;
/** The same ones first, however many there are. */
const FILES = Math.min(1000, runs(100));
/** Longer than this without progress is a hang. */
const WITHIN_MS = 10_000;

const standIn = standInModel();
afterAll(() => rmSync(standIn.BACKLOT_CACHE, { recursive: true, force: true }));

/** Counts the processes that it needed: every crash and every hang costs one. */
function watched(): { readonly room: DarkroomClient; started(): number } {
  let started = 0;
  const spawn = (): ChildLike => {
    started += 1;
    return childOf(forkWorker('worker', { env: { ...process.env, ...standIn }, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }));
  };
  const room = new DarkroomClient({ spawn, spawnPreview: spawn, jobWithinMs: WITHIN_MS, previewWithinMs: WITHIN_MS });
  onTestFinished(() => room.close());
  return { room, started: () => started };
}

/** What may be said of a file that is at fault. */
const REFUSALS = [
  'file_empty',
  'not_a_picture',
  'picture_damaged',
  'picture_too_small',
  'picture_too_large',
  'drawing_too_complex',
  'nothing_found',
];
/** Words of libraries, of languages and of systems. */
const FOREIGN =
  /vips|lib(jpe?g|png|heif|rsvg|tiff|webp)|tiff2|sharp|[Ee]rror\b|[Ee]xception|scanline|seek|\bat \S+:\d|undefined|null|NaN|Infinity|0x[\da-f]|\bE[A-Z]{4,}\b|\/|[a-z]+_[a-z]+|\.ts\b/;

/** What is wrong with a refusal; null when it is as it should be. */
function faultOf({ code, message }: Problem, name: string): string | null {
  if (!REFUSALS.includes(code)) return `${code}: ${message}`;
  if (!message.startsWith(name) || !message.includes('Nothing was charged.')) return `says not what it is about: ${message}`;
  return FOREIGN.test(message.slice(name.length)) ? `is in foreign words: ${message}` : null;
}

/** Everything that is done with a photo; what is wrong, or null. */
async function ordeal(room: Darkroom, { name, content }: HostilePicture, folder: string): Promise<{ fault: string | null; read: boolean }> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const made = join(folder, 'made');
  mkdirSync(made);
  const [thumbPath, screenPath, outPath] = ['thumb', 'screen', 'out'].map((file) => join(made, `${file}.webp`)) as [string, string, string];
  const seen = await room.inspect({ path, thumbPath, screenPath });
  if (!seen.ok) return { fault: faultOf(seen.error, name) ?? (readdirSync(made).length > 0 ? 'left something behind' : null), read: false };
  const { width, height } = await sharp(thumbPath).metadata();
  if (Math.max(width, height) > 512 || !existsSync(screenPath)) return { fault: `a thumbnail of ${width} x ${height}`, read: true };
  const chain = [{ kind: 'fit', width: 200, height: 200, enlarge: false } as const, { kind: 'convert', format: 'jpeg' } as const];
  const work: (() => Promise<Result<unknown>>)[] = [
    () => room.process({ path, chain, files: {}, outPath, screen: null }),
    () => room.prepare({ photoId: 'P1', path, folder: join(made, 'cache'), strokes: [], quality: 'quick' }),
  ];
  for (const job of work) {
    const result = await job();
    const fault = result.ok ? null : faultOf(result.error, name);
    if (fault !== null) return { fault, read: true };
  }
  return { fault: null, read: true };
}

test(`${FILES} hostile pictures: each is read or refused in a plain sentence, by one process`, { timeout: 40_000 * FILES }, async () => {
  const bases = await basePictures();
  const { room, started } = watched();
  const faults: string[] = [];
  let read = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + FILES; seed++) {
    const folder = temporaryFolder();
    const picture = hostilePicture(seed, bases);
    const before = started();
    const outcome = await ordeal(room, picture, folder);
    if (outcome.read) read += 1;
    if (outcome.fault !== null) faults.push(`seed ${seed}, ${picture.kind}, ${JSON.stringify(picture.name)}: ${outcome.fault}`);
    else if (started() > Math.max(1, before)) faults.push(`seed ${seed}, ${picture.kind}: ended the darkroom's process`);
    rmSync(folder, { recursive: true, force: true });
  }
  expect(faults.join('\n')).toBe('');
  // Both happen, or the pictures are not what they are meant to be.
  expect(read).toBeGreaterThan(FILES / 10);
  expect(FILES - read).toBeGreaterThan(FILES / 10);
});

test('there are as many kinds as seeds have one each', () => {
  const seeds = Array.from({ length: hostileKinds }, (_, n) => FIRST_SEED + n);
  expect(new Set(seeds.map(hostileKind)).size).toBe(hostileKinds);
});
