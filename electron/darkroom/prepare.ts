/** Making the cut-out picture that the live preview composes. */
import sharp from 'sharp';
import { GUIDE_LONG_EDGE } from './cutout.ts';
import type { Cutouts } from './cutouts.ts';
import { develop } from './develop.ts';
import { openFolder } from './folder.ts';
import type { Darkroom, Prepared } from './port.ts';
import { type Raster, readRaster, WHOLE, within } from './raster.ts';
import { openSource } from './source.ts';

/** Longest side of the cut-out picture: the first one fast, the second one as large as the preview's own pictures. */
const LONG_EDGE = { quick: GUIDE_LONG_EDGE, full: 2560 } as const;

type Job = Parameters<Darkroom['prepare']>[0];

export async function prepare(
  cutouts: Cutouts,
  modelFingerprint: string,
  { path, folder: place, strokes, quality }: Job,
): Promise<Prepared> {
  const source = await openSource(path);
  const folder = await openFolder(place, source, modelFingerprint);
  // Who asks for the quick one gets the full one when it is there.
  const kept = (await folder.prepared(folder.key('full', strokes))) ?? (await folder.prepared(folder.key(quality, strokes)));
  if (kept !== null && (quality === 'quick' || kept.quality === 'full')) return kept;
  const cutout = await cutouts.of(source, folder, strokes, quality);
  const picture = await readRaster(source, within(source, LONG_EDGE[quality]));
  const rgba = new Uint8Array(picture.width * picture.height * 4);
  develop(cutout, picture, WHOLE, cutoutSink(picture, rgba));
  const { width, height } = picture;
  const png = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 1, adaptiveFiltering: false })
    .toBuffer();
  return folder.keepPrepared(folder.key(quality, strokes), png, { width, height, quality, subject: cutout.subject });
}

/**
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
function cutoutSink({ data, width }: Raster, rgba: Uint8Array) {
  return {
    inside(y: number, x: number, end: number): void {
      for (let i = y * width + x; i < y * width + end; i++) {
        rgba[4 * i] = data[3 * i] as number;
        rgba[4 * i + 1] = data[3 * i + 1] as number;
        rgba[4 * i + 2] = data[3 * i + 2] as number;
        rgba[4 * i + 3] = 255;
      }
    },
    edge(y: number, x: number, alpha: number, r: number, g: number, b: number): void {
      const i = 4 * (y * width + x);
      rgba[i] = r + 0.5;
      rgba[i + 1] = g + 0.5;
      rgba[i + 2] = b + 0.5;
      rgba[i + 3] = alpha * 255 + 0.5;
    },
  };
}
