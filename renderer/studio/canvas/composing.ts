/** What lies where for one photo and its recipe: the export's own geometry, asked with the preview's knowledge. Pure. */
import { horizonOf } from '../../../shared/edit/backdrops/backdrop.ts';
import { canvasSize, coveredHorizon, layOut, placeLogo, type Scene } from '../../../shared/edit/placement.ts';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Asset, Photo, Preview } from '../../../shared/ipc/library.ts';

/** Where everything lies for one photo; the assets are null without one, or when its file is gone. */
export interface Composition {
  readonly scene: Scene;
  /** The logo in fractions of the canvas; null without one, or when its file is gone. */
  readonly logo: Rect | null;
  readonly backgroundAsset: Asset | null;
  readonly logoAsset: Asset | null;
}

/** The geometry of a photo with its recipe; `preview` null: the subject is not found yet. */
export function composition(
  photo: Pick<Photo, 'width' | 'height'>,
  preview: Preview | null,
  recipe: Recipe,
  assets: readonly Asset[],
): Composition {
  const { background, logo } = recipe;
  const assetOf = (id: string): Asset | null => assets.find((asset) => asset.id === id) ?? null;
  const backgroundAsset = background?.kind === 'file' ? assetOf(background.fileId) : null;
  const logoAsset = logo === null ? null : assetOf(logo.fileId);
  const canvas = canvasSize(photo, recipe.export.aspect, recipe.export.longEdge);
  const scene = layOut({
    photo: { width: photo.width, height: photo.height },
    subject: preview?.subject ?? null,
    aspect: recipe.export.aspect,
    longEdge: recipe.export.longEdge,
    horizon: backgroundAsset === null ? horizonOf(background) : coveredHorizon(backgroundAsset.horizon, backgroundAsset, canvas),
    placement: recipe.placement,
  });
  return {
    scene,
    logo: logo === null || logoAsset === null ? null : placeLogo(scene.canvas, logoAsset, logo),
    backgroundAsset,
    logoAsset,
  };
}

/** Whether the recipe names a file that is no longer there. */
export const missingAsset = (recipe: Recipe, made: Composition): 'background' | 'logo' | null =>
  recipe.background?.kind === 'file' && made.backgroundAsset === null
    ? 'background'
    : recipe.logo !== null && made.logoAsset === null
      ? 'logo'
      : null;
