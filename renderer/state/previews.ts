/** The cut-outs that the canvas composes from: asked for when a photo is looked at, better ones arrive as events. */
import { create } from 'zustand';
import { type Hint, hintsOf } from '../../shared/edit/hints.ts';
import { type BrushStroke, type GlassStroke, isBrushStroke, isGlassStroke, type Recipe } from '../../shared/edit/recipe.ts';
import type { Preview } from '../../shared/ipc/library.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';

type Strokes = Readonly<Recipe['strokes']>;

/** The cut-out of a photo as far as it is known; `strokes` are those that it was asked for with. */
export type PreviewState =
  | { readonly status: 'asking' }
  | { readonly status: 'ready'; readonly preview: Preview; readonly strokes: Strokes; readonly calm: boolean; readonly refreshing: boolean }
  | { readonly status: 'failed'; readonly problem: Problem; readonly strokes: Strokes; readonly calm: boolean };

/** The cut-outs that the canvas composes from, by photo. */
export const usePreviews = create<{ readonly previews: ReadonlyMap<string, PreviewState> }>(() => ({ previews: new Map() }));

const put = (id: string, next: PreviewState): void =>
  usePreviews.setState((state) => ({ previews: new Map(state.previews).set(id, next) }));

/** A full cut-out never gives way to a quick one that arrives late. `asked`: what was asked for; events bring what was asked last. */
export function previewChanged(preview: Preview, asked?: { readonly strokes: Strokes; readonly calm: boolean }): void {
  const known = usePreviews.getState().previews.get(preview.photoId);
  if (known?.status === 'ready' && !known.refreshing && known.preview.quality === 'full' && preview.quality === 'quick') return;
  put(preview.photoId, {
    status: 'ready',
    preview,
    strokes: asked?.strokes ?? (known?.status === 'ready' ? known.strokes : []),
    calm: asked?.calm ?? (known?.status === 'ready' && known.calm),
    refreshing: false,
  });
}

/** Has the cut-out made; a better one may follow as an event. */
export async function askPreview(photoId: string, strokes: Strokes, calm = false): Promise<void> {
  const known = usePreviews.getState().previews.get(photoId);
  put(photoId, known?.status === 'ready' ? { ...known, refreshing: true } : { status: 'asking' });
  const answer = await call('darkroom.preview', { photoId, strokes: [...strokes], ...(calm ? { calmGlass: true } : {}) });
  if (answer.ok) previewChanged(answer.value, { strokes, calm });
  else put(photoId, { status: 'failed', problem: answer.error, strokes, calm });
}

/** What stood in the way is gone: cut-outs that failed for one of these reasons are asked for once more, as they were. */
export function askFailedAgain(codes: readonly string[]): void {
  for (const [photoId, state] of usePreviews.getState().previews)
    if (state.status === 'failed' && codes.includes(state.problem.code)) void askPreview(photoId, state.strokes, state.calm);
}

/** Another network finds the subject from now on: every cut-out is asked for once more, with the strokes that it had. */
export function askAllAgain(): void {
  for (const [photoId, state] of usePreviews.getState().previews)
    if (state.status !== 'asking') void askPreview(photoId, state.strokes, state.calm);
}

/** What is worth a word about a photo before it is paid for, the gravest first; none before its cut-out is known. Pure. */
export const hintsIn = (previews: ReadonlyMap<string, PreviewState>, photoId: string): readonly Hint[] => {
  const known = previews.get(photoId);
  return known?.status === 'ready' ? hintsOf(known.preview) : [];
};

/** What the canvas draws by itself until the darkroom has. */
export type DrawnStroke = BrushStroke | GlassStroke;

/**
 * The strokes of brush and glass that a cut-out does not hold yet. When strokes were taken back there are none: the darkroom has to start
 * again. Pure.
 */
export function pendingStrokes(wanted: Strokes, held: Strokes): readonly DrawnStroke[] {
  const continues = held.length <= wanted.length && held.every((stroke, index) => wanted[index] === stroke);
  return continues ? wanted.slice(held.length).filter((stroke) => isBrushStroke(stroke) || isGlassStroke(stroke)) : [];
}
