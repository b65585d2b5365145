/** Pictures are laid together strip by strip: however they are cut, the finished picture is the same to the last bit. */
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bands } from '../../../electron/darkroom/compose/bands.ts';
import { layClear } from '../../../electron/darkroom/compose/clear.ts';
import { type Layers, lay, shadowMask } from '../../../electron/darkroom/compose/compose.ts';
import { makeCutout } from '../../../electron/darkroom/cutout/cutout.ts';
import { type PixelShape, type Raster, type Strip, WHOLE } from '../../../electron/darkroom/files/raster.ts';
import { RowFile } from '../../../electron/darkroom/files/row-file.ts';
import { calmPanes } from '../../../electron/darkroom/glass/layer.ts';
import { findRegions } from '../../../electron/darkroom/glass/regions.ts';
import { paintBackdrop, specOf } from '../../../shared/edit/backdrops/backdrop.ts';
import { layOut } from '../../../shared/edit/placement.ts';
import { defaultRecipe, type Stroke } from '../../../shared/edit/recipe.ts';
import { drawnCar, places } from './drawn-car.ts';

const SIZE = { width: 480, height: 320 };
const CANVAS = { width: 420, height: 430 };
/** Where the photo lies: cut off on the left, and away from the canvas' upper edge. */
const AT = { x: -37, y: 61 };

let layers: Layers;
beforeAll(async () => {
  const { photo, matte } = drawnCar(SIZE.width, SIZE.height);
  const pane: Stroke = { mode: 'glass', at: [...places.patch], area: 0.02 };
  const solid = Float32Array.from(matte, (value) => value / 255);
  const cutout = makeCutout(photo, matte, [pane], { regions: (await findRegions(photo, solid))?.tree ?? null, seen: null });
  const { width, height, zone, edges, glass, subject } = cutout;
  if (glass === null) throw new Error('the pane was not opened');
  const scene = layOut({ photo: SIZE, subject, aspect: '1:1', longEdge: null, horizon: null, placement: defaultRecipe.placement });
  const logo = { data: new Uint8Array(4 * 60 * 200).fill(0x5a), x: 340, y: 100, width: 60, height: 200 };
  layers = {
    shadow: shadowMask(CANVAS, cutout, scene, { kind: 'contact', strength: 0.8, softness: 0.5 }),
    photo: { picture: photo, part: WHOLE, ...AT },
    outline: { width, height, zone, edges },
    glass: { layer: glass, through: 0.7 },
    logo: { raster: logo, opacity: 0.6 },
  };
});

/** The rows of a picture from `from` to `to`, and nothing else of it. */
function cut({ data, width, height }: Raster, from: number, to: number): Strip {
  const [top, end] = [Math.min(height, Math.max(0, from)), Math.min(height, Math.max(0, to))];
  return { data: data.slice(3 * width * top, 3 * width * Math.max(top, end)), width, height, top };
}

const deepened = (picture: Raster): Raster => ({ ...picture, data: Uint16Array.from(picture.data, (value, i) => value * 257 - (i % 97)) });

function canvasOf(channels: 3 | 4, deep: boolean): Uint8Array | Uint16Array {
  const samples = CANVAS.width * CANVAS.height * channels;
  const data = deep ? new Uint16Array(samples) : new Uint8Array(samples);
  if (channels === 3) for (let i = 0; i < samples; i++) data[i] = (i * 31) % (deep ? 65_536 : 256);
  return data;
}

/** Lays the whole canvas in strips of so many rows, each with the rows of the photo that lie there and one more on either side. */
function laid(draw: typeof lay, channels: 3 | 4, deep: boolean, rows: number): Buffer {
  const data = canvasOf(channels, deep);
  const given = layers.photo.picture as Raster;
  const photo = deep ? deepened(given) : given;
  for (let from = 0; from < CANVAS.height; from += rows) {
    const to = Math.min(CANVAS.height, from + rows);
    const strip = data.subarray(from * CANVAS.width * channels, to * CANVAS.width * channels);
    const picture = cut(photo, from - AT.y - 1, to - AT.y + 1);
    if (layers.glass !== null)
      calmPanes(layers.glass.layer, {
        picture,
        part: WHOLE,
        rows: { from: picture.top ?? 0, to: (picture.top ?? 0) + picture.data.length / (3 * picture.width) },
      });
    draw({ data: strip, ...CANVAS, top: from }, { ...layers, photo: { ...layers.photo, picture } }, { from, to });
  }
  return bytesOf(data);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

describe.each([
  ['over a background', lay, 3],
  ['over nothing', layClear, 4],
] as const)('%s', (_where, draw, channels) => {
  test.each([
    [8, 7],
    [8, 64],
    [8, 1],
    [16, 61],
  ])('%i bits in strips of %i rows are what they are in one piece', (depth, rows) => {
    const whole = laid(draw, channels, depth === 16, CANVAS.height);
    expect(laid(draw, channels, depth === 16, rows).equals(whole)).toBe(true);
    expect(whole.equals(bytesOf(canvasOf(channels, depth === 16)))).toBe(false);
  });
});

describe('rows in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-rows-'));
  const place = { folder, picture: join(folder, 'car.jpg') };
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const kept = (): string[] => readdirSync(folder).filter((name) => name.startsWith('rows-'));

  test.each([
    [3, 8],
    [3, 16],
    [4, 8],
    [4, 16],
  ] as const)('%i channels of %i bits: what was written in any order comes back, to us and to an encoder', async (channels, depth) => {
    const shape: PixelShape = { width: 37, height: 23, channels, depth };
    const file = await RowFile.create(place, shape);
    const samples = depth === 16 ? new Uint16Array(37 * 23 * channels) : new Uint8Array(37 * 23 * channels);
    for (let i = 0; i < samples.length; i++) samples[i] = (i * 7919) % (depth === 16 ? 65_536 : 256);
    for (const [from, to] of [
      [12, 23],
      [0, 5],
      [5, 12],
    ] as const)
      await file.write({ from, to }, samples.subarray(from * 37 * channels, to * 37 * channels));
    expect(await file.samples(0, 23)).toEqual(samples);
    expect(await file.samples(9, 14)).toEqual(samples.slice(9 * 37 * channels, 14 * 37 * channels));
    const space = depth === 16 ? 'rgb16' : 'srgb';
    const raw = depth === 16 ? 'ushort' : 'uchar';
    const read = await file.pipeline().toColourspace(space).raw({ depth: raw }).toBuffer();
    expect(read.equals(Buffer.from(samples.buffer))).toBe(true);
    await file.remove();
    expect(kept()).toEqual([]);
  });

  test('a pipeline is decoded to the samples that it has in memory; another size than was promised is refused, and leaves nothing', async () => {
    const { photo } = drawnCar(90, 60);
    const jpeg = await sharp(photo.data, { raw: { width: 90, height: 60, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const upright = () => sharp(jpeg, { sequentialRead: true }).autoOrient();
    const file = await RowFile.decode(place, upright(), { width: 60, height: 90, channels: 3, depth: 8 });
    expect(Buffer.from(await file.samples(0, 90))).toEqual(await upright().raw().toBuffer());
    await file.remove();
    await expect(RowFile.decode(place, upright(), { width: 90, height: 60, channels: 3, depth: 8 })).rejects.toThrow('another shape');
    await expect(RowFile.decode(place, sharp(Buffer.from('none')), { width: 9, height: 6, channels: 3, depth: 8 })).rejects.toThrow();
    expect(kept()).toEqual([]);
  });

  test('what a process left behind days ago is taken away by the next one; what another is at work on stays', async () => {
    const [old, fresh] = [join(folder, 'rows-old.v'), join(folder, 'rows-fresh.tif')];
    for (const path of [old, fresh]) writeFileSync(path, 'rows');
    const days = Date.now() / 1000 - 3 * 86_400;
    utimesSync(old, days, days);
    const file = await RowFile.create(place, { width: 16, height: 16, channels: 3, depth: 8 });
    await file.remove();
    expect(kept()).toEqual(['rows-fresh.tif']);
  });
});

describe('threads, each with its own rows of the files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-bands-'));
  const place = { folder, picture: join(folder, 'car.jpg') };
  const bands = [1, 2, 3].map((count) => new Bands(count, new URL('../../../electron/darkroom/compose/band.ts', import.meta.url)));
  afterAll(async () => {
    await Promise.all(bands.map((each) => each.close()));
    rmSync(folder, { recursive: true, force: true });
  });
  const spec = specOf({ kind: 'built-in', id: 'showroom' });

  /** A file with these samples, for as long as `work` takes. */
  async function within<T>(shape: PixelShape, samples: Uint8Array | Uint16Array, work: (file: RowFile) => Promise<T>): Promise<T> {
    const file = await RowFile.create(place, shape);
    try {
      await file.write({ from: 0, to: shape.height }, samples);
      return await work(file);
    } finally {
      await file.remove();
    }
  }

  test('paint the same background, however many they are', async () => {
    const shape: PixelShape = { ...CANVAS, channels: 3, depth: 8 };
    const painted = await Promise.all(
      bands.map((each) =>
        within(shape, canvasOf(3, false), async (file) => {
          await file.lend((lent) => each.paint(lent, spec));
          return bytesOf(await file.samples(0, CANVAS.height));
        }),
      ),
    );
    const alone = new Uint8Array(3 * CANVAS.width * CANVAS.height);
    paintBackdrop(spec, CANVAS, { pixels: alone, channels: 3, from: 0, to: CANVAS.height });
    for (const each of painted) expect(each.equals(bytesOf(alone))).toBe(true);
  });

  test.each([
    ['over a background', lay, 3, 8],
    ['over a background', lay, 3, 16],
    ['over nothing', layClear, 4, 16],
  ] as const)('lay %s what one piece has', async (_where, draw, channels, depth) => {
    const deep = depth === 16;
    const given = layers.photo.picture as Raster;
    const { photo: _photo, ...overlay } = layers;
    const photoShape: PixelShape = { width: given.width, height: given.height, channels: 3, depth };
    for (const each of bands) {
      const data = await within({ ...CANVAS, channels, depth }, canvasOf(channels, deep), (canvas) =>
        within(photoShape, (deep ? deepened(given) : given).data, async (photo) => {
          const placed = { part: WHOLE, ...AT };
          await canvas.lend((file) => photo.lend((lent) => each.lay(file, { overlay, photo: { file: lent, ...placed }, calm: true })));
          return bytesOf(await canvas.samples(0, CANVAS.height));
        }),
      );
      expect(data.equals(laid(draw, channels, deep, CANVAS.height))).toBe(true);
    }
  });

  test('say what the disk failed by in the words of the picture, and go on', async () => {
    const shape: PixelShape = { ...CANVAS, channels: 3, depth: 8 };
    await within(shape, canvasOf(3, false), async (file) => {
      const [, two] = bands;
      const closed = file.lend((lent) => two?.paint({ ...lent, fd: 1_000_000 }, spec) ?? Promise.resolve());
      await expect(closed).rejects.toMatchObject({ problem: { code: 'output_failed', message: expect.stringContaining('car.jpg') } });
      await expect(file.lend((lent) => two?.paint(lent, spec) ?? Promise.resolve())).resolves.toBeUndefined();
    });
  });
});
