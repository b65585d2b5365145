/** Exporting a photo: background, shadow, subject and logo on one canvas at full size, encoded and on the disk. */
import { horizonOf } from '../../../shared/edit/backdrops/backdrop.ts';
import { refusalOf } from '../../../shared/edit/cost.ts';
import { canvasSize, layOut, type Scene } from '../../../shared/edit/placement.ts';
import { GLASS_TINT } from '../../../shared/edit/recipe.ts';
import type { Cutout } from '../cutout/cutout.ts';
import type { Cutouts } from '../cutout/cutouts.ts';
import { openPhotoCache } from '../cutout/photo-cache.ts';
import { encode } from '../files/encode.ts';
import { WHOLE } from '../files/raster.ts';
import { readRows } from '../files/read-raster.ts';
import { RowFile, type Workplace } from '../files/row-file.ts';
import { openSource, type Source } from '../files/source.ts';
import { bytesOf, writeDurably } from '../files/write-out.ts';
import { displayShare } from '../glass/layer.ts';
import type { Darkroom, Exported } from '../port.ts';
import { refuse } from '../problems.ts';
import { paintLogo } from './backdrop.ts';
import type { Bands, Overlay } from './bands.ts';
import { Canvas, type PhotoRows } from './canvas.ts';
import { shadowMask } from './compose.ts';

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
  try {
    const cutout = await cutouts.of(source, folder, recipe.strokes, 'full', () => void canvas.begin());
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
    const finished = await compose({ canvas, source, cutout, scene, job, profilePath, deep, place }, onProgress);
    const pieces = await encode(finished, recipe.export, source);
    onProgress(0.95);
    const sha256 = await writeDurably(job.outPath, pieces);
    onProgress(1);
    return { width: scene.canvas.width, height: scene.canvas.height, bytes: bytesOf(pieces), sha256 };
  } finally {
    await canvas.close();
  }
}

/** What is known of an export once its subject is. */
interface Composition {
  readonly canvas: Canvas;
  readonly source: Source;
  readonly cutout: Cutout;
  readonly scene: Scene;
  readonly job: Job;
  readonly profilePath: string | null;
  readonly deep: boolean;
  readonly place: Workplace;
}

/** Everything on its canvas. */
async function compose(composition: Composition, onProgress: (fraction: number) => void): Promise<RowFile> {
  const { canvas, source, cutout, scene, job, profilePath, deep, place } = composition;
  const { recipe } = job;
  const photo = placePhoto(source, scene, deep ? 16 : 8, place);
  try {
    const logoWanted = recipe.logo;
    const [rows, logo] = await Promise.all([
      photo,
      logoWanted === null ? null : paintLogo(logoWanted, job.logoPath, scene.canvas, profilePath),
      canvas.begin(),
    ]);
    onProgress(0.65);
    const { width, height, zone, edges, glass } = cutout;
    const overlay: Overlay = {
      shadow: shadowMask(scene.canvas, cutout, scene, recipe.shadow),
      outline: { width, height, zone, edges },
      glass: glass === null ? null : { layer: glass, through: displayShare(recipe.glassTint ?? GLASS_TINT.usual) },
      logo: logoWanted === null || logo === null ? null : { raster: logo, opacity: logoWanted.opacity },
    };
    const finished = await canvas.lay(overlay, rows, recipe.neutralGlass === true);
    onProgress(0.75);
    return finished;
  } finally {
    await (await photo.catch(() => null))?.file.remove();
  }
}

/** The photo at the canvas' scale: all of it, or the part that is on the canvas when it is enlarged beyond. */
async function placePhoto(source: Source, scene: Scene, depth: 8 | 16, place: Workplace): Promise<PhotoRows> {
  const { canvas, photo } = scene;
  const full = {
    width: Math.max(1, Math.round(photo.width * canvas.width)),
    height: Math.max(1, Math.round(photo.height * canvas.height)),
  };
  const x = Math.round(photo.x * canvas.width);
  const y = Math.round(photo.y * canvas.height);
  const visible = {
    left: Math.max(0, -x),
    top: Math.max(0, -y),
    right: Math.min(full.width, canvas.width - x),
    bottom: Math.min(full.height, canvas.height - y),
  };
  const seen = Math.max(0, visible.right - visible.left) * Math.max(0, visible.bottom - visible.top);
  if (seen * PART_WORTH_CUTTING > full.width * full.height) {
    return { file: await readRows(place, source, { size: full, part: null, depth }), part: WHOLE, x, y };
  }
  if (seen === 0)
    return {
      file: await RowFile.create(place, { width: 1, height: 1, channels: 3, depth }),
      part: WHOLE,
      x: canvas.width,
      y: canvas.height,
    };
  // Whole pixels of the photo around what is seen, at the same scale.
  const [scaleX, scaleY] = [full.width / source.width, full.height / source.height];
  const left = Math.max(0, Math.floor(visible.left / scaleX) - 2);
  const top = Math.max(0, Math.floor(visible.top / scaleY) - 2);
  const width = Math.min(source.width, Math.ceil(visible.right / scaleX) + 2) - left;
  const height = Math.min(source.height, Math.ceil(visible.bottom / scaleY) + 2) - top;
  const size = { width: Math.max(1, Math.round(width * scaleX)), height: Math.max(1, Math.round(height * scaleY)) };
  return {
    file: await readRows(place, source, { size, part: { left, top, width, height }, depth }),
    part: { x: left / source.width, y: top / source.height, width: width / source.width, height: height / source.height },
    x: x + Math.round(left * scaleX),
    y: y + Math.round(top * scaleY),
  };
}

/** When the photo is this many times larger than what of it is on the canvas, only that part is enlarged. */
const PART_WORTH_CUTTING = 1.5;
