/** Arithmetic of number fields: pure, so that typing, scrubbing and sliding agree. */

/** The bounds and the step of a field, in stored values. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** The nearest value of the range's steps, counted from `min`. Not-a-number gives `min`. */
export function snap(value: number, { min, max, step }: NumberRange): number {
  if (Number.isNaN(value)) return min;
  const clamped = Math.min(max, Math.max(min, value));
  const stepped = min + Math.round((clamped - min) / step) * step;
  const decimals = Math.max(0, Math.ceil(-Math.log10(step)) + 1);
  return Math.min(max, Number(stepped.toFixed(decimals)));
}

/**
 * What a person typed, or null when it says nothing: "12", "12 %", "-3,5", "+5" are numbers.
 * The scale turns what is shown into what is stored (100 for percent).
 */
export function parseTyped(text: string, scale = 1): number | null {
  const cleaned = text.replace(',', '.').replace(/[^\d.+-]/g, '');
  if (!/\d/.test(cleaned)) return null;
  const value = Number(cleaned);
  return Number.isFinite(value) ? value / scale : null;
}

/** What a drag of `pixels` adds: the whole range takes about 240 px; fine mode takes ten times that. */
export const scrubbed = (start: number, pixels: number, range: NumberRange, fine: boolean): number =>
  snap(start + (pixels / (fine ? 2400 : 240)) * (range.max - range.min), range);
