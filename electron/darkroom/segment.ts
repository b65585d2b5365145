/** From a photo to what the network says about it. */
import sharp from 'sharp';
import type { Size } from '../../shared/edit/placement.ts';
import { combine, settle } from './combine.ts';
import type { Folder } from './folder.ts';
import type { Model, ModelSize } from './model.ts';
import { type Raster, readScreenRaster, resizeRaster } from './raster.ts';
import type { Source } from './source.ts';

/** quick: the small input only. full: both, combined; what is exported. */
export type Quality = 'quick' | 'full';

/** Side of the matte of each quality. */
export const SIDE = { quick: 512, full: 1024 } as const;

export interface Matte {
  readonly side: number;
  /** side * side bytes: 0 background, 255 subject. The photo is stretched to a square. */
  readonly data: Uint8Array;
}

/** Finds the matte in the photo's folder, or makes and keeps it. What the small input said for the first preview is not asked again. */
export async function segment(
  model: Model,
  source: Source,
  guide: () => Promise<Raster>,
  folder: Folder,
  quality: Quality,
): Promise<Matte> {
  const side = SIDE[quality];
  const kept = await folder.matte(quality, side);
  if (kept !== null) return { side, data: kept };
  let small = await folder.matte('small', SIDE.quick);
  if (small === null) {
    small = await ask(model, 512, source, await guide());
    folder.keepMatte('small', small);
  }
  const data = quality === 'full' ? combine(small, await ask(model, 1024, source, await guide())) : small.slice();
  settle(data, side);
  folder.keepMatte(quality, data);
  return { side, data };
}

async function ask(model: Model, size: ModelSize, source: Source, guide: Raster): Promise<Uint8Array> {
  const square = { width: size, height: size };
  // The network was trained on sRGB; a photo in another profile is read once more, converted.
  const picture = source.profile === null ? await resizeRaster(guide, square) : await readScreenRaster(source, square);
  return model.matte(size, picture);
}

/** The matte at another size and the photo's own shape. */
export async function matteAt({ side, data }: Matte, size: Size): Promise<Uint8Array> {
  return sharp(data, { raw: { width: side, height: side, channels: 1 } })
    .resize(size.width, size.height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}
