/** From a photo to what the network says about it, at the guide's size. */
import sharp from 'sharp';
import type { Size } from '../../shared/edit/placement.ts';
import type { Model, ModelSize } from './model.ts';
import { type Raster, readScreenRaster, resizeRaster } from './raster.ts';
import type { Source } from './source.ts';

export type Quality = 'quick' | 'full';

/** The networks that a quality needs. */
export const sizesOf = (quality: Quality): readonly ModelSize[] => (quality === 'quick' ? [512] : [512, 1024]);

/** @returns size * size bytes */
export async function askModel(model: Model, size: ModelSize, source: Source, guide: Raster): Promise<Uint8Array> {
  const square = { width: size, height: size };
  // The network was trained on sRGB; a photo in another profile is read once more, converted.
  const picture = source.profile === null ? await resizeRaster(guide, square) : await readScreenRaster(source, square);
  return model.matte(size, picture);
}

/** A matte of the network at the guide's size. */
export async function matteAt(matte: Uint8Array, side: number, size: Size): Promise<Uint8Array> {
  return sharp(matte, { raw: { width: side, height: side, channels: 1 } })
    .resize(size.width, size.height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}

/** One matte from the answers that are there. */
export function combine(answers: ReadonlyMap<ModelSize, Uint8Array>): Uint8Array {
  const best = answers.get(1024) ?? answers.get(512);
  if (best === undefined) throw new Error('no answer to combine');
  return best;
}
