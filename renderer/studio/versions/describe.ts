import { BUILT_IN } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Background, Recipe } from '../../../shared/edit/recipe.ts';
import type { Asset, Version } from '../../../shared/ipc/library.ts';
import type { Unit } from '../../../shared/ipc/wallet.ts';
import { formatWithUnit } from '../../ui/figures/amounts.ts';

/** As it is offered; null for a file that is no longer there. Pure. */
export function backgroundName(background: Background, assets: readonly Pick<Asset, 'id' | 'name'>[]): string | null {
  switch (background.kind) {
    case 'built-in':
      return BUILT_IN.find((one) => one.id === background.id)?.label ?? background.id;
    case 'file':
      return assets.find((asset) => asset.id === background.fileId)?.name ?? null;
    case 'transparent':
      return 'Transparent';
  }
}

/** "Showroom, logo"; a background of one's own by its name. Pure. */
export function recipeText(recipe: Recipe, assets: readonly Pick<Asset, 'id' | 'name'>[]): string {
  const { background } = recipe;
  const behind = background === null ? 'No background' : (backgroundName(background, assets) ?? 'Own background');
  return recipe.logo === null ? behind : `${behind}, logo`;
}

/** "1 credit"; nothing where the cost is not known. Pure. */
export function costText(version: Pick<Version, 'kind' | 'charged'>, unit: Unit | undefined): string | null {
  if (version.kind === 'corrected') return 'Corrected, free';
  return version.charged === null || unit === undefined ? null : formatWithUnit(version.charged, unit);
}

/** The folder and the file, which is what one looks for; the whole path is in the tooltip. Pure. */
export const shortPath = (path: string): string => path.split(/[\\/]/).slice(-2).join('/');
