import { useMemo } from 'react';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import { sameRecipe } from '../../../shared/edit/recipe-key.ts';
import type { Photo } from '../../../shared/ipc/library.ts';
import { useAsked } from '../../state/use-asked.ts';

/**
 * How the photo's current picture relates to the recipe on the canvas: made from this very recipe by the darkroom, corrected
 * by staff (then no composition can show it), or something else.
 */
export type Applied = 'no' | 'rendered' | 'corrected';

/** The relation of the photo's current picture to this recipe; 'no' until the versions are known. */
export function useApplied(photo: Photo, recipe: Recipe): Applied {
  const versions = useAsked('library.versions', { photoId: photo.id }, photo.currentVersionId ?? '').value;
  return useMemo(() => {
    const shown = versions?.find((version) => version.id === photo.currentVersionId);
    if (shown === undefined || !sameRecipe(shown.recipe, recipe)) return 'no';
    return shown.kind === 'corrected' ? 'corrected' : 'rendered';
  }, [versions, photo.currentVersionId, recipe]);
}
