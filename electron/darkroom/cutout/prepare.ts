/** Making the cut-out picture that the live preview composes. */
import sharp from 'sharp';
import type { Size } from '../../../shared/edit/placement.ts';
import type { GlassRegions } from '../../../shared/edit/regions.ts';
import { type Raster, WHOLE, within } from '../files/raster.ts';
import { readRaster } from '../files/read-raster.ts';
import { openSource } from '../files/source.ts';
import { calmPanes, eachGlassPixel, type GlassLayer } from '../glass/layer.ts';
import { SIDE } from '../matte/segment.ts';
import type { Darkroom, Prepared, Quality, WholeDarkroom } from '../port.ts';
import type { Cutouts } from './cutouts.ts';
import { develop, type Sink } from './develop.ts';
import { openPhotoCache, type PhotoCache } from './photo-cache.ts';

/** Longest side of the full cut-out picture: as large as the preview's own pictures. The quick one has the size of its guide. */
const FULL_LONG_EDGE = 2560;

type Job = Parameters<Darkroom['prepare']>[0];

/** Makes, or finds, the picture that the live preview composes. Throws DarkroomError. */
export async function prepare(
  cutouts: Cutouts,
  modelFingerprint: string,
  { path, folder: place, strokes, quality: asked, calmGlass = false }: Job,
): Promise<Prepared> {
  const source = await openSource(path);
  const folder = await openPhotoCache(place, source, modelFingerprint);
  // Who asks for the quick one gets the full one when the matte for it is there: a stroke of the brush must not make things worse.
  const quality = asked === 'quick' ? await bestQuality(folder) : asked;
  const key = folder.pictureKey(quality, strokes, calmGlass);
  const kept = await folder.prepared(key);
  if (kept !== null) return kept;
  const cutout = await cutouts.of(source, folder, strokes, quality);
  const seen =
    quality === 'quick' ? await cutouts.guide(source, folder, quality) : await readRaster(source, within(source, FULL_LONG_EDGE));
  const { glass } = cutout;
  const picture = calmGlass && glass !== null ? { ...seen, data: seen.data.slice() } : seen;
  if (calmGlass && glass !== null) calmPanes(glass, { picture, part: WHOLE });
  const rgba = new Uint8Array(picture.width * picture.height * 4);
  develop(cutout, picture, WHOLE, cutoutSink(picture, rgba));
  const { width, height } = picture;
  const pictures = { cutout: await asPng(rgba, picture), glass: glass === null ? null : await asPng(pictureOfGlass(glass, seen), picture) };
  const { subject, ground, undecided } = cutout;
  return folder.keepPrepared(key, pictures, { width, height, quality, subject, undecided, ground });
}

/** Makes what applying will need, and `ready` says whether all of it; see `Cutouts.prefetch`. */
export async function prefetch(
  cutouts: Cutouts,
  modelFingerprint: string,
  { path, folder: place }: Parameters<WholeDarkroom['prefetch']>[0],
  isWanted: () => boolean,
): Promise<{ readonly ready: boolean }> {
  const source = await openSource(path);
  const folder = await openPhotoCache(place, source, modelFingerprint);
  return { ready: await cutouts.prefetch(source, folder, isWanted) };
}

/** The regions of the subject. */
export async function regionsOf(
  cutouts: Cutouts,
  modelFingerprint: string,
  { path, folder: place, strokes, quality }: Parameters<Darkroom['regions']>[0],
): Promise<GlassRegions | null> {
  const source = await openSource(path);
  const folder = await openPhotoCache(place, source, modelFingerprint);
  return cutouts.regions(source, folder, strokes, quality ?? (await bestQuality(folder)));
}

const bestQuality = async (folder: PhotoCache): Promise<Quality> => ((await folder.matte('full', SIDE.full)) === null ? 'quick' : 'full');

const asPng = (rgba: Uint8Array, { width, height }: Size): Promise<Buffer> =>
  sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 1, adaptiveFiltering: false })
    .toBuffer();

/** Alpha where glass is; as colour what it adds to what is seen through it. */
function pictureOfGlass(glass: GlassLayer, picture: Raster): Uint8Array {
  const rgba = new Uint8Array(picture.width * picture.height * 4);
  eachGlassPixel(glass, { picture, part: WHOLE }, (x, y, cover, haze) => {
    const i = 4 * (y * picture.width + x);
    rgba[i] = rgba[i + 1] = rgba[i + 2] = Math.min(255, 255 * haze + 0.5);
    rgba[i + 3] = 255 * cover + 0.5;
  });
  return rgba;
}

/**
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
function cutoutSink({ data, width }: Raster, rgba: Uint8Array): Sink {
  return {
    inside(y, x, end) {
      for (let i = y * width + x; i < y * width + end; i++) {
        rgba[4 * i] = data[3 * i] as number;
        rgba[4 * i + 1] = data[3 * i + 1] as number;
        rgba[4 * i + 2] = data[3 * i + 2] as number;
        rgba[4 * i + 3] = 255;
      }
    },
    edge(y, x, { alpha, r, g, b }) {
      const i = 4 * (y * width + x);
      rgba[i] = r + 0.5;
      rgba[i + 1] = g + 0.5;
      rgba[i + 2] = b + 0.5;
      rgba[i + 3] = alpha * 255 + 0.5;
    },
  };
}
