/** What every backdrop style declares. */
import type { BuiltInBackground } from '../recipe.ts';
import type { Shader } from './field.ts';

/** The id of a built-in backdrop, as recipes name it. */
export type BackdropStyle = BuiltInBackground['id'];

/** All that a backdrop depends on: the same spec is the same picture at every size. */
export interface BackdropSpec {
  readonly style: BackdropStyle;
  /** `#rrggbb`, lower case. */
  readonly colour: string;
  readonly colour2: string;
  /** Another seed is another piece of the same material: other stains, other clouds in the paper. */
  readonly seed: number;
}

/** A built-in backdrop. `horizon`: where its floor meets its wall, as a fraction of the canvas from the top; null: it has none. */
export interface Style {
  readonly defaults: { readonly colour: string; readonly colour2: string };
  readonly horizon: number | null;
  /** Longest side of the grid on which its light is worked out: as fine as its finest smooth feature asks for. */
  readonly grid: number;
  /** Side of its grain's tile over the canvas' longest side; null for a smooth one. */
  readonly grain: number | null;
  /** The light at each point; `aspect` is width over height. */
  readonly shader: (spec: BackdropSpec, aspect: number) => Shader;
}
