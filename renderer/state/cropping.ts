/** The crop that is drawn on the canvas: the shape it is held to, and the picture it cuts, as far as it is known. */
import { create } from 'zustand';
import type { Size } from '../../shared/edit/placement.ts';
import type { CropShape } from '../../shared/edit/processing/cropping.ts';

interface CroppingState {
  /** The step; another one begins without a shape. */
  readonly key: string | null;
  readonly shape: CropShape;
  /** What the step meets, once the canvas shows it: after a trim only the pixels can tell. */
  readonly met: Size | null;
}

const none: CroppingState = { key: null, shape: 'free', met: null };

/** What the crops of a chain were drawn with, by the key of their step. */
export const useCropping = create<CroppingState>(() => none);

/** Of that step; nothing is known of another one. */
export const croppingOf = (state: CroppingState, key: string): CroppingState => (state.key === key ? state : { ...none, key });

/** Holds the crop of this step to a shape; another step's is forgotten. */
export function setShape(key: string, shape: CropShape): void {
  useCropping.setState((state) => ({ ...croppingOf(state, key), shape }));
}

/** Notes the size of the picture that the step meets, in pixels. */
export function setMet(key: string, met: Size): void {
  useCropping.setState((state) => ({ ...croppingOf(state, key), met }));
}
