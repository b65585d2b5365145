/** How the photo on the canvas is looked at. Not part of a recipe, not saved. */
import { create } from 'zustand';
import type { BrushStroke } from '../../shared/edit/recipe.ts';

/** What the pointer does on the canvas. */
export type Tool = 'move' | 'brush' | 'glass' | 'part' | 'wheels' | 'shadow';

interface CanvasState {
  readonly tool: Tool;
  /** Where the before/after handle stands, as a fraction of the picture; null: only the after is shown. */
  readonly split: number | null;
  /** While the key is held: the original alone. */
  readonly before: boolean;
  /** Panes and openings are shown as they were photographed; what is exported has them all the same. */
  readonly glassHidden: boolean;
  /** `snap`: it stops at edges of the photo. */
  readonly brush: { readonly mode: 'keep' | 'erase'; readonly radius: number; readonly hardness: number; readonly snap: boolean };
  /** Fit in the window, or device pixels per picture pixel with the picture's point at the middle of the window. */
  readonly zoom: { readonly kind: 'fit' } | { readonly kind: 'free'; readonly scale: number; readonly x: number; readonly y: number };
}

/** How the canvas shows the photo; not kept. */
export const useCanvas = create<CanvasState>(() => ({
  tool: 'move',
  split: null,
  before: false,
  glassHidden: false,
  brush: { mode: 'erase', radius: 0.02, hardness: 0.6, snap: false },
  zoom: { kind: 'fit' },
}));

/** Original and result side by side, half and half at first. */
export const toggleSplit = (): void => useCanvas.setState((state) => ({ split: state.split === null ? 0.5 : null }));
/** The original for as long as it is true. */
export const showBefore = (before: boolean): void => useCanvas.setState({ before });
/** Shows the photo without its glass, or with it again. */
export const toggleGlass = (): void => useCanvas.setState((state) => ({ glassHidden: !state.glassHidden }));
/** Chooses what a pointer on the canvas does. */
export const setTool = (tool: Tool): void => useCanvas.setState({ tool });
/** A stroke of the brush as it is set, begun at a place of the photo. */
export function strokeFrom(at: [number, number]): BrushStroke {
  const { snap, ...brush } = useCanvas.getState().brush;
  return { ...brush, ...(snap ? { snap } : {}), points: [at] };
}
/** `change`: what of the brush is another now. */
export const setBrush = (change: Partial<CanvasState['brush']>): void =>
  useCanvas.setState((state) => ({ brush: { ...state.brush, ...change } }));
