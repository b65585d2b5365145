import { useEffect } from 'react';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import type { Photo } from '../../../shared/ipc/library.ts';
import { askPreview, usePreviews } from '../../state/previews.ts';

/** Walking through photos with the arrow keys must not ask for the cut-out of each. */
const SETTLED_MS = 160;
/** A pause between brush strokes: then the darkroom's own matte is worth asking for. */
const STROKES_MS = 450;

/** Asks for the cut-out of the photo on the canvas, and again when its strokes change. `atOnce`: nobody is drawing. */
export function usePreview(photo: Photo, recipe: Recipe, atOnce: boolean): void {
  const { id } = photo;
  const readable = photo.state !== 'unreadable' && photo.state !== 'missing';
  const { strokes, neutralGlass: calm = false } = recipe;
  useEffect(() => {
    if (!readable) return;
    const known = usePreviews.getState().previews.get(id);
    if (known?.status === 'ready' && sameStrokes(known.strokes, strokes) && known.calm === calm) return;
    const wait = known?.status !== 'ready' ? SETTLED_MS : atOnce ? 0 : STROKES_MS;
    const timer = setTimeout(() => void askPreview(id, strokes, calm), wait);
    return () => clearTimeout(timer);
  }, [id, readable, strokes, calm, atOnce]);
}

const sameStrokes = (a: Readonly<Recipe['strokes']>, b: Readonly<Recipe['strokes']>): boolean =>
  a.length === b.length && a.every((stroke, index) => stroke === b[index]);
