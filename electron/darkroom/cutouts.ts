/** Where cut-outs come from: memory, the photo's folder, or the model. */
import type { Stroke } from '../../shared/edit/recipe.ts';
import { type Cutout, GUIDE_LONG_EDGE, makeCutout } from './cutout.ts';
import type { Folder } from './folder.ts';
import type { Model } from './model.ts';
import { type Raster, readAlpha, readRaster, within } from './raster.ts';
import { matteAt, type Quality, segment } from './segment.ts';
import type { Source } from './source.ts';

/** Cut-outs in memory: each takes about forty megabytes, and a photo is mostly edited and then applied. */
const IN_MEMORY = 2;

export interface Cutouts {
  of(source: Source, folder: Folder, strokes: readonly Stroke[], quality: Quality): Promise<Cutout>;
}

export function createCutouts(model: Model): Cutouts {
  const memory = new Map<string, Cutout>();

  function remember(key: string, cutout: Cutout): Cutout {
    memory.delete(key);
    memory.set(key, cutout);
    for (const oldest of memory.keys()) {
      if (memory.size <= IN_MEMORY) break;
      memory.delete(oldest);
    }
    return cutout;
  }

  return {
    async of(source, folder, strokes, quality) {
      const key = folder.key(quality, strokes);
      const known = memory.get(key) ?? (await folder.cutout(key));
      if (known !== null) return remember(key, known);
      const guide = await readRaster(source, within(source, GUIDE_LONG_EDGE));
      const matte = (await ownMatte(source, guide)) ?? (await matteAt(await segment(model, source, guide, folder, quality), guide));
      const cutout = makeCutout(guide, matte, strokes);
      // A quick cut-out is soon replaced by the full one.
      if (quality === 'full') await folder.keepCutout(key, cutout);
      return remember(key, cutout);
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
