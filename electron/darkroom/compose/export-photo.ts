/** Exporting a photo: background, shadow, subject and logo on one canvas at full size, encoded and on the disk. */
import { horizonOf } from '../../../shared/edit/backdrops/backdrop.ts';
import { refusalOf } from '../../../shared/edit/cost.ts';
import { canvasSize, layOut, type Scene, type Size } from '../../../shared/edit/placement.ts';
import { type Background, GLASS_TINT } from '../../../shared/edit/recipe.ts';
import type { Cutouts } from '../cutout/cutouts.ts';
import { openPhotoCache } from '../cutout/photo-cache.ts';
import { encode } from '../files/encode.ts';
import { WHOLE } from '../files/raster.ts';
import { readRaster } from '../files/read-raster.ts';
import { copyShared, giveBack, type SharedClear, type SharedRaster, takeClear, takeShared } from '../files/shared-rasters.ts';
import { openSource, type Source } from '../files/source.ts';
import { writeDurably } from '../files/write-out.ts';
import { calmPanes, displayShare } from '../glass/layer.ts';
import type { Darkroom, Exported } from '../port.ts';
import { refuse } from '../problems.ts';
import { type PaintedBackground, paintBackground, paintLogo } from './backdrop.ts';
import type { Bands } from './bands.ts';
import { type Layers, type PlacedPhoto, shadowMask } from './compose.ts';

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
  const layers = openLayers(bands, { background, filePath: job.backgroundPath, size, profilePath, deep });
  const cutout = await cutouts.of(source, folder, recipe.strokes, 'full', () => layers.begin());
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
  const [photo, logo] = await Promise.all([
    placePhoto(source, scene, deep ? 16 : 8),
    recipe.logo === null ? null : paintLogo(recipe.logo, job.logoPath, scene.canvas, profilePath),
    layers.begin(),
  ]);
  onProgress(0.65);
  const { width, height, zone, edges, glass } = cutout;
  if (glass !== null && recipe.neutralGlass === true) calmPanes(glass, photo);
  const canvas = await layers.lay({
    shadow: shadowMask(scene.canvas, cutout, scene, recipe.shadow),
    photo,
    outline: { width, height, zone, edges },
    glass: glass === null ? null : { layer: glass, through: displayShare(recipe.glassTint ?? GLASS_TINT.usual) },
    logo: recipe.logo === null || logo === null ? null : { raster: logo, opacity: recipe.logo.opacity },
  });
  giveBack(photo.picture);
  onProgress(0.75);
  const bytes = await encode(canvas, recipe.export, source);
  giveBack(canvas);
  onProgress(0.95);
  const sha256 = await writeDurably(job.outPath, bytes);
  onProgress(1);
  return { width: canvas.width, height: canvas.height, bytes: bytes.length, sha256 };
}

interface CanvasWanted {
  readonly background: Background;
  /** The background's own picture; null for a built-in one. */
  readonly filePath: string | null;
  readonly size: Size;
  /** The photo's ICC profile as a file; null when the photo is sRGB. */
  readonly profilePath: string | null;
  /** In 16 bits. */
  readonly deep: boolean;
}

/** The canvas of one export. */
interface Canvas {
  /** Makes what lies behind the subject, once; its failure is told to whoever waits for it. */
  begin(): Promise<unknown>;
  /** Everything laid over it. */
  lay(layers: Layers): Promise<SharedRaster | SharedClear>;
}

/**
 * The background needs nothing of the photo but its shape: it is painted while one core works the edges out. Its failure is told where it is
 * waited for, unless the subject's comes first.
 */
function openLayers(bands: Bands, wanted: CanvasWanted): Canvas {
  const { background, size, deep } = wanted;
  if (background.kind === 'transparent') {
    return {
      begin: async () => undefined,
      async lay(layers) {
        const clear = takeClear(size.width, size.height, deep ? 16 : 8);
        await bands.layClear(clear, layers);
        return clear;
      },
    };
  }
  let painting: Promise<SharedRaster> | null = null;
  const begin = (): Promise<SharedRaster> => {
    painting ??= paintCanvas(bands, { ...wanted, background });
    painting.catch(() => undefined);
    return painting;
  };
  return {
    begin,
    async lay(layers) {
      const canvas = await begin();
      await bands.lay(canvas, layers);
      return canvas;
    },
  };
}

async function paintCanvas(
  bands: Bands,
  { background, filePath, size, profilePath, deep }: CanvasWanted & { readonly background: PaintedBackground },
): Promise<SharedRaster> {
  const painted = await paintBackground(bands, background, filePath, size, profilePath);
  if (!deep) return painted;
  const canvas = takeShared(painted.width, painted.height, 16);
  // Typed arrays are dense: an index inside them always holds a number.
  for (let i = 0; i < canvas.data.length; i++) canvas.data[i] = (painted.data[i] as number) * 257;
  giveBack(painted);
  return canvas;
}

/** A photo that every thread can see. */
type SharedPhoto = PlacedPhoto & { readonly picture: SharedRaster };

/** The photo at the canvas' scale: all of it, or the part that is on the canvas when it is enlarged beyond. */
async function placePhoto(source: Source, scene: Scene, depth: 8 | 16): Promise<SharedPhoto> {
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
    return { picture: copyShared(await readRaster(source, full, depth)), part: WHOLE, x, y };
  }
  if (seen === 0) return { picture: takeShared(1, 1, depth), part: WHOLE, x: canvas.width, y: canvas.height };
  // Whole pixels of the photo around what is seen, at the same scale.
  const [scaleX, scaleY] = [full.width / source.width, full.height / source.height];
  const left = Math.max(0, Math.floor(visible.left / scaleX) - 2);
  const top = Math.max(0, Math.floor(visible.top / scaleY) - 2);
  const width = Math.min(source.width, Math.ceil(visible.right / scaleX) + 2) - left;
  const height = Math.min(source.height, Math.ceil(visible.bottom / scaleY) + 2) - top;
  const size = { width: Math.max(1, Math.round(width * scaleX)), height: Math.max(1, Math.round(height * scaleY)) };
  return {
    picture: copyShared(await readRaster(source, size, depth, { left, top, width, height })),
    part: { x: left / source.width, y: top / source.height, width: width / source.width, height: height / source.height },
    x: x + Math.round(left * scaleX),
    y: y + Math.round(top * scaleY),
  };
}

/** When the photo is this many times larger than what of it is on the canvas, only that part is enlarged. */
const PART_WORTH_CUTTING = 1.5;
