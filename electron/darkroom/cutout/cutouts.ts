/** Where cut-outs come from: memory, the photo's folder, or the model. */
import type { Stroke } from '../../../shared/edit/recipe.ts';
import { type Raster, within } from '../files/raster.ts';
import { readAlpha, readRaster, resizeRaster } from '../files/read-raster.ts';
import type { Source } from '../files/source.ts';
import type { Model } from '../matte/model.ts';
import { type Matte, matteAt, segment } from '../matte/segment.ts';
import type { Quality } from '../port.ts';
import { type Cutout, GUIDE_LONG_EDGE, makeCutout } from './cutout.ts';
import type { PhotoCache } from './photo-cache.ts';

/** Cut-outs in memory: each takes about forty megabytes, and a photo is mostly edited and then applied. */
const IN_MEMORY = 2;

/** Guides in memory: a few megabytes each, and every stroke of the brush needs one. */
const GUIDES_IN_MEMORY = 3;

/** Longest side of the guide: the quick cut-out is for a first look. */
const GUIDE = { quick: 1280, full: GUIDE_LONG_EDGE } as const;

export interface Cutouts {
  /** @param onMatte called when the network has answered, and cores are free for other work; not called when nothing was asked */
  of(source: Source, folder: PhotoCache, strokes: readonly Stroke[], quality: Quality, onMatte?: () => void): Promise<Cutout>;
  /** The reduced photo from which a cut-out of that quality is made. */
  guide(source: Source, folder: PhotoCache, quality: Quality): Promise<Raster>;
}

export function createCutouts(model: Model): Cutouts {
  const cutouts = recent<Cutout>(IN_MEMORY);
  const guides = recent<Raster>(GUIDES_IN_MEMORY);

  async function guide(source: Source, folder: PhotoCache, quality: Quality): Promise<Raster> {
    const key = `${folder.id} ${quality}`;
    const known = guides.get(key);
    if (known !== null) return known;
    const size = within(source, GUIDE[quality]);
    // The quick one is made of the other, so that the photo is decoded once and the network sees the same either way.
    if (quality === 'quick') return guides.keep(key, await resizeRaster(await guide(source, folder, 'full'), size));
    return guides.keep(key, await readRaster(source, size));
  }

  return {
    guide,
    async of(source, folder, strokes, quality, onMatte) {
      const key = folder.key(quality, strokes);
      const name = `${folder.id} ${key}`;
      const known = cutouts.get(name) ?? (await folder.cutout(key));
      if (known !== null) return cutouts.keep(name, known);
      const reduced = await guide(source, folder, quality);
      const asked = (): Promise<Matte> => segment(model, source, () => guide(source, folder, 'full'), folder, quality);
      const matte = (await ownMatte(source, reduced)) ?? (await matteAt(await asked(), reduced));
      onMatte?.();
      const cutout = makeCutout(reduced, matte, strokes);
      // A quick cut-out is soon replaced by the full one.
      if (quality === 'full') folder.keepCutout(key, cutout);
      return cutouts.keep(name, cutout);
    },
  };
}

/** The last few of something, by key. */
function recent<T>(count: number): { get(key: string): T | null; keep(key: string, value: T): T } {
  const kept = new Map<string, T>();
  return {
    get: (key) => kept.get(key) ?? null,
    keep(key, value) {
      kept.delete(key);
      kept.set(key, value);
      for (const oldest of kept.keys()) {
        if (kept.size <= count) break;
        kept.delete(oldest);
      }
      return value;
    },
  };
}

/** Of a picture that was cut out before, its own transparency is the truth: at least this share is clear, and this share is not. */
const CLEAR_SHARE = 0.01;
const SOLID_SHARE = 0.002;

async function ownMatte(source: Source, guide: Raster): Promise<Uint8Array | null> {
  const alpha = await readAlpha(source, guide);
  if (alpha === null) return null;
  let [clear, solid] = [0, 0];
  for (const value of alpha) {
    if (value < 8) clear++;
    else if (value > 247) solid++;
  }
  return clear >= CLEAR_SHARE * alpha.length && solid >= SOLID_SHARE * alpha.length ? alpha : null;
}
