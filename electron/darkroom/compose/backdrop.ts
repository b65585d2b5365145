/** The background at the canvas' size, in the photo's colour space, and the logo likewise. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { specOf } from '../../../shared/edit/backdrops/backdrop.ts';
import { placeLogo, type Size } from '../../../shared/edit/placement.ts';
import type { Background, BuiltInBackground, LogoPlacement } from '../../../shared/edit/recipe.ts';
import type { Raster } from '../files/raster.ts';
import { copyShared, type SharedRaster, takeShared } from '../files/shared-rasters.ts';
import { openSource, type Source } from '../files/source.ts';
import { DarkroomError, MAX_PIXELS, problem, refuse } from '../problems.ts';
import type { Bands } from './bands.ts';
import type { LogoRaster } from './compose.ts';

/** A background that hides what is behind it. */
export type PaintedBackground = Exclude<Background, { readonly kind: 'transparent' }>;

/**
 * The last background painted: a batch puts the same one behind photo after photo. It is kept once it was asked for twice in a row,
 * because a copy costs, too; larger ones are painted anew each time.
 */
let last: { readonly key: string; readonly raster: Raster | null } | null = null;
const KEPT_PIXELS = 40_000_000;

/**
 * @param profilePath the photo's ICC profile as a file; null when the photo is sRGB
 * @returns canvas-sized RGB, 8 bits; the caller's own to draw on and to give back
 */
export async function paintBackground(
  bands: Bands,
  background: PaintedBackground,
  filePath: string | null,
  canvas: Size,
  profilePath: string | null,
): Promise<SharedRaster> {
  const key = JSON.stringify([
    background,
    filePath,
    filePath === null ? null : await stamp(filePath),
    canvas.width,
    canvas.height,
    profilePath,
  ]);
  const again = last?.key === key;
  if (again && last?.raster != null) return copyShared(last.raster);
  last = { key, raster: null };
  const raster =
    background.kind === 'built-in'
      ? await paintBuiltIn(bands, background, canvas, profilePath)
      : copyShared(await paintFile(filePath, background.fileId, canvas, profilePath));
  if (again && canvas.width * canvas.height <= KEPT_PIXELS) last = { key, raster: { ...raster, data: new Uint8Array(raster.data) } };
  return raster;
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

async function paintBuiltIn(bands: Bands, background: BuiltInBackground, canvas: Size, profilePath: string | null): Promise<SharedRaster> {
  const painted = takeShared(canvas.width, canvas.height, 8);
  await bands.paint(painted, specOf(background));
  if (profilePath === null) return painted;
  const raw = sharp(painted.data, { raw: { ...canvas, channels: 3 }, limitInputPixels: MAX_PIXELS });
  const converted = await toRaster(raw.withIccProfile(profilePath));
  painted.data.set(converted.data);
  return painted;
}

async function paintFile(filePath: string | null, fileId: string, canvas: Size, profilePath: string | null): Promise<Raster> {
  if (filePath === null || !existsSync(filePath)) throw refuse('background_missing', filePath ?? fileId);
  const source = await openAs('background_unreadable', filePath);
  const pipeline = (await source.screen()).resize(canvas.width, canvas.height, { fit: 'cover', kernel: 'lanczos3' });
  if (source.hasAlpha) pipeline.flatten({ background: '#ffffff' });
  if (profilePath !== null) pipeline.withIccProfile(profilePath);
  try {
    return await toRaster(pipeline.toColourspace('srgb'));
  } catch (error) {
    throw refuse('background_unreadable', filePath, '', error);
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

async function toRaster(pipeline: Sharp): Promise<Raster> {
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
