/**
 * The photo's own cache folder. Everything in it is named by what it was made from (the photo's content, the model, the strokes),
 * so that a changed photo or model never meets an old matte. Anything in it may vanish or be damaged: it is made again.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { ground } from '../../../shared/edit/ground.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import { rect } from '../../../shared/edit/rect.ts';
import { bytesOf } from '../files/raster.ts';
import { contentFingerprint } from '../files/regular-file.ts';
import type { Source } from '../files/source.ts';
import { writeAtomically } from '../files/write-out.ts';
import type { KeptMatte, MatteCache } from '../matte/segment.ts';
import type { Prepared, Quality } from '../port.ts';
import type { Cutout } from './cutout.ts';
import { packCutout, unpackCutout } from './cutout-file.ts';

/** Each changes when the way mattes, or cut-outs from them, are made does. */
const MATTES = 2;
const CUTOUTS = 7;
/** The renderer may still show the one before; older ones are only in the way. */
const KEPT_CUTOUTS = 3;

/** What is kept of one photo between runs. All of it can be made again: reading answers null when it is gone or damaged. */
export interface PhotoCache extends MatteCache {
  /** Names this folder with the photo's content: what is kept in memory belongs to it, too. */
  readonly id: string;
  /** Names everything that goes into a cut-out: content, model, quality, strokes. */
  key(quality: Quality, strokes: readonly Stroke[]): string;
  /** Names everything that goes into its pictures for the live preview: panes may be calmed in them. */
  pictureKey(quality: Quality, strokes: readonly Stroke[], calm: boolean): string;
  cutout(key: string): Promise<Cutout | null>;
  /** As `keepMatte`. */
  keepCutout(key: string, cutout: Cutout): Promise<void>;
  /** The pictures for the live preview, if they were made before. */
  prepared(key: string): Promise<Prepared | null>;
  keepPrepared(key: string, pictures: PreparedPictures, prepared: Omit<Prepared, PreparedPlaces>): Promise<Prepared>;
  /** The photo's profile as a file, as the colour engine wants it; null for sRGB. */
  profilePath(): Promise<string | null>;
}

type PreparedPlaces = 'cutoutPath' | 'glassPath' | 'matteRevision';

/** As PNG. */
export interface PreparedPictures {
  readonly cutout: Uint8Array;
  /** Null without glass. */
  readonly glass: Uint8Array | null;
}

/** The cache of this content under this model; what an earlier content or model left is not found. */
export async function openPhotoCache(folder: string, source: Source, modelFingerprint: string): Promise<PhotoCache> {
  await mkdir(folder, { recursive: true });
  const content = await contentFingerprint(source.path);
  const root = hash([MATTES, content, modelFingerprint]);
  const mattePath = (what: KeptMatte): string => join(folder, `matte-${what}-${root}.bin`);
  const cutoutPath = (key: string): string => join(folder, `edges-${key}.bin`);
  const picturePath = (key: string): string => join(folder, `cutout-${key}.png`);
  const glassPath = (key: string): string => join(folder, `glass-${key}.png`);
  const factsPath = (key: string): string => join(folder, `cutout-${key}.json`);
  const key = (quality: Quality, strokes: readonly Stroke[]): string => hash([CUTOUTS, root, quality, strokes]);

  return {
    id: `${folder} ${content}`,
    network: modelFingerprint,
    key,
    pictureKey: (quality, strokes, calm) => (calm ? hash([key(quality, strokes), 'calm']) : key(quality, strokes)),
    async matte(what, side) {
      const matte = await attempt(async () => bytesOf(inflateRawSync(await readFile(mattePath(what)))));
      return matte?.length === side * side ? matte : null;
    },
    async keepMatte(what, matte) {
      await attempt(() => writeAtomically(mattePath(what), deflateRawSync(matte, { level: 1 })));
    },
    cutout: (key) => attempt(async () => unpackCutout(await readFile(cutoutPath(key)))),
    async keepCutout(key, cutout) {
      await attempt(async () => {
        await writeAtomically(cutoutPath(key), await packCutout(cutout));
        await prune(folder, /^edges-.*\.bin$/, 1);
      });
    },
    async prepared(key) {
      const kept = await attempt(async () => {
        await stat(picturePath(key));
        const { glass, ...known } = facts.parse(JSON.parse(await readFile(factsPath(key), 'utf8')));
        if (glass) await stat(glassPath(key));
        return { ...known, glassPath: glass ? glassPath(key) : null };
      });
      return kept === null ? null : { ...kept, cutoutPath: picturePath(key) };
    },
    async keepPrepared(key, { cutout, glass }, given) {
      const prepared = { ...given, matteRevision: Number.parseInt(key.slice(0, 7), 16) };
      await writeAtomically(picturePath(key), cutout);
      if (glass !== null) await writeAtomically(glassPath(key), glass);
      const known: z.infer<typeof facts> = { ...prepared, glass: glass !== null };
      await writeAtomically(factsPath(key), Buffer.from(JSON.stringify(known)));
      await prune(folder, /^cutout-.*\.png$/, KEPT_CUTOUTS);
      await prune(folder, /^cutout-.*\.json$/, KEPT_CUTOUTS);
      await prune(folder, /^glass-.*\.png$/, KEPT_CUTOUTS);
      return { ...prepared, cutoutPath: picturePath(key), glassPath: glass === null ? null : glassPath(key) };
    },
    async profilePath() {
      if (source.profile === null) return null;
      const path = join(folder, `profile-${root}.icc`);
      if ((await attempt(() => stat(path))) === null) await writeAtomically(path, source.profile);
      return path;
    },
  };
}

/** What keepPrepared writes beside the picture; what an older version wrote otherwise is made again. */
const facts = z.object({
  width: z.number(),
  height: z.number(),
  matteRevision: z.number(),
  quality: z.enum(['quick', 'full']),
  subject: rect.nullable(),
  undecided: z.number(),
  ground: ground.nullable(),
  /** Whether there is a picture of glass. */
  glass: z.boolean(),
});

const hash = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 20);

/** Not there, or damaged: either way it is made again. */
async function attempt<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}

async function prune(folder: string, names: RegExp, keep: number): Promise<void> {
  const found = (await readdir(folder)).filter((name) => names.test(name));
  if (found.length <= keep) return;
  const dated = await Promise.all(found.map(async (name) => ({ name, at: (await attempt(() => stat(join(folder, name))))?.mtimeMs ?? 0 })));
  dated.sort((a, b) => b.at - a.at);
  for (const { name } of dated.slice(keep)) await rm(join(folder, name), { force: true });
}
