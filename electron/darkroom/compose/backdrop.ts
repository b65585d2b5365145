/** The background at the canvas' size, in the photo's colour space, and the logo likewise. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { type Rows, specOf } from '../../../shared/edit/backdrops/backdrop.ts';
import { placeLogo, type Size } from '../../../shared/edit/placement.ts';
import type { Background, BuiltInBackground, LogoPlacement } from '../../../shared/edit/recipe.ts';
import type { Strip } from '../files/raster.ts';
import { RowFile, type Workplace } from '../files/row-file.ts';
import { openSource, type Source } from '../files/source.ts';
import { StripMemory, stripsOf } from '../files/strips.ts';
import { DarkroomError, MAX_PIXELS, problem, refuse } from '../problems.ts';
import type { Bands } from './bands.ts';
import type { LogoRaster } from './compose.ts';

/** A background that hides what is behind it. */
export type PaintedBackground = Exclude<Background, { readonly kind: 'transparent' }>;

/**
 * The last background painted: a batch puts the same one behind photo after photo. It is kept once it was asked for twice in a row,
 * because a copy costs, too; larger ones are painted anew each time. RGB, 8 bits.
 */
let last: { readonly key: string; readonly pixels: Uint8Array | null } | null = null;
const KEPT_PIXELS = 40_000_000;

/** What is painted. */
export interface BackgroundWanted {
  readonly background: PaintedBackground;
  /** The background's own picture; null for a built-in one. */
  readonly filePath: string | null;
  /** The photo's ICC profile as a file; null when the photo is sRGB. */
  readonly profilePath: string | null;
}

/** Some rows of a background, in 8 bits. */
type RowsPainted = (strip: Strip, rows: Rows) => Promise<void>;

/**
 * Paints every row of the canvas, of 8 bits or 16.
 * @param place for a picture of the background's own, while it is brought to size
 */
export async function paintBackground(bands: Bands, wanted: BackgroundWanted, canvas: RowFile, place: Workplace): Promise<void> {
  const { background, filePath, profilePath } = wanted;
  const { width, height } = canvas.shape;
  const key = JSON.stringify([background, filePath, filePath === null ? null : await stamp(filePath), width, height, profilePath]);
  const isLast = last?.key === key;
  if (isLast && last?.pixels != null) {
    const { pixels } = last;
    return fill(canvas, null, async ({ data }, { from, to }) => data.set(pixels.subarray(3 * width * from, 3 * width * to)));
  }
  last = { key, pixels: null };
  const kept = isLast && width * height <= KEPT_PIXELS ? new Uint8Array(3 * width * height) : null;
  if (background.kind === 'built-in' && profilePath === null && canvas.shape.depth === 8) {
    await paintBuiltIn(bands, background, canvas);
    if (kept !== null) await canvas.read({ from: 0, to: height }, kept);
  } else {
    const size = { canvas: canvas.shape, profilePath, place };
    const file = background.kind === 'built-in' ? await drawn(bands, background, size) : await openFile(filePath, background.fileId, size);
    try {
      const converts = background.kind === 'built-in' && profilePath !== null;
      await fill(canvas, kept, async (strip, rows) => {
        await file.read(rows, strip.data);
        if (converts) await convert(strip, rows, profilePath);
      });
    } finally {
      await file.remove();
    }
  }
  if (kept !== null) last = { key, pixels: kept };
}

/** @param kept gets a copy of all rows, when there is one */
async function fill(canvas: RowFile, kept: Uint8Array | null, paint: RowsPainted): Promise<void> {
  const { width, height, depth } = canvas.shape;
  const shape = { width, height, channels: 3, depth: 8 } as const;
  const memory = new StripMemory();
  for (const rows of stripsOf(shape)) {
    const strip = memory.take(shape, rows);
    await paint(strip, rows);
    kept?.set(strip.data, 3 * width * rows.from);
    // 255 and 65,535 are the same white.
    await canvas.write(rows, depth === 16 ? Uint16Array.from(strip.data, (value) => value * 257) : strip.data);
  }
}

/** Changes when the file does; null when it is not there. */
async function stamp(path: string): Promise<string | null> {
  try {
    const { mtimeMs, size } = await stat(path);
    return `${mtimeMs} ${size}`;
  } catch {
    return null;
  }
}

const paintBuiltIn = (bands: Bands, background: BuiltInBackground, canvas: RowFile): Promise<void> =>
  canvas.lend((file) => bands.paint(file, specOf(background)));

/** What a background of another kind than the canvas' own is brought to. */
interface Wanted {
  readonly canvas: Size;
  readonly profilePath: string | null;
  readonly place: Workplace;
}

/** In 8 bits of sRGB, in a file that the caller removes: for a canvas that has them otherwise. */
async function drawn(bands: Bands, background: BuiltInBackground, { canvas: { width, height }, place }: Wanted): Promise<RowFile> {
  const file = await RowFile.create(place, { width, height, channels: 3, depth: 8 });
  try {
    await paintBuiltIn(bands, background, file);
    return file;
  } catch (error) {
    await file.remove();
    throw error;
  }
}

/** From sRGB to a profile, in place. */
async function convert({ data, width }: Strip, { from, to }: Rows, profilePath: string): Promise<void> {
  const raw = sharp(data, { raw: { width, height: to - from, channels: 3 }, limitInputPixels: MAX_PIXELS });
  data.set(await raw.withIccProfile(profilePath).raw({ depth: 'uchar' }).toBuffer());
}

async function openFile(filePath: string | null, fileId: string, { canvas, profilePath, place }: Wanted): Promise<RowFile> {
  if (filePath === null || !existsSync(filePath)) throw refuse('background_missing', filePath ?? fileId);
  const source = await openAs('background_unreadable', filePath);
  const pipeline = (await source.screen()).resize(canvas.width, canvas.height, { fit: 'cover', kernel: 'lanczos3' });
  if (source.hasAlpha) pipeline.flatten({ background: '#ffffff' });
  if (profilePath !== null) pipeline.withIccProfile(profilePath);
  try {
    return await RowFile.decode(place, pipeline.toColourspace('srgb'), {
      width: canvas.width,
      height: canvas.height,
      channels: 3,
      depth: 8,
    });
  } catch (error) {
    throw error instanceof DarkroomError ? error : refuse('background_unreadable', filePath, '', error);
  }
}

/** The logo in its size on the canvas, in the canvas' colour space. Throws DarkroomError when its file is gone or no picture. */
export async function paintLogo(
  placement: LogoPlacement,
  filePath: string | null,
  canvas: Size,
  profilePath: string | null,
): Promise<LogoRaster> {
  if (filePath === null || !existsSync(filePath)) throw refuse('logo_missing', filePath ?? placement.fileId);
  const source = await openAs('logo_unreadable', filePath);
  const rect = placeLogo(canvas, source, placement);
  const width = Math.max(1, Math.round(rect.width * canvas.width));
  const height = Math.max(1, Math.round(rect.height * canvas.height));
  // An SVG is drawn at the size it is shown at, not drawn small and enlarged: 72 dpi is its own size.
  const density = Math.min(10_000, Math.max(72, (72 * width * 1.05) / source.width));
  const pipeline = source.format === 'svg' ? sharp(filePath, { density }) : await source.screen();
  pipeline.resize(width, height, { fit: 'fill', kernel: 'lanczos3' }).toColourspace('srgb');
  if (profilePath !== null) pipeline.withIccProfile(profilePath);
  try {
    const data = await pipeline.ensureAlpha().raw({ depth: 'uchar' }).toBuffer();
    return { data, x: Math.round(rect.x * canvas.width), y: Math.round(rect.y * canvas.height), width, height };
  } catch (error) {
    throw refuse('logo_unreadable', filePath, '', error);
  }
}

async function openAs(code: 'background_unreadable' | 'logo_unreadable', path: string): Promise<Source> {
  try {
    return await openSource(path);
  } catch (error) {
    const inner = error instanceof DarkroomError ? error.problem : null;
    // A size problem is said as it is; everything else as what it means for the edit.
    if (inner?.code === 'picture_too_large') throw error;
    throw new DarkroomError(problem(code, path), error);
  }
}
