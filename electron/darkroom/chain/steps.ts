/** One step of a chain on pixels in memory. Tone in 16 bits stays 16 bits: nothing here goes through a narrower space. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { Chain, Step } from '../../../shared/edit/processing/chain.ts';
import { stepLabels } from '../../../shared/edit/processing/sentences.ts';
import { isOutside, isTooLarge, type Misfit, sizeAfter } from '../../../shared/edit/processing/sizes.ts';
import { paintLogo } from '../compose/backdrop.ts';
import type { Raster } from '../files/raster.ts';
import { decodingProblem } from '../files/source.ts';
import { DarkroomError, MAX_PIXELS, problem, refuse } from '../problems.ts';
import { smartWindow } from './smart-crop.ts';

/** Interleaved RGB or RGBA, colours not multiplied by alpha. */
export interface StepRaster extends Raster {
  readonly channels: 3 | 4;
}

/** What a step needs besides the pixels. */
export interface StepContext {
  /** The picture, for the sentence when a step cannot be done. */
  readonly path: string;
  /** Where the watermarks lie, by the id that the chain names them by. */
  readonly files: Readonly<Record<string, string>>;
  /** The profile the pixels are in; null: sRGB. */
  readonly profile: Buffer | null;
}

/** A pipeline that reads these pixels, not touching their values. */
export const rasterInput = ({ data, width, height, channels }: StepRaster): Sharp =>
  sharp(data, { raw: { width, height, channels }, limitInputPixels: MAX_PIXELS });

/**
 * The raster after one step. `chain` is what was asked for: a misfit is told in its words, not in those of a preview's scale.
 * @throws DarkroomError when the step cannot be done to this picture
 */
export async function stepDone(raster: StepRaster, chain: Chain, at: number, step: Step, context: StepContext): Promise<StepRaster> {
  if (step.kind === 'crop' && isOutside(step, raster)) throw misfit({ code: 'crop_outside', step: at, size: raster }, chain, context.path);
  const size = sizeAfter(step, raster);
  if (size !== null && isTooLarge(size)) throw misfit({ code: 'too_large', step: at, size }, chain, context.path);
  if (step.kind === 'watermark') return watermarked(raster, step, context);
  if (step.kind === 'extend') return extended(raster, step, await colourIn(context.profile, step.colour));
  if (step.kind === 'smart-crop') {
    const cut = rasterInput(raster).extract(await smartWindow(rasterInput(raster), raster, step));
    return rendered(cut.resize(step.width, step.height, { fit: 'fill', kernel: 'lanczos3' }), raster, context.path);
  }
  const pipeline = piped(raster, step.kind === 'rotate' ? { ...step, colour: await colourIn(context.profile, step.colour) } : step);
  return pipeline === null ? raster : rendered(pipeline, raster, context.path);
}

/** The step on sharp; null: it is the file's business and not the pixels'. */
function piped(raster: StepRaster, step: Exclude<Step, { kind: 'watermark' | 'extend' | 'smart-crop' }>): Sharp | null {
  const input = rasterInput(raster);
  switch (step.kind) {
    case 'resize':
    case 'fit': {
      const size = sizeAfter(step, raster) ?? raster;
      return input.resize(size.width, size.height, { fit: 'fill', kernel: 'lanczos3' });
    }
    case 'fill':
      return input.resize(step.width, step.height, { fit: 'cover', position: positions[step.anchor], kernel: 'lanczos3' });
    case 'crop':
      return input.extract({ left: step.left, top: step.top, width: step.width, height: step.height });
    case 'trim':
      return input.trim({ threshold: step.threshold });
    case 'rotate':
      return input.rotate(step.angle, { background: step.colour });
    case 'flip':
      return input.flip();
    case 'mirror':
      return input.flop();
    case 'grayscale':
      // By lightness, without colour. Sharp's own grayscale() would leave 8 bits of 16.
      return input.modulate({ saturation: 0 });
    case 'brightness':
      return input.linear(1 + step.amount / 100, ROUNDED);
    case 'contrast': {
      const gain = 1 + step.amount / 100;
      const middle = raster.data instanceof Uint16Array ? 32_767.5 : 127.5;
      return input.linear(gain, middle * (1 - gain) + ROUNDED);
    }
    case 'saturation':
      return input.modulate({ saturation: 1 + step.amount / 100 });
    case 'sharpen':
      return step.amount === 0 ? null : input.sharpen({ sigma: step.radius, m1: step.amount / 50, m2: step.amount / 25, ...NO_HALOS });
    case 'blur':
      return input.blur(step.radius);
    case 'convert':
    case 'compress':
    case 'strip-metadata':
      return null;
  }
}

/** How much lighter and darker an edge may become, of 100: the library's own 10 and 20 draw a bright line around a car. */
const NO_HALOS = { y2: 4, y3: 8 } as const;

/** The library cuts fractions off. */
const ROUNDED = 0.5;

const positions = {
  'top-left': 'left top',
  top: 'top',
  'top-right': 'right top',
  left: 'left',
  centre: 'centre',
  right: 'right',
  'bottom-left': 'left bottom',
  bottom: 'bottom',
  'bottom-right': 'right bottom',
} as const;

async function rendered(pipeline: Sharp, { data: before }: StepRaster, path: string): Promise<StepRaster> {
  const deep = before instanceof Uint16Array;
  try {
    const { data, info } = await pipeline
      .toColourspace(deep ? 'rgb16' : 'srgb')
      .raw({ depth: deep ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels !== 3 && channels !== 4) throw new Error(`${channels} channels where 3 or 4 were asked for`);
    return { data: deep ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data, width, height, channels };
  } catch (error) {
    throw await decodingProblem(error, path);
  }
}

async function watermarked(raster: StepRaster, step: Extract<Step, { kind: 'watermark' }>, context: StepContext): Promise<StepRaster> {
  const { fileId, anchor, size, opacity, margin } = step;
  const placement = { fileId, position: { kind: 'anchor', anchor }, size, opacity, margin } as const;
  const file = context.files[fileId] ?? null;
  const mark = await asWatermark(() => withProfileFile(context.profile, (profilePath) => paintLogo(placement, file, raster, profilePath)));
  const { data, width, height, channels } = raster;
  const out = data.slice();
  const deep = data instanceof Uint16Array;
  const [scale, most] = deep ? [257, 65_535] : [1, 255];
  // Typed arrays are dense: an index inside them always holds a number.
  for (let y = Math.max(0, mark.y); y < Math.min(height, mark.y + mark.height); y++) {
    for (let x = Math.max(0, mark.x); x < Math.min(width, mark.x + mark.width); x++) {
      const from = 4 * ((y - mark.y) * mark.width + (x - mark.x));
      const to = channels * (y * width + x);
      const over = ((mark.data[from + 3] as number) / 255) * opacity;
      const under = (channels === 4 ? (data[to + 3] as number) / most : 1) * (1 - over);
      const alpha = over + under;
      if (alpha === 0) continue;
      for (let c = 0; c < 3; c++) {
        out[to + c] = Math.round(((mark.data[from + c] as number) * scale * over + (data[to + c] as number) * under) / alpha);
      }
      if (channels === 4) out[to + 3] = Math.round(alpha * most);
    }
  }
  return { ...raster, data: out };
}

/** Here and not in the library, whose white is 65,280 of 65,535 in sixteen bits. */
function extended(raster: StepRaster, step: Extract<Step, { kind: 'extend' }>, colour: string): StepRaster {
  const { data, width, height, channels } = raster;
  const size = { width: width + step.left + step.right, height: height + step.top + step.bottom };
  const deep = data instanceof Uint16Array;
  const out = deep ? new Uint16Array(size.width * size.height * channels) : new Uint8Array(size.width * size.height * channels);
  const pixel = [...Buffer.from(colour.slice(1), 'hex'), 255].slice(0, channels).map((value) => (deep ? value * 257 : value));
  const row = out.subarray(0, size.width * channels);
  for (let x = 0; x < size.width; x++) row.set(pixel, x * channels);
  for (let y = 1; y < size.height; y++) out.copyWithin(y * row.length, 0, row.length);
  for (let y = 0; y < height; y++) {
    const from = y * width * channels;
    out.set(data.subarray(from, from + width * channels), (y + step.top) * row.length + step.left * channels);
  }
  return { data: out, ...size, channels };
}

/** A colour that was chosen on a screen (sRGB), as the picture's own colour space has it. */
async function colourIn(profile: Buffer | null, colour: string): Promise<string> {
  if (profile === null) return colour;
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: colour } });
  const raw = await withProfileFile(profile, (path) =>
    (path === null ? pixel : pixel.withIccProfile(path)).raw({ depth: 'uchar' }).toBuffer(),
  );
  return `#${raw.toString('hex')}`;
}

/** The colour engine reads profiles from files only. */
async function withProfileFile<T>(profile: Buffer | null, work: (path: string | null) => Promise<T>): Promise<T> {
  if (profile === null) return work(null);
  const folder = await mkdtemp(join(tmpdir(), 'backlot-profile-'));
  try {
    const path = join(folder, 'photo.icc');
    await writeFile(path, profile);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A watermark is painted as a logo is; what is wrong with it is said of a watermark. */
async function asWatermark<T>(paint: () => Promise<T>): Promise<T> {
  try {
    return await paint();
  } catch (error) {
    if (!(error instanceof DarkroomError)) throw error;
    const { code, file = '' } = error.problem;
    if (code === 'logo_missing') throw new DarkroomError(problem('watermark_missing', file), error);
    if (code === 'logo_unreadable') throw new DarkroomError(problem('watermark_unreadable', file), error);
    throw error;
  }
}

/** Why a step does not fit this picture, by name and in pixels. */
export function misfit({ code, step: at, size }: Misfit, chain: Chain, path: string): DarkroomError {
  const step = chain[at];
  const place = `step ${at + 1} (${step === undefined ? '' : stepLabels[step.kind].toLowerCase()})`;
  const is = `${size.width} × ${size.height} px`;
  if (code === 'too_large') return refuse('step_too_large', path, `${is} after ${place}`);
  const wanted = step?.kind === 'crop' ? `${step.width} × ${step.height} px from ${step.left}, ${step.top}` : '';
  return refuse('crop_outside', path, `${place} wants ${wanted}, and the picture is ${is} there`);
}
