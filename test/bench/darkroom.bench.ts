/**
 * `npm run bench -- darkroom [--photos 100]`: how long a photographer waits, at 24 megapixels, and whether memory stays flat.
 * The photo is drawn here; the background changes from run to run, so that none is reused. Every photo is new to the darkroom.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { modelFolder } from '../../electron/darkroom/matte/model-folder.ts';
import type { Darkroom } from '../../electron/darkroom/port.ts';
import { LocalDarkroom } from '../../electron/darkroom/process/darkroom.ts';
import { defaultRecipe, type Recipe } from '../../shared/edit/recipe.ts';
import type { Result } from '../../shared/result.ts';
import { picture, teapot } from '../integration/darkroom/teapot.ts';
import { measured, type Row, report } from './report.ts';
import { measureStartup } from './startup.ts';

const RUNS = 5;
const { values: options } = parseArgs({ options: { photos: { type: 'string', default: '100' } } });
const IN_A_ROW = Number(options.photos);

const folder = mkdtempSync(join(tmpdir(), 'backlot-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const jpeg = await picture(await teapot(6000, 4000))
  .jpeg({ quality: 93 })
  .toBuffer();
say(`photo: 6000 x 4000, ${(jpeg.length / 1e6).toFixed(1)} MB`);

let photos = 0;
/** The same picture as a file of its own: bytes after its end make it another photo to every cache. */
function newPhoto(): { readonly path: string; readonly place: string } {
  photos += 1;
  const place = join(folder, String(photos));
  mkdirSync(place);
  const path = join(place, 'photo.jpg');
  writeFileSync(path, Buffer.concat([jpeg, Buffer.from(`photo ${photos}`)]));
  return { path, place };
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function firstPreview(room: Darkroom): Promise<void> {
  const { path, place } = newPhoto();
  must(await room.inspect({ path, thumbPath: join(place, 'thumb.webp'), screenPath: join(place, 'screen.webp') }));
  must(await room.prepare({ photoId: 'P', path, folder: place, strokes: [], quality: 'quick' }));
}

const BACKGROUNDS = ['paper', 'showroom', 'gradient', 'brand', 'concrete'] as const;
let applied = 0;
async function apply(room: Darkroom, { path, place }: { path: string; place: string }): Promise<void> {
  applied += 1;
  const recipe: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: BACKGROUNDS[applied % BACKGROUNDS.length] ?? 'paper' } };
  must(
    await room.export({ photoId: 'P', path, folder: place, recipe, backgroundPath: null, logoPath: null, outPath: join(place, 'out.jpg') }),
  );
}

/** As in the studio: the photo was looked at, so the network's small input has been asked already. */
async function firstApplied(room: Darkroom): Promise<number> {
  const photo = newPhoto();
  must(await room.prepare({ photoId: 'P', path: photo.path, folder: photo.place, strokes: [], quality: 'quick' }));
  return timed(() => apply(room, photo));
}

async function several(work: () => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let n = 0; n < RUNS; n++) samples.push(await work());
  say(samples.map((s) => s.toFixed(2)).join(' '));
  return samples;
}

/** Megabytes per photo: the slope of the least squares line. */
function slope(samples: readonly number[]): number {
  const middle = (samples.length - 1) / 2;
  const mean = samples.reduce((a, b) => a + b, 0) / samples.length;
  let [above, below] = [0, 0];
  for (const [n, sample] of samples.entries()) {
    above += (n - middle) * (sample - mean);
    below += (n - middle) ** 2;
  }
  return above / below;
}

const rows: Row[] = [];
const room = new LocalDarkroom({ modelDir: modelFolder(), threads: 2 });
say('first preview, model not loaded yet');
rows.push(measured('first preview after import, model not loaded yet', [await timed(() => firstPreview(room))], 's'));
say('first preview');
rows.push(measured('first preview after import', await several(() => timed(() => firstPreview(room))), 's', 1.2));
await apply(room, newPhoto());
say('first time applied, never looked at');
rows.push(measured('first time applied, matte included', await several(() => timed(() => apply(room, newPhoto()))), 's', 3));
say('first time applied, after its first preview');
rows.push(measured('… of a photo that was previewed', await several(() => firstApplied(room)), 's', 3));
const known = newPhoto();
await apply(room, known);
say('applied again');
rows.push(measured('applied again, matte cached', await several(() => timed(() => apply(room, known))), 's', 0.8));

say(`${IN_A_ROW} photos in a row`);
const memory: number[] = [];
const start = performance.now();
for (let n = 0; n < IN_A_ROW; n++) {
  // Every tenth photo is looked at for the first time; the others were previewed before, as in the studio.
  const photo = n % 10 === 0 ? newPhoto() : known;
  await apply(room, photo);
  if (photo !== known) rmSync(photo.place, { recursive: true });
  memory.push(process.memoryUsage.rss() / 1e6);
}
const seconds = (performance.now() - start) / 1000;
// The first fifth fills the caches that are meant to be filled.
const settled = memory.slice(Math.floor(memory.length / 5));
rows.push(measured(`${IN_A_ROW} photos in a row, each`, [seconds / IN_A_ROW], 's'));
rows.push(measured('memory growth per photo', [Math.max(0, slope(settled))], 'MB', 1));
rows.push(measured('memory at most', [Math.max(...memory)], 'MB', 1500));
await room.close();
say('start of the studio');
rows.push(await measureStartup());
report('darkroom', rows);
