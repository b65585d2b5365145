/**
 * Processing a finished picture by a chain of steps (PG-04): resized, cropped, turned, toned, marked, and written as another file. The
 * pixels stay in the picture's own colour space and depth from the first step to the last; the file it came from is only read.
 */
import { basename } from 'node:path';
import { type Chain, fileOf, readChain } from '../../../shared/edit/processing/chain.ts';
import { finishedSize, previewScale, scaledChain, sizesAlong } from '../../../shared/edit/processing/sizes.ts';
import { encode } from '../files/encode.ts';
import { within } from '../files/raster.ts';
import { decodingProblem, openSource, type Source } from '../files/source.ts';
import { bytesOf, writeDurably } from '../files/write-out.ts';
import type { Darkroom, Processed } from '../port.ts';
import { DarkroomError } from '../problems.ts';
import { misfit, rasterInput, type StepContext, type StepRaster, stepDone } from './steps.ts';

type Job = Parameters<Darkroom['process']>[0];

/**
 * Runs the chain and writes the file to `outPath`; with `screen` set, writes a preview for a screen instead: sRGB, at most that long,
 * every length of the chain at its scale.
 * @throws DarkroomError naming the file (the picture, the watermark, or what could not be written)
 */
export async function processPicture(job: Job, onProgress: (fraction: number) => void): Promise<Processed> {
  const read = readChain(job.chain, basename(job.path));
  if (!read.ok) throw new DarkroomError(read.error);
  const chain = read.value;
  const source = await openSource(job.path);
  // What the header alone can tell is told before anything is decoded.
  const sized = sizesAlong(chain, source);
  if (!sized.ok) throw misfit(sized.misfit, chain, job.path);
  return job.screen === null ? finished(job, chain, source, onProgress) : previewed(job, chain, source, job.screen);
}

async function finished(job: Job, chain: Chain, source: Source, onProgress: (fraction: number) => void): Promise<Processed> {
  const wish = fileOf(chain, source.format);
  const deep = source.depth === 16 && (wish.format === 'tiff' || wish.format === 'png');
  let raster = await openRaster(source, null, deep ? 16 : 8);
  const parts = chain.length + 2;
  onProgress(1 / parts);
  const context: StepContext = { path: job.path, files: job.files, profile: source.profile };
  for (const [at, step] of chain.entries()) {
    raster = await stepDone(raster, chain, at, step, context);
    onProgress((at + 2) / parts);
  }
  // Only PNG and WebP can say what is transparent.
  const pieces = await encode(wish.format === 'png' || wish.format === 'webp' ? raster : onWhite(raster), wish, source);
  const sha256 = await writeDurably(job.outPath, pieces);
  onProgress(1);
  return { width: raster.width, height: raster.height, bytes: bytesOf(pieces), sha256, format: wish.format };
}

async function previewed(job: Job, chain: Chain, source: Source, longEdge: number): Promise<Processed> {
  const scale = previewScale(chain, source, longEdge);
  const small = scaledChain(chain, scale);
  let raster = await openRaster(source, scale, 8);
  const context: StepContext = { path: job.path, files: job.files, profile: null };
  for (const [at, step] of small.entries()) raster = await stepDone(raster, chain, at, step, context);
  const size = within(raster, longEdge);
  const pipeline = rasterInput(raster);
  if (size.width !== raster.width) pipeline.resize(size.width, size.height, { fit: 'fill' });
  const bytes = await pipeline.webp({ quality: 90, effort: 0 }).toBuffer();
  const sha256 = await writeDurably(job.outPath, [bytes]);
  const full = finishedSize(chain, source) ?? { width: Math.round(raster.width / scale), height: Math.round(raster.height / scale) };
  return { ...full, bytes: bytes.length, sha256, format: fileOf(chain, source.format).format };
}

/** The upright picture with its transparency: in its own colours at full size, or (with a scale) in sRGB and smaller. */
async function openRaster(source: Source, scale: number | null, depth: 8 | 16): Promise<StepRaster> {
  const pipeline = scale === null ? await source.pixels() : await source.screen();
  if (scale !== null && scale < 1) {
    const width = Math.max(1, Math.round(source.width * scale));
    const height = Math.max(1, Math.round(source.height * scale));
    pipeline.resize(width, height, { fit: 'fill' });
  }
  try {
    const { data, info } = await pipeline
      .toColourspace(depth === 16 ? 'rgb16' : 'srgb')
      .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3 && info.channels !== 4) throw new Error(`${info.channels} channels where 3 or 4 were asked for`);
    const samples = depth === 16 ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data;
    return { data: samples, width: info.width, height: info.height, channels: info.channels };
  } catch (error) {
    throw await decodingProblem(error, source.path);
  }
}

/** Without transparency. */
function onWhite(raster: StepRaster): StepRaster {
  if (raster.channels === 3) return raster;
  const deep = raster.data instanceof Uint16Array;
  const { width, height, data } = raster;
  const out = deep ? new Uint16Array(width * height * 3) : new Uint8Array(width * height * 3);
  const most = deep ? 65_535 : 255;
  // Typed arrays are dense: an index inside them always holds a number.
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const alpha = (data[from + 3] as number) / most;
    for (let c = 0; c < 3; c++) out[to + c] = Math.round((data[from + c] as number) * alpha + most * (1 - alpha));
  }
  return { data: out, width, height, channels: 3 };
}
