/** Where cut-outs come from: memory, the photo's folder, or the model. */
import { setImmediate } from 'node:timers/promises';
import { undecidedShare } from '../../../shared/edit/hints.ts';
import { isBrushStroke, isGlassStroke, type Stroke } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { GlassRegions } from '../../../shared/edit/regions.ts';
import { focalOverWidth } from '../files/exif.ts';
import { type Raster, within } from '../files/raster.ts';
import { readAlpha, readRaster, resizeRaster } from '../files/read-raster.ts';
import type { Source } from '../files/source.ts';
import { findRegions } from '../glass/regions.ts';
import { type Grounded, type Survey, standOnGround, surveyGround } from '../ground/ground.ts';
import type { Model } from '../matte/model.ts';
import { type KeptMatte, type Matte, type MatteCache, matteAt, SIDE, segment } from '../matte/segment.ts';
import type { Quality } from '../port.ts';
import { NOTHING_BESIDE, solidMatte } from './acts.ts';
import { type Cutout, GUIDE_LONG_EDGE, makeCutout } from './cutout.ts';
import { ALONE, type EdgeThreads } from './edge-threads.ts';
import type { PhotoCache } from './photo-cache.ts';

/** Cut-outs in memory: each takes about forty megabytes, and a photo is mostly edited and then applied. */
const IN_MEMORY = 2;

/** Guides in memory: a few megabytes each, and every stroke of the brush needs one. */
const GUIDES_IN_MEMORY = 3;

/** Trees of regions in memory: a megabyte each, and every click on glass needs one. */
const TREES_IN_MEMORY = 4;

/** Longest side of the guide: the quick cut-out is for a first look. */
const GUIDE = { quick: 1280, full: GUIDE_LONG_EDGE } as const;

/** Cut-outs by one model, the cheapest source first; the last few are kept in memory. */
export class Cutouts {
  readonly #model: Model;
  readonly #threads: EdgeThreads;
  readonly #cutouts = new Recent<Cutout>(IN_MEMORY);
  readonly #guides = new Recent<Raster>(GUIDES_IN_MEMORY);
  readonly #trees = new Recent<GlassRegions>(TREES_IN_MEMORY);
  /** Wheels are looked for once, not for every stroke of the brush. */
  readonly #surveys = new Recent<Survey>(IN_MEMORY);

  /** @param threads share the work along edges */
  constructor(model: Model, threads: EdgeThreads = ALONE) {
    this.#model = model;
    this.#threads = threads;
  }

  /** @param onMatte called when the network has answered, and cores are free for other work; not called when nothing was asked */
  async of(source: Source, folder: PhotoCache, strokes: readonly Stroke[], quality: Quality, onMatte?: () => void): Promise<Cutout> {
    const key = folder.key(quality, strokes);
    const name = `${folder.id} ${key}`;
    const known = this.#cutouts.get(name) ?? (await folder.cutout(key));
    if (known !== null) return this.#cutouts.keep(name, known);
    const look = await this.#look(source, folder, quality);
    onMatte?.();
    // What that begins is asked of other threads before this one is busy.
    await setImmediate();
    const { matte, ground } = this.#standing(folder, look, strokes);
    const found = strokes.some(isGlassStroke) ? await this.#regionsIn(folder, look, matte, strokes) : null;
    const made = makeCutout(look.guide, matte, strokes, { regions: found?.tree ?? null, seen: await seenIn(look, strokes) }, this.#threads);
    const cutout = { ...made, ground, undecided: await undecidedIn(look, made.subject, strokes) };
    // A quick cut-out is soon replaced by the full one.
    if (quality === 'full') void folder.keepCutout(key, cutout);
    return this.#cutouts.keep(name, cutout);
  }

  /**
   * Makes what `of` will find for a photo without strokes, look by look, and keeps it in the photo's folder alone: memory is for what
   * somebody looks at.
   * @param isWanted asked between the steps: whether to make way for something else
   * @returns false: it made way; what was made until then is kept, and asked again it goes on from there
   */
  async prefetch(source: Source, folder: PhotoCache, isWanted: () => boolean): Promise<boolean> {
    const key = folder.key('full', []);
    if ((await folder.cutout(key)) !== null) return true;
    const guide = await readRaster(source, within(source, GUIDE.full));
    const own = await ownMatte(source, guide);
    let seen: Matte | null = null;
    if (own === null) {
      for (const quality of ['quick', 'full'] as const) {
        const kept: Promise<void>[] = [];
        const keepMatte: MatteCache['keepMatte'] = (...what) => {
          const keeping = folder.keepMatte(...what);
          kept.push(keeping);
          return keeping;
        };
        seen = await segment(this.#model, source, async () => guide, { network: folder.network, matte: folder.matte, keepMatte }, quality);
        await Promise.all(kept);
        // What was kept before is no step: each time it gets further.
        if (kept.length > 0 && isWanted()) return false;
      }
    }
    const matte = own ?? (seen === null ? null : await matteAt(seen, guide));
    if (matte !== null) await folder.keepCutout(key, makeCutout(guide, matte, [], NOTHING_BESIDE, this.#threads));
    return true;
  }

  /** The regions of the subject as it is with these strokes, glass aside; null without a subject. */
  async regions(source: Source, folder: PhotoCache, strokes: readonly Stroke[], quality: Quality): Promise<GlassRegions | null> {
    const known = this.#trees.get(treeName(folder, quality, strokes));
    if (known !== null) return known;
    const look = await this.#look(source, folder, quality);
    return this.#regionsIn(folder, look, this.#standing(folder, look, strokes).matte, strokes);
  }

  /** @param standing the matte without an old shadow */
  async #regionsIn(folder: PhotoCache, look: Look, standing: Uint8Array, strokes: readonly Stroke[]): Promise<GlassRegions | null> {
    const name = treeName(folder, look.quality, strokes);
    const known = this.#trees.get(name);
    if (known !== null) return known;
    const solid = solidMatte(look.guide, standing, drawnIn(strokes), await seenIn(look, strokes));
    const found = await findRegions(look.guide, solid);
    return found === null ? null : this.#trees.keep(name, found);
  }

  /** The reduced photo from which a cut-out of that quality is made. */
  async guide(source: Source, folder: PhotoCache, quality: Quality): Promise<Raster> {
    const key = `${folder.id} ${quality}`;
    const known = this.#guides.get(key);
    if (known !== null) return known;
    const size = within(source, GUIDE[quality]);
    // The quick one is made of the other, so that the photo is decoded once and the network sees the same either way.
    if (quality === 'quick') return this.#guides.keep(key, await resizeRaster(await this.guide(source, folder, 'full'), size));
    return this.#guides.keep(key, await readRaster(source, size));
  }

  /** The photo, and what the network, or the picture itself, says of it. */
  async #look(source: Source, folder: PhotoCache, quality: Quality): Promise<Look> {
    const guide = await this.guide(source, folder, quality);
    // While the network thinks, they start.
    this.#threads.ready();
    const mattes = new MattesOnce(folder);
    const asked = (): Promise<Matte> => segment(this.#model, source, () => this.guide(source, folder, 'full'), mattes, quality);
    const own = await ownMatte(source, guide);
    const matte = own ?? (await matteAt(await asked(), guide));
    return { quality, guide, mattes, own: own !== null, matte, lens: focalOverWidth(source.exif, source) };
  }

  /** The matte without an old shadow. The quick one is soon replaced: it stays as it is. */
  #standing(folder: PhotoCache, { quality, guide, own, matte, lens }: Look, strokes: readonly Stroke[]): Grounded {
    if (quality === 'quick') return { matte, ground: null };
    const name = `${folder.id} ${folder.network}`;
    const known = this.#surveys.get(name) ?? surveyGround(guide, matte, lens);
    if (known !== null) this.#surveys.keep(name, known);
    // Nothing is taken from a matte that somebody else made, unless it is asked for.
    return standOnGround(known, matte, guide, own ? [LEAVE_GROUND, ...strokes] : strokes);
  }
}

/** What a cut-out is made of before anybody works on it. */
interface Look {
  readonly quality: Quality;
  /** The photo, reduced. */
  readonly guide: Raster;
  /** Bytes, of the guide's size. */
  readonly matte: Uint8Array;
  /** Whether it is the picture's own transparency. */
  readonly own: boolean;
  /** See `focalOverWidth`. */
  readonly lens: number | null;
  readonly mattes: MatteCache;
}

/** The mattes of one photo while one cut-out is made: each is read once at most, and known before it is written. */
class MattesOnce implements MatteCache {
  readonly #kept: MatteCache;
  readonly #known = new Map<KeptMatte, Promise<Uint8Array | null>>();

  constructor(kept: MatteCache) {
    this.#kept = kept;
  }

  get network(): string {
    return this.#kept.network;
  }

  matte(what: KeptMatte, side: number): Promise<Uint8Array | null> {
    const known = this.#known.get(what) ?? this.#kept.matte(what, side);
    this.#known.set(what, known);
    return known;
  }

  keepMatte(what: KeptMatte, matte: Uint8Array): Promise<void> {
    this.#known.set(what, Promise.resolve(matte));
    return this.#kept.keepMatte(what, matte);
  }
}

/** Glass is found in the subject as all other strokes leave it. */
const drawnIn = (strokes: readonly Stroke[]): Stroke[] => strokes.filter((stroke) => !isGlassStroke(stroke));

const treeName = (folder: PhotoCache, quality: Quality, strokes: readonly Stroke[]): string =>
  `${folder.id} ${folder.key(quality, drawnIn(strokes))}`;

const LEAVE_GROUND: Stroke = { mode: 'old-shadow', remove: false };

/** By what the network said at first, before its mind was made up for it. Who brushes has seen it, and decides. */
async function undecidedIn({ mattes }: Look, subject: Rect | null, strokes: readonly Stroke[]): Promise<number> {
  if (subject === null || strokes.some(isBrushStroke)) return 0;
  const seen = await mattes.matte('small', SIDE.quick);
  return seen === null ? 0 : undecidedShare(seen, SIDE.quick, subject);
}

/** What the network saw at first, undecided as it was; only parts that are brought back ask for it. */
async function seenIn({ mattes, guide }: Look, strokes: readonly Stroke[]): Promise<Uint8Array | null> {
  if (!strokes.some((stroke) => stroke.mode === 'part' && stroke.keep)) return null;
  const data = await mattes.matte('small', SIDE.quick);
  return data === null ? null : matteAt({ side: SIDE.quick, data }, guide);
}

/** The last few of something, by key. */
class Recent<T> {
  readonly #most: number;
  readonly #kept = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): T | null {
    return this.#kept.get(key) ?? null;
  }

  /** Answers what it was given; the oldest goes. */
  keep(key: string, value: T): T {
    this.#kept.delete(key);
    this.#kept.set(key, value);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(oldest);
    }
    return value;
  }
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
