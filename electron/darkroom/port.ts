/**
 * What the rest of the app asks of the darkroom. The implementation runs in a utilityProcess; tests and the command line
 * run the same code in their own process. Paths are absolute; nothing here is ever called with a path from the renderer.
 */

import type { Ground } from '../../shared/edit/ground.ts';
import type { Chain, FileFormat } from '../../shared/edit/processing/chain.ts';
import type { Recipe, Stroke } from '../../shared/edit/recipe.ts';
import type { Rect } from '../../shared/edit/rect.ts';
import type { GlassRegions } from '../../shared/edit/regions.ts';
import type { NetworkInUse } from '../../shared/ipc/model.ts';
import type { Result } from '../../shared/result.ts';

/** A file of the model as the manifest promises it. */
export interface ModelFile {
  readonly file: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** The record of a model that was made on this machine. */
export interface Adopted {
  /** Hex SHA-256 of what it was made from. */
  readonly source: string;
  readonly files: readonly ModelFile[];
}

/** What a file turned out to be. */
export interface Inspection {
  /** Upright size in pixels: EXIF orientation is already applied. */
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'png' | 'webp' | 'tiff' | 'heic' | 'avif' | 'gif' | 'svg';
  readonly bytes: number;
  readonly bitDepth: 8 | 16;
  /** More than 1 for animated files; the first frame is used. */
  readonly frames: number;
}

/** quick: the small input only. full: both, combined; what is exported. */
export type Quality = 'quick' | 'full';

/** The cut-out that the live preview composes, on the disk. */
export interface Prepared {
  /** Size of the cut-out picture. */
  readonly width: number;
  readonly height: number;
  /** A RGBA picture with clean (defringed) edges, for the live preview. */
  readonly cutoutPath: string;
  /**
   * A RGBA picture of the same size that lies between the background and the cut-out: alpha where glass is, and as colour what it adds.
   * Null without glass.
   */
  readonly glassPath: string | null;
  /** Changes whenever the cut-out does (quality or strokes). */
  readonly matteRevision: number;
  readonly quality: Quality;
  /** Bounding box of the subject as fractions of the photo; null when nothing was found. */
  readonly subject: Rect | null;
  /** The share of it that the network was undecided about, 0..1 (`shared/edit/hints.ts`); 0 once a brush has decided. */
  readonly undecided: number;
  /** Where it stands, when it is a car whose wheels are known or guessed. Always null when quick. */
  readonly ground: Ground | null;
}

/** The finished file that was written. */
export interface Exported {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Hex sha256 of the written file. */
  readonly sha256: string;
}

/** The file that a chain made. */
export interface Processed extends Exported {
  /** Of the written file; of a preview: what the finished file will be. `width` and `height` likewise. */
  readonly format: FileFormat;
}

/** Told 0 when the job begins (until then it waits for its turn), and then what share of it is done. */
export type OnProgress = (fraction: number) => void;

/** Everything that is done to pixels. Each call answers a Result: what is wrong with a file is a value. */
export interface Darkroom {
  /**
   * Proves that the file is a picture, and writes the thumbnail (512 px, webp) and the screen picture (2560 px, upright, sRGB).
   * `waitedFor`: somebody waits for this one (a logo that was just chosen), so it goes ahead of whatever else there is to do.
   */
  inspect(
    job: { path: string; thumbPath: string; screenPath: string; waitedFor?: boolean },
    onProgress?: OnProgress,
  ): Promise<Result<Inspection>>;
  /**
   * Makes (or finds in `folder`, the photo's own cache folder) the matte and the cut-out.
   * quick: the small model only. full: the matte that is exported.
   */
  prepare(
    job: {
      photoId: string;
      path: string;
      folder: string;
      strokes: readonly Stroke[];
      quality: Quality;
      /** Takes the colour of the old light out of the panes (`Recipe.neutralGlass`). */
      calmGlass?: boolean;
    },
    onProgress?: OnProgress,
  ): Promise<Result<Prepared>>;
  /** The regions that a click on the subject can mean, and those that could be scenery seen through glass; null without a subject. */
  regions(
    job: {
      photoId: string;
      path: string;
      folder: string;
      strokes: readonly Stroke[];
      /** From which matte; absent: the better of those that are there. */
      quality?: Quality;
    },
    onProgress?: OnProgress,
  ): Promise<Result<GlassRegions | null>>;
  /**
   * Writes the finished picture to `outPath` (a temporary name) and fsyncs it; renaming is the caller's.
   * Never leaves a partial file behind when it fails.
   */
  export(
    job: {
      photoId: string;
      path: string;
      folder: string;
      recipe: Recipe;
      backgroundPath: string | null;
      logoPath: string | null;
      outPath: string;
    },
    onProgress?: OnProgress,
  ): Promise<Result<Exported>>;
  /**
   * Runs a chain of processing steps on a finished picture or a photo, and writes it to `outPath` as `export` does. The chain is
   * checked here again. `screen`: only a preview of at most that many pixels a side, as WebP in sRGB, ahead of whatever waits.
   */
  process(
    job: {
      path: string;
      chain: Chain;
      /** Where each watermark lies, by the id that the chain names it by. */
      files: Readonly<Record<string, string>>;
      outPath: string;
      screen: number | null;
    },
    onProgress?: OnProgress,
  ): Promise<Result<Processed>>;
  close(): Promise<void>;
}

/** What is wanted of the network. `path` is '' where no file is meant. */
export interface NetworkJob {
  readonly wish: 'show' | 'use' | 'leave';
  readonly path: string;
  readonly licence: string | null;
}

/** With the jobs that no window asks for. */
export interface WholeDarkroom extends Darkroom {
  /**
   * Takes in a published network from `path`, which has to have this SHA-256 (hex): converts it, tries it on a sample photo, and
   * uses it from then on. What was there before stays when any of it fails. One at a time.
   */
  adopt(job: { path: string; sha256: string }, onProgress?: OnProgress): Promise<Result<Adopted>>;
  /**
   * Which network is used. `show` changes nothing. `use` takes in the user's own network from `path`: checked, tried on a sample photo, and used
   * from then on; `licence`: as the user names it, for a file that carries none. `leave` goes back to Backlot's own. What was there
   * before stays when any of it fails.
   */
  network(job: NetworkJob, onProgress?: OnProgress): Promise<Result<NetworkInUse>>;
  /**
   * Makes the matte and the cut-out that applying this photo will need, while nothing else is to do. `ready` false: it made way between
   * two steps, because something was asked or `signal` withdrew it; asked again it goes on from there.
   */
  prefetch(
    job: { photoId: string; path: string; folder: string },
    onProgress?: OnProgress,
    signal?: AbortSignal,
  ): Promise<Result<{ readonly ready: boolean }>>;
}
