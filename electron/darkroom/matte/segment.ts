/** From a photo to what the network says about it. */
import sharp from 'sharp';
import type { Size } from '../../../shared/edit/placement.ts';
import { bytesOf, type Raster } from '../files/raster.ts';
import { readScreenRaster, resizeRaster } from '../files/read-raster.ts';
import type { Source } from '../files/source.ts';
import type { Quality } from '../port.ts';
import { combine, hardenRegions } from './combine.ts';
import type { Model, ModelSize } from './model.ts';

/** Side of the matte of each quality. */
export const SIDE = { quick: 512, full: 1024 } as const;

/** What the network said of the small input, or a matte that is ready for use. */
export type KeptMatte = Quality | 'small';

/** Keeps mattes of one photo between runs. */
export interface MatteCache {
  /** Name of the network (`Model.fingerprint`) whose mattes these are. */
  readonly network: string;
  /** The bytes of a matte of `side` by `side`; null when it was not kept, or cannot be read. */
  matte(what: KeptMatte, side: number): Promise<Uint8Array | null>;
  /** Resolves when it is kept, which nobody has to wait for; never rejects: a matte that cannot be kept is made again. */
  keepMatte(what: KeptMatte, matte: Uint8Array): Promise<void>;
}

/** Whoever answers for the network: the model itself, or what it said before. */
export type Answering = Pick<Model, 'matte'>;

/** The network's own answer, before it is refined to the size of the photo. */
export interface Matte {
  readonly side: number;
  /** side * side bytes: 0 background, 255 subject. The photo is stretched to a square. */
  readonly data: Uint8Array;
}

/** Finds the matte in the photo's cache, or makes and keeps it. What the small input said for the first preview is not asked again. */
export async function segment(
  model: Answering,
  source: Source,
  guide: () => Promise<Raster>,
  cache: MatteCache,
  quality: Quality,
): Promise<Matte> {
  const side = SIDE[quality];
  const kept = await cache.matte(quality, side);
  if (kept !== null) return { side, data: kept };
  let small = await cache.matte('small', SIDE.quick);
  if (small === null) {
    small = await ask(model, 512, source, await guide(), cache.network);
    void cache.keepMatte('small', small);
  }
  const data = quality === 'full' ? combine(small, await ask(model, 1024, source, await guide(), cache.network)) : small.slice();
  hardenRegions(data, side);
  void cache.keepMatte(quality, data);
  return { side, data };
}

async function ask(model: Answering, size: ModelSize, source: Source, guide: Raster, network: string): Promise<Uint8Array> {
  const square = { width: size, height: size };
  // The network was trained on sRGB; a photo in another profile is read once more, converted.
  const picture = source.profile === null ? await resizeRaster(guide, square) : await readScreenRaster(source, square);
  return model.matte(size, picture, network);
}

/** The matte at another size and the photo's own shape. */
export async function matteAt({ side, data }: Matte, size: Size): Promise<Uint8Array> {
  const matte = await sharp(data, { raw: { width: side, height: side, channels: 1 } })
    .resize(size.width, size.height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return bytesOf(matte);
}
