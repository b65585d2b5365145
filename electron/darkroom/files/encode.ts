/** From finished pixels to the bytes of a file, with the photo's own profile and metadata. */
import sharp, { type Sharp } from 'sharp';
import type { ExportSettings } from '../../../shared/edit/recipe.ts';
import { halvesColourWithCare } from '../../../shared/edit/webp.ts';
import { MAX_PIXELS, refuse } from '../problems.ts';
import { intoJpeg, intoPng, intoWebp, type Passengers } from './container.ts';
import { adjustExif, readExif } from './exif.ts';
import { type ClearRaster, type Raster, shapeOf } from './raster.ts';
import { RowFile } from './row-file.ts';
import type { Source } from './source.ts';
import { inMemory, MAX_TIFF_BYTES, type RowsToWrite, writeTiff } from './tiff.ts';

/** Longest side that each format can hold. */
const MAX_SIDE = { jpeg: 65_500, png: 2_000_000, webp: 16_383, tiff: 2_000_000 } as const;

/** From this quality on, JPEG keeps colour at full resolution: saturated edges (a red car on grey) stay clean. */
const FULL_COLOUR_FROM = 90;

/** In memory, or in a file. Four channels where the picture may be transparent: not for JPEG. */
type Encodable = (Raster & { readonly channels?: 3 }) | ClearRaster | RowFile;
type FileSettings = Pick<ExportSettings, 'format' | 'quality' | 'keepMetadata'>;

/**
 * The profile always goes along: without it the colours would be others. EXIF and XMP go along when the user keeps metadata.
 * @returns the file's bytes, in pieces that follow each other
 * @throws DarkroomError when the format cannot hold the picture
 */
export async function encode(picture: Encodable, settings: FileSettings, source: Source): Promise<readonly Buffer[]> {
  const { format, quality } = settings;
  const shape = picture instanceof RowFile ? picture.shape : shapeOf(picture);
  const { width, height, channels, depth } = shape;
  const long = Math.max(width, height);
  if (long > MAX_SIDE[format] || (format === 'tiff' && (width * height * channels * depth) / 8 > MAX_TIFF_BYTES)) {
    throw refuse('output_too_large', source.path, `${width} x ${height} pixels, more than a ${format} file can hold`);
  }
  const passengers: Passengers = {
    profile: source.embedded,
    exif: settings.keepMetadata && source.exif !== null ? adjustExif(source.exif, shape) : null,
    xmp: settings.keepMetadata ? source.xmp : null,
  };
  const nobody = passengers.profile === null && passengers.exif === null && passengers.xmp === null;
  if (format === 'tiff') {
    const exif = passengers.exif === null ? [] : readExif(passengers.exif);
    return writeTiff(rowsOf(picture), { ...passengers, exif, density: source.density });
  }
  const pipeline = pipelineOf(picture);
  switch (format) {
    case 'jpeg': {
      // Huffman tables made to measure would save 5 % and cost four times the time.
      const chromaSubsampling = quality >= FULL_COLOUR_FROM ? '4:4:4' : '4:2:0';
      const jpeg = await pipeline.jpeg({ quality, chromaSubsampling, optimiseCoding: false }).toBuffer();
      return [nobody ? jpeg : intoJpeg(jpeg, passengers)];
    }
    case 'png': {
      if (depth === 16) pipeline.toColourspace('rgb16');
      const png = await pipeline.png({ compressionLevel: 4, adaptiveFiltering: true }).toBuffer();
      return [nobody ? png : intoPng(png, passengers)];
    }
    case 'webp': {
      const webp = await pipeline.webp({ quality, effort: 2, smartSubsample: halvesColourWithCare(quality, shape) }).toBuffer();
      return [nobody ? webp : intoWebp(webp, passengers, shape)];
    }
  }
}

const pipelineOf = (picture: Encodable): Sharp =>
  picture instanceof RowFile
    ? picture.pipeline()
    : sharp(picture.data, {
        raw: { width: picture.width, height: picture.height, channels: picture.channels ?? 3 },
        limitInputPixels: MAX_PIXELS,
      });

const rowsOf = (picture: Encodable): RowsToWrite =>
  picture instanceof RowFile ? { shape: picture.shape, samples: (from, to) => picture.samples(from, to) } : inMemory(picture);
