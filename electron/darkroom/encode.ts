/** From finished pixels to the bytes of a file, with the photo's own profile and metadata. */
import sharp from 'sharp';
import type { ExportSettings } from '../../shared/edit/recipe.ts';
import { MAX_PIXELS, refuse } from './problems.ts';
import type { Raster } from './raster.ts';
import type { Source } from './source.ts';

/** Largest side that each format can hold. */
const MAX_SIDE = { jpeg: 65_500, png: 1_000_000, webp: 16_383, tiff: 1_000_000 } as const;

export async function encode(picture: Raster, settings: ExportSettings, source: Source): Promise<Buffer> {
  const long = Math.max(picture.width, picture.height);
  if (long > MAX_SIDE[settings.format])
    throw refuse('output_too_large', source.path, `${long} pixels long, more than ${settings.format} can hold`);
  const { data, width, height } = picture;
  const pipeline = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: MAX_PIXELS });
  if (data instanceof Uint16Array) pipeline.toColourspace('rgb16');
  switch (settings.format) {
    case 'jpeg':
      // Huffman tables made to measure save 5 % and cost four times the time. From 90 on, colour keeps its full resolution.
      return pipeline
        .jpeg({ quality: settings.quality, chromaSubsampling: settings.quality >= 90 ? '4:4:4' : '4:2:0', optimiseCoding: false })
        .toBuffer();
    case 'png':
      return pipeline.png({ compressionLevel: 4, adaptiveFiltering: true }).toBuffer();
    case 'webp':
      return pipeline.webp({ quality: settings.quality, effort: 2, smartSubsample: settings.quality >= 90 }).toBuffer();
    case 'tiff':
      return pipeline.tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer();
  }
}
