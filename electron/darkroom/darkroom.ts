/**
 * The darkroom itself: decode, matte, refine, compose, encode. Runs in whatever process opens it; the app opens it in a
 * utilityProcess of its own (worker.ts), tests and the command line in theirs.
 */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { horizonOf } from '../../shared/edit/backdrops/backdrop.ts';
import { layOut, type Scene } from '../../shared/edit/placement.ts';
import type { Stroke } from '../../shared/edit/recipe.ts';
import type { Rect } from '../../shared/ipc/library.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { paintBackground, paintLogo } from './backdrop.ts';
import { layLogo, layShadow, laySubject, type PlacedPhoto } from './compose.ts';
import { type Cutout, GUIDE_LONG_EDGE, makeCutout } from './cutout.ts';
import { develop } from './develop.ts';
import { encode } from './encode.ts';
import { createFolder } from './folder.ts';
import { inspect } from './inspect.ts';
import { openModel } from './model.ts';
import type { Darkroom, Exported, Prepared } from './port.ts';
import { DarkroomError, readProblem, refuse } from './problems.ts';
import { type Raster, readRaster, within } from './raster.ts';
import { askModel, combine, matteAt, type Quality, sizesOf } from './segment.ts';
import { openSource, type Source } from './source.ts';
import { writeAtomically, writeDurably } from './write-out.ts';

export interface DarkroomOptions {
  /** Holds the files of resources/models/manifest.json. */
  readonly modelDir: string;
  /** Cores to use; all of them when not given. */
  readonly threads?: number;
}

const CUTOUT_LONG_EDGE = 2560;

type ExportJob = Parameters<Darkroom['export']>[0];
type PrepareJob = Parameters<Darkroom['prepare']>[0];

export function openDarkroom({ modelDir, threads = availableParallelism() }: DarkroomOptions): Darkroom {
  sharp.concurrency(threads);
  sharp.cache(false);
  const model = openModel(modelDir, threads);

  async function cutoutOf(source: Source, folder: string, strokes: readonly Stroke[], quality: Quality): Promise<Cutout> {
    const kept = await createFolder(folder, source, model.fingerprint);
    const guide = await readRaster(source, within(source, GUIDE_LONG_EDGE));
    const answers = new Map<512 | 1024, Uint8Array>();
    for (const size of sizesOf(quality)) {
      const known = await kept.matte(size);
      const answer = known ?? (await askModel(model, size, source, guide));
      if (known === null) await kept.keepMatte(size, answer);
      answers.set(size, await matteAt(answer, size, guide));
    }
    return makeCutout(guide, combine(answers), strokes);
  }

  async function prepare({ path, folder, strokes, quality }: PrepareJob): Promise<Prepared> {
    const source = await openSource(path);
    const cutout = await cutoutOf(source, folder, strokes, quality);
    const picture = await readRaster(source, within(source, quality === 'quick' ? GUIDE_LONG_EDGE : CUTOUT_LONG_EDGE));
    const rgba = new Uint8Array(picture.width * picture.height * 4);
    develop(cutout, picture, WHOLE, {
      inside(y, x, end) {
        for (let n = y * picture.width + x; n < y * picture.width + end; n++) {
          rgba[4 * n] = picture.data[3 * n] as number;
          rgba[4 * n + 1] = picture.data[3 * n + 1] as number;
          rgba[4 * n + 2] = picture.data[3 * n + 2] as number;
          rgba[4 * n + 3] = 255;
        }
      },
      edge(y, x, alpha, r, g, b) {
        const i = 4 * (y * picture.width + x);
        rgba[i] = r + 0.5;
        rgba[i + 1] = g + 0.5;
        rgba[i + 2] = b + 0.5;
        rgba[i + 3] = alpha * 255 + 0.5;
      },
    });
    const png = await sharp(rgba, { raw: { width: picture.width, height: picture.height, channels: 4 } })
      .png({ compressionLevel: 1, adaptiveFiltering: false })
      .toBuffer();
    const revision = revisionOf(model.fingerprint, quality, strokes);
    const cutoutPath = join(folder, `cutout-${revision}.png`);
    await writeAtomically(cutoutPath, png);
    return { width: picture.width, height: picture.height, cutoutPath, matteRevision: revision, quality, subject: cutout.subject };
  }

  async function exportPhoto(job: ExportJob, onProgress: (fraction: number) => void): Promise<Exported> {
    const { recipe } = job;
    if (recipe.background === null) throw refuse('background_missing', job.path);
    const source = await openSource(job.path);
    const cutout = await cutoutOf(source, job.folder, recipe.strokes, 'full');
    if (cutout.subject === null) throw refuse('nothing_found', job.path);
    onProgress(0.4);
    const kept = await createFolder(job.folder, source, model.fingerprint);
    const profilePath = await kept.profilePath();
    const scene = layOut({
      photo: source,
      subject: cutout.subject,
      aspect: recipe.export.aspect,
      longEdge: recipe.export.longEdge,
      horizon: horizonOf(recipe.background),
      placement: recipe.placement,
    });
    const deep = source.depth === 16 && (recipe.export.format === 'tiff' || recipe.export.format === 'png') ? 16 : 8;
    const [placed, painted, logo] = await Promise.all([
      placePhoto(source, scene, deep),
      paintBackground(recipe.background, job.backgroundPath, scene.canvas, profilePath),
      recipe.logo === null ? null : paintLogo(recipe.logo, job.logoPath, scene.canvas, profilePath),
    ]);
    const canvas = deep === 16 ? deepen(painted) : painted;
    onProgress(0.6);
    layShadow(canvas, cutout, scene, recipe.shadow);
    laySubject(canvas, placed, cutout);
    if (logo !== null && recipe.logo !== null) layLogo(canvas, logo, recipe.logo.opacity);
    onProgress(0.75);
    const bytes = await encode(canvas, recipe.export, source);
    onProgress(0.95);
    const sha256 = await writeDurably(job.outPath, bytes);
    onProgress(1);
    return { width: canvas.width, height: canvas.height, bytes: bytes.length, sha256 };
  }

  return {
    inspect: (job) => answered(job.path, () => inspect(job)),
    prepare: (job) => answered(job.path, () => prepare(job)),
    export: (job, onProgress = () => undefined) => answered(job.path, () => exportPhoto(job, onProgress)),
    close: () => model.close(),
  };
}

const WHOLE: Rect = { x: 0, y: 0, width: 1, height: 1 };

async function answered<T>(path: string, work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work());
  } catch (error) {
    return fail(error instanceof DarkroomError ? error.problem : readProblem(error, path));
  }
}

/** The photo at the canvas' scale. */
async function placePhoto(source: Source, scene: Scene, depth: 8 | 16): Promise<PlacedPhoto> {
  const size = {
    width: Math.max(1, Math.round(scene.photo.width * scene.canvas.width)),
    height: Math.max(1, Math.round(scene.photo.height * scene.canvas.height)),
  };
  const picture = await readRaster(source, size, depth);
  return { picture, part: WHOLE, x: Math.round(scene.photo.x * scene.canvas.width), y: Math.round(scene.photo.y * scene.canvas.height) };
}

function deepen(raster: Raster): Raster {
  const data = new Uint16Array(raster.data.length);
  for (let i = 0; i < data.length; i++) data[i] = (raster.data[i] as number) * 257;
  return { ...raster, data };
}

/** A number that changes with everything that changes the cut-out. */
function revisionOf(fingerprint: string, quality: Quality, strokes: readonly Stroke[]): number {
  return (
    createHash('sha256')
      .update(JSON.stringify([fingerprint, quality, strokes]))
      .digest()
      .readUInt32BE(0) >>> 1
  );
}
