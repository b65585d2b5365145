/** From finished pixels to the bytes of a file, with the photo's own profile and metadata. */
import sharp from 'sharp';
import type { ExportSettings } from '../../../shared/edit/recipe.ts';
import { MAX_PIXELS, refuse } from '../problems.ts';
import { intoJpeg, intoPng, intoWebp, type Passengers } from './container.ts';
import { adjustExif, readExif } from './exif.ts';
import type { ClearRaster, Raster } from './raster.ts';
import type { Source } from './source.ts';
import { MAX_TIFF_BYTES, writeTiff } from './tiff.ts';

/** Longest side that each format can hold. */
const MAX_SIDE = { jpeg: 65_500, png: 2_000_000, webp: 16_383, tiff: 2_000_000 } as const;

/** From this quality on, JPEG keeps colour at full resolution: saturated edges (a red car on grey) stay clean. */
const FULL_COLOUR_FROM = 90;

/** `channels` is 4 where the picture may be transparent: not for JPEG. */
type Encodable = (Raster & { readonly channels?: 3 }) | ClearRaster;
type FileSettings = Pick<ExportSettings, 'format' | 'quality' | 'keepMetadata'>;

/**
 * The profile always goes along: without it the colours would be others. EXIF and XMP go along when the user keeps metadata.
 * @throws DarkroomError when the format cannot hold the picture
 */
export async function encode(picture: Encodable, settings: FileSettings, source: Source): Promise<Buffer> {
  const { format, quality } = settings;
  const { data, width, height, channels = 3 } = picture;
  const long = Math.max(width, height);
  if (long > MAX_SIDE[format] || (format === 'tiff' && data.byteLength > MAX_TIFF_BYTES)) {
    throw refuse('output_too_large', source.path, `${width} x ${height} pixels, more than a ${format} file can hold`);
  }
  const passengers: Passengers = {
    profile: source.embedded,
    exif: settings.keepMetadata && source.exif !== null ? adjustExif(source.exif, picture) : null,
    xmp: settings.keepMetadata ? source.xmp : null,
  };
  const nobody = passengers.profile === null && passengers.exif === null && passengers.xmp === null;
  if (format === 'tiff') {
    const exif = passengers.exif === null ? [] : readExif(passengers.exif);
    return writeTiff(picture, { ...passengers, exif, density: source.density });
  }
  const pipeline = sharp(data, { raw: { width, height, channels }, limitInputPixels: MAX_PIXELS });
  switch (format) {
    case 'jpeg': {
      // Huffman tables made to measure would save 5 % and cost four times the time.
      const chromaSubsampling = quality >= FULL_COLOUR_FROM ? '4:4:4' : '4:2:0';
      const jpeg = await pipeline.jpeg({ quality, chromaSubsampling, optimiseCoding: false }).toBuffer();
      return nobody ? jpeg : intoJpeg(jpeg, passengers);
    }
    case 'png': {
      if (data instanceof Uint16Array) pipeline.toColourspace('rgb16');
      const png = await pipeline.png({ compressionLevel: 4, adaptiveFiltering: true }).toBuffer();
      return nobody ? png : intoPng(png, passengers);
    }
    case 'webp': {
      const webp = await pipeline.webp({ quality, effort: 2, smartSubsample: quality >= FULL_COLOUR_FROM }).toBuffer();
      return nobody ? webp : intoWebp(webp, passengers, picture);
    }
  }
}
