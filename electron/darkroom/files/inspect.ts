/** Proving that a file is a picture, and making the two small pictures by which the library shows it. */
import type { Sharp } from 'sharp';
import sharp from 'sharp';
import type { Inspection } from '../port.ts';
import { within } from './raster.ts';
import { decodingProblem, openSource } from './source.ts';
import { writeAtomically } from './write-out.ts';

const SCREEN_LONG_EDGE = 2560;
const THUMB_LONG_EDGE = 512;

/** Decodes the file once, and writes the thumbnail and the screen picture. Throws DarkroomError when it is no picture that can be read. */
export async function inspect(job: { path: string; thumbPath: string; screenPath: string }): Promise<Inspection> {
  const source = await openSource(job.path);
  const size = within(source, SCREEN_LONG_EDGE);
  let screen: { data: Buffer; info: { width: number; height: number; channels: 1 | 2 | 3 | 4 } };
  try {
    const pipeline: Sharp = (await source.screen())
      .resize(size.width, size.height, { fit: 'fill', kernel: 'lanczos3' })
      .toColourspace('srgb');
    screen = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw await decodingProblem(error, job.path);
  }
  const { width, height, channels } = screen.info;
  const decoded = (): Sharp => sharp(screen.data, { raw: { width, height, channels } });
  const thumb = within(source, THUMB_LONG_EDGE);
  const [large, small] = await Promise.all([
    decoded().webp({ quality: 88, effort: 0 }).toBuffer(),
    decoded().resize(thumb.width, thumb.height, { fit: 'fill' }).webp({ quality: 82, effort: 2 }).toBuffer(),
  ]);
  await writeAtomically(job.screenPath, large);
  await writeAtomically(job.thumbPath, small);
  const { format, bytes, depth, frames } = source;
  return { width: source.width, height: source.height, format, bytes, bitDepth: depth, frames };
}
