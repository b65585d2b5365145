/** Reads a source into pixels in memory. */
import type { Sharp } from 'sharp';
import sharp from 'sharp';
import type { Size } from '../../../shared/edit/placement.ts';
import { bytesOf, type PixelShape, type Raster, type Region } from './raster.ts';
import { RowFile, type Workplace } from './row-file.ts';
import { decodingProblem, type Source } from './source.ts';

/**
 * The photo at the size asked for, upright, transparency laid over white.
 * JPEGs are reduced while they are decoded, so small sizes are cheap.
 */
export const readRaster = async (source: Source, size: Size, depth: 8 | 16 = 8): Promise<Raster> =>
  finish(source, await resized(source, size, null), depth);

/** The same into a file. */
export async function readRows(place: Workplace, source: Source, { size, part, depth }: RowsWanted): Promise<RowFile> {
  const pipeline = await resized(source, size, part);
  if (source.hasAlpha) pipeline.flatten({ background: '#ffffff' });
  const shape: PixelShape = { ...size, channels: 3, depth };
  try {
    return await RowFile.decode(place, pipeline.toColourspace(depth === 16 ? 'rgb16' : 'srgb'), shape);
  } catch (error) {
    throw await decodingProblem(error, source.path);
  }
}

/** The size asked for, and of which part of the photo; null: of all of it. */
interface RowsWanted {
  readonly size: Size;
  readonly part: Region | null;
  readonly depth: 8 | 16;
}

async function resized(source: Source, size: Size, part: Region | null): Promise<Sharp> {
  const pipeline = await source.pixels();
  if (part !== null) pipeline.extract(part);
  if (part !== null || size.width !== source.width || size.height !== source.height)
    pipeline.resize(size.width, size.height, { fit: 'fill', kernel: 'lanczos3' });
  return pipeline;
}

/** The photo as the screen shows it (sRGB), at the size asked for. */
export async function readScreenRaster(source: Source, size: Size): Promise<Raster> {
  const pipeline = (await source.screen()).resize(size.width, size.height, { fit: 'fill', kernel: 'lanczos3' });
  return finish(source, pipeline, 8);
}

/** The photo's own transparency at a size, or null when it has none. */
export async function readAlpha(source: Source, size: Size): Promise<Uint8Array | null> {
  if (!source.hasAlpha) return null;
  const pipeline = (await source.pixels()).extractChannel('alpha').resize(size.width, size.height, { fit: 'fill', kernel: 'cubic' });
  try {
    return bytesOf(await pipeline.toColourspace('b-w').raw({ depth: 'uchar' }).toBuffer());
  } catch (error) {
    throw await decodingProblem(error, source.path);
  }
}

async function finish(source: Source, pipeline: Sharp, depth: 8 | 16): Promise<Raster> {
  if (source.hasAlpha) pipeline.flatten({ background: '#ffffff' });
  try {
    const { data, info } = await pipeline
      .toColourspace(depth === 16 ? 'rgb16' : 'srgb')
      .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels where 3 were asked for`);
    const samples = depth === 16 ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : bytesOf(data);
    return { data: samples, width: info.width, height: info.height };
  } catch (error) {
    throw await decodingProblem(error, source.path);
  }
}

/** Another size of a raster that is in memory already. */
export async function resizeRaster(raster: Raster, size: Size, kernel: 'linear' | 'cubic' = 'linear'): Promise<Raster> {
  if (raster.width === size.width && raster.height === size.height) return raster;
  const { data, info } = await sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels: 3 } })
    .resize(size.width, size.height, { fit: 'fill', kernel })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: bytesOf(data), width: info.width, height: info.height };
}
