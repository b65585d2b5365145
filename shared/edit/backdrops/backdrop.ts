/**
 * The built-in backgrounds: drawn by our own code at any resolution, the same on every machine.
 * A backdrop is a style, a palette and a seed; the recipe names the style and may name the colours.
 */
import type { Size } from '../placement.ts';
import type { Background, BuiltInBackground } from '../recipe.ts';
import { brand } from './brand.ts';
import { concrete } from './concrete.ts';
import type { Field, Target } from './field.ts';
import { render, sample } from './field.ts';
import { gradient } from './gradient.ts';
import { paper } from './paper.ts';
import { showroom } from './showroom.ts';
import type { BackdropSpec, BackdropStyle, Style } from './style.ts';

export type { BackdropSpec, BackdropStyle } from './style.ts';

/** Every built-in backdrop by its id. */
export const STYLES: Readonly<Record<BackdropStyle, Style>> = { paper, showroom, concrete, gradient, brand };

/** What people read, in the order they are offered. */
export const BUILT_IN: readonly { readonly id: BackdropStyle; readonly label: string; readonly second: string | null }[] = [
  { id: 'paper', label: 'Studio paper', second: null },
  { id: 'showroom', label: 'Showroom', second: 'Wall' },
  { id: 'concrete', label: 'Concrete', second: null },
  { id: 'gradient', label: 'Gradient', second: 'Far end' },
  { id: 'brand', label: 'Brand colour', second: null },
];

/** A style's own colours, which a recipe that names none gets; `#rrggbb`. */
export const defaultColours = (id: BackdropStyle): { readonly colour: string; readonly colour2: string } => STYLES[id].defaults;

/** What a recipe's built-in background looks like, its missing colours filled in; always the same piece of material. */
export function specOf(background: BuiltInBackground): BackdropSpec {
  const { defaults } = STYLES[background.id];
  return { style: background.id, colour: background.colour ?? defaults.colour, colour2: background.colour2 ?? defaults.colour2, seed: 1 };
}

/** Where the floor meets the wall, fraction of the canvas from the top; null when there is no floor, or it is not known. */
export const horizonOf = (background: Background | null): number | null =>
  background?.kind === 'built-in' ? STYLES[background.id].horizon : null;

/** A piece of a canvas: rows `from` up to (not including) `to`. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/**
 * Draws a backdrop as RGBA (alpha 255) or RGB, 8 bits each, sRGB.
 *
 * @param rows only these rows, for exports that work in strips; strips join without a seam.
 */
export function drawBackdrop(
  spec: BackdropSpec,
  canvas: Size,
  channels: 3 | 4 = 4,
  rows: Rows = { from: 0, to: canvas.height },
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(canvas.width * (rows.to - rows.from) * channels);
  paintBackdrop(spec, canvas, { pixels, channels, ...rows });
  return pixels;
}

/** The same into memory that is there already. */
export function paintBackdrop(spec: BackdropSpec, canvas: Size, target: Target): void {
  const { grain } = STYLES[spec.style];
  render(fieldOf(spec, canvas), canvas, target, grain === null ? null : { tile: grain, seed: spec.seed });
}

const KEPT_FIELDS = 6;
const fields = new Map<string, Field>();

/** A cache of the last few backdrops' light: strips, previews and batches ask for the same one. */
function fieldOf(spec: BackdropSpec, canvas: Size): Field {
  const style = STYLES[spec.style];
  const key = [spec.style, spec.colour, spec.colour2, spec.seed, (canvas.width / canvas.height).toFixed(4)].join(' ');
  const kept = fields.get(key);
  if (kept !== undefined) {
    fields.delete(key);
    fields.set(key, kept);
    return kept;
  }
  const field = sample(style.shader(spec, canvas.width / canvas.height), canvas, style.grid);
  fields.set(key, field);
  for (const oldest of fields.keys()) {
    if (fields.size <= KEPT_FIELDS) break;
    fields.delete(oldest);
  }
  return field;
}
