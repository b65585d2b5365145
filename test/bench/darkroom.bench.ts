/**
 * `npm run bench -- darkroom [--photos 100]`: how long a photographer waits, at 24 megapixels, beside what one would pick instead, and whether
 * memory stays flat. BACKLOT_IMGLY may name a folder that has @imgly/background-removal-node among its node_modules.
 * The photo is drawn here; the background changes from run to run, so that none is reused. Every photo is new to the darkroom.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Model } from '../../electron/darkroom/matte/model.ts';
import { modelFolder } from '../../electron/darkroom/matte/model-folder.ts';
import type { Darkroom, WholeDarkroom } from '../../electron/darkroom/port.ts';
import { LocalDarkroom } from '../../electron/darkroom/process/darkroom.ts';
import { defaultRecipe, type Recipe } from '../../shared/edit/recipe.ts';
import type { Result } from '../../shared/result.ts';
import { picture, teapot } from '../integration/darkroom/teapot.ts';
import { codecs, imgly, plainChain } from './darkroom/peers.ts';
import { WatchedDarkroom } from './darkroom/watched.ts';
import { measured, median, type Row, report } from './report.ts';
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

/** As in the studio after an import: the matte was made while nothing else was to do. */
async function prefetchedApplied(room: WholeDarkroom): Promise<number> {
  const photo = newPhoto();
  must(await room.prefetch({ photoId: 'P', path: photo.path, folder: photo.place }));
  return timed(() => apply(room, photo));
}

/** What one would pick instead, for the same photo. */
async function besides(path: string): Promise<Row[]> {
  say('the picture library alone, with a matte that is there');
  const matte = { data: new Uint8Array(1024 * 1024).fill(200), side: 1024 };
  const found = [
    measured('beside: the picture library alone, matte given', await several(() => timed(() => plainChain(jpeg, matte))), 's'),
  ];
  const remove = await imgly();
  if (remove === null) return found;
  say('@imgly/background-removal-node');
  await remove(path);
  return [...found, measured('beside: @imgly/background-removal-node', await several(() => timed(() => remove(path))), 's')];
}

const SIZES = [
  [1732, 1155, 2],
  [6000, 4000, 24],
  [12_000, 8000, 96],
] as const;

/** What a megapixel of a photo costs that is applied again, from 2 to 96 megapixels. */
async function bySize(room: Darkroom): Promise<Row[]> {
  const perMegapixel: number[] = [];
  for (const [width, height, megapixels] of SIZES) {
    say(`applied again, ${megapixels} megapixels`);
    const place = join(folder, `size-${width}`);
    mkdirSync(place);
    const path = join(place, 'photo.jpg');
    await picture(await teapot(width, height))
      .jpeg({ quality: 93 })
      .toFile(path);
    await apply(room, { path, place });
    perMegapixel.push(median(await several(() => timed(() => apply(room, { path, place })))) / ((width * height) / 1e6));
  }
  const [, middle = 1, large = 1] = perMegapixel;
  return [measured('applied again, a megapixel at 96 over one at 24', [large / middle], 'x', 1.25)];
}

/** Whether memory stays flat over photos in a row; the matte of all but every tenth is kept. */
async function inARow(): Promise<Row[]> {
  say(`${IN_A_ROW} photos in a row`);
  const watched = new WatchedDarkroom();
  const known = newPhoto();
  await apply(watched.room, known);
  const memory: number[] = [];
  for (let n = 0; n < IN_A_ROW; n++) {
    const photo = n % 10 === 0 ? newPhoto() : known;
    await apply(watched.room, photo);
    if (photo !== known) rmSync(photo.place, { recursive: true });
    memory.push(watched.held() ?? 0);
  }
  const most = watched.most();
  await watched.room.close();
  if (most === null) return [];
  // The first fifth fills the caches that are meant to be filled.
  const settled = memory.slice(Math.floor(memory.length / 5));
  return [
    measured('memory growth per photo', [Math.max(0, slope(settled))], 'MB', 1),
    measured(`memory at most, ${IN_A_ROW} photos of 24 megapixels`, [most], 'MB', 1000),
  ];
}

/** The most memory that a process of its own takes for photos of one size; `bySize` drew them. */
async function memoryBySize(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [width, , megapixels] of SIZES) {
    say(`memory at ${megapixels} megapixels`);
    const place = join(folder, `size-${width}`);
    for (const [what, goal] of [
      ['matte kept', 700],
      ['matte included', 1000],
    ] as const) {
      const watched = new WatchedDarkroom();
      const kept = what === 'matte kept' ? place : mkdtempSync(join(folder, 'anew-'));
      for (let n = 0; n < 3; n++) await apply(watched.room, { path: join(place, 'photo.jpg'), place: kept });
      const most = watched.most();
      await watched.room.close();
      if (most !== null) rows.push(measured(`memory at most, ${megapixels} megapixels, ${what}`, [most], 'MB', goal));
    }
  }
  return rows;
}

/** Photos that nobody looked at, as a batch applies them, against what the network alone takes for as many. */
async function batch(room: WholeDarkroom): Promise<Row[]> {
  const model = new Model({ modelDir: modelFolder(), threads: 2 });
  const square = (side: number) => ({ data: new Uint8Array(3 * side * side).fill(90), width: side, height: side });
  const look = async (): Promise<void> => {
    const network = await model.fingerprint();
    await model.matte(512, square(512), network);
    await model.matte(1024, square(1024), network);
  };
  await look();
  say('the network alone');
  const alone = median(await several(() => timed(look)));
  await model.close();
  say(`a batch of ${IN_A_ROW} photos that nobody looked at`);
  const photos = Array.from({ length: IN_A_ROW }, newPhoto);
  const seconds = await timed(() => Promise.all(photos.map((photo) => apply(room, photo))));
  for (const { place } of photos) rmSync(place, { recursive: true });
  return [
    measured('the network alone, both looks', [alone], 's'),
    measured(`${IN_A_ROW} photos in a batch, each`, [seconds / IN_A_ROW], 's'),
    measured('the network alone over a photo of the batch', [(100 * alone * IN_A_ROW) / seconds], '%', 95, 'higher'),
  ];
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
rows.push(measured('first preview after import', await several(() => timed(() => firstPreview(room))), 's', 0.7));
await apply(room, newPhoto());
say('first time applied, never looked at');
rows.push(measured('first time applied, matte included', await several(() => timed(() => apply(room, newPhoto()))), 's', 1.4));
say('first time applied, after its first preview');
rows.push(measured('… of a photo that was previewed', await several(() => firstApplied(room)), 's', 1.1));
say('first time applied, prepared while nothing else was to do');
rows.push(measured('… of a photo that was prefetched', await several(() => prefetchedApplied(room)), 's', 0.6));
const known = newPhoto();
await apply(room, known);
say('applied again, and its codecs alone, in turns');
const [again, floor]: [number[], number[]] = [[], []];
for (let n = 0; n < RUNS; n++) {
  again.push(await timed(() => apply(room, known)));
  floor.push(await timed(() => codecs(jpeg)));
}
rows.push(measured('applied again, matte cached', again, 's'));
rows.push(measured('codecs alone: decoded and encoded', floor, 's'));
rows.push(measured('applied again over its codecs', [median(again) / median(floor)], 'x', 1.5));
rows.push(...(await besides(known.path)));
rows.push(...(await bySize(room)));

rows.push(...(await inARow()));
rows.push(...(await memoryBySize()));
rows.push(...(await batch(room)));
await room.close();
say('start of the studio');
rows.push(await measureStartup());
report('darkroom', rows);
