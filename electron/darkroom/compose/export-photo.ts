/** Exporting a photo: background, shadow, subject and logo on one canvas at full size, encoded and on the disk. */
import { setImmediate } from 'node:timers/promises';
import { horizonOf } from '../../../shared/edit/backdrops/backdrop.ts';
import { refusalOf } from '../../../shared/edit/cost.ts';
import { canvasSize, layOut, type Scene } from '../../../shared/edit/placement.ts';
import { GLASS_TINT, type Recipe } from '../../../shared/edit/recipe.ts';
import type { Cutout } from '../cutout/cutout.ts';
import type { Cutouts } from '../cutout/cutouts.ts';
import { openPhotoCache } from '../cutout/photo-cache.ts';
import { encode } from '../files/encode.ts';
import { WHOLE } from '../files/raster.ts';
import type { RowFile, Workplace } from '../files/row-file.ts';
import { openSource } from '../files/source.ts';
import { bytesOf, writeDurably } from '../files/write-out.ts';
import { displayShare } from '../glass/layer.ts';
import type { Darkroom, Exported } from '../port.ts';
import { refuse } from '../problems.ts';
import { paintLogo } from './backdrop.ts';
import type { Bands, Overlay } from './bands.ts';
import { Canvas } from './canvas.ts';
import { shadowMask } from './compose.ts';
import { PhotoPixels } from './photo-pixels.ts';

type Job = Parameters<Darkroom['export']>[0];

/** Makes the finished picture and writes it to `job.outPath`. Throws DarkroomError; nothing is left there then. */
export async function exportPhoto(
  cutouts: Cutouts,
  bands: Bands,
  modelFingerprint: string,
  job: Job,
  onProgress: (fraction: number) => void,
): Promise<Exported> {
  const { recipe } = job;
  const { background } = recipe;
  // Refused long before this door (ST-02); here it could only mean that the picture would have no background at all, or no logo.
  if (background === null) throw refuse('background_missing', job.path);
  if (refusalOf(recipe) !== null) throw new Error(`a recipe that cannot be made came to the darkroom: ${refusalOf(recipe)}`);
  const source = await openSource(job.path);
  const folder = await openPhotoCache(job.folder, source, modelFingerprint);
  const profilePath = await folder.profilePath();
  const deep = source.depth === 16 && (recipe.export.format === 'tiff' || recipe.export.format === 'png');
  const size = canvasSize(source, recipe.export.aspect, recipe.export.longEdge);
  const place: Workplace = { folder: job.folder, picture: job.outPath };
  const canvas = new Canvas(bands, { background, filePath: job.backgroundPath, size, profilePath, deep }, place);
  const photo = new PhotoPixels(source, deep ? 16 : 8, place);
  try {
    const cutout = await cutouts.of(source, folder, recipe.strokes, 'full', () => {
      void canvas.begin();
      if (isAsFramed(recipe)) photo.begin({ canvas: size, photo: WHOLE });
    });
    if (cutout.subject === null) throw refuse('nothing_found', job.path);
    onProgress(0.5);
    const scene = layOut({
      photo: source,
      subject: cutout.subject,
      aspect: recipe.export.aspect,
      longEdge: recipe.export.longEdge,
      horizon: horizonOf(background),
      placement: recipe.placement,
    });
    const finished = await compose({ canvas, photo, cutout, scene, job, profilePath }, onProgress);
    const pieces = await encode(finished, recipe.export, source);
    onProgress(0.95);
    const sha256 = await writeDurably(job.outPath, pieces);
    onProgress(1);
    return { width: scene.canvas.width, height: scene.canvas.height, bytes: bytesOf(pieces), sha256 };
  } finally {
    await Promise.all([canvas.close(), photo.close()]);
  }
}

/** What is known of an export once its subject is. */
interface Composition {
  readonly canvas: Canvas;
  readonly photo: PhotoPixels;
  readonly cutout: Cutout;
  readonly scene: Scene;
  readonly job: Job;
  readonly profilePath: string | null;
}

/** Framed as it was and not moved, a photo covers its canvas, whatever its subject. */
const isAsFramed = ({ placement, export: { aspect } }: Recipe): boolean =>
  aspect === 'original' && placement.mode === 'keep' && placement.scale === 1 && placement.offsetX === 0 && placement.offsetY === 0;

/** Everything on its canvas. */
async function compose(composition: Composition, onProgress: (fraction: number) => void): Promise<RowFile> {
  const { canvas, photo, cutout, scene, job, profilePath } = composition;
  const { recipe } = job;
  const logoWanted = recipe.logo;
  const parts = Promise.all([
    photo.at(scene),
    logoWanted === null ? null : paintLogo(logoWanted, job.logoPath, scene.canvas, profilePath),
    canvas.begin(),
  ]);
  parts.catch(() => undefined);
  // Other threads decode and paint meanwhile: they are asked before this one is busy.
  await setImmediate();
  const shadow = shadowMask(scene.canvas, cutout, scene, recipe.shadow);
  const [rows, logo] = await parts;
  onProgress(0.65);
  const { width, height, zone, edges, glass } = cutout;
  const overlay: Overlay = {
    shadow,
    outline: { width, height, zone, edges },
    glass: glass === null ? null : { layer: glass, through: displayShare(recipe.glassTint ?? GLASS_TINT.usual) },
    logo: logoWanted === null || logo === null ? null : { raster: logo, opacity: logoWanted.opacity },
  };
  const finished = await canvas.lay(overlay, rows, recipe.neutralGlass === true);
  onProgress(0.75);
  await photo.close();
  return finished;
}
