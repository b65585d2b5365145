/**
 * Which regions look like panes of a car, or like all windows of one side together.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { type Extents, solidity } from './extents.ts';
import type { Measured } from './measuring.ts';
import type { Merged } from './merging.ts';

/** Shares of the subject's area. */
const LEAST_PANE = 0.0012;
const MOST_PANE = 0.14;
/** Rows of the stage, over the subject's height from its top: nothing that reaches further down is glass alone. */
const LOWEST = 0.55;
/** A roof or a bonnet has the subject's own outline; a pane has a frame. */
const MOST_SILHOUETTE = 0.25;
/** What either costs. */
const SUSPECT = 0.3;
/** The paint is looked for between these rows, likewise. */
const PAINT_ROWS = [0.42, 0.75] as const;

/**
 * What counts, with its mean and standard deviation over regions of such a size, and its weight: fitted on photographs whose panes were
 * drawn by hand, each left out in turn.
 */
const FEATURES = {
  /** Logarithm of the outline's strength over the usual one. */
  outline: { mean: 0.9, deviation: 0.45, weight: 0.21 },
  /** Logarithm of the strength inside, likewise. */
  inner: { mean: 0, deviation: 0.4, weight: -0.15 },
  /** Share of its convex hull. */
  solid: { mean: 0.72, deviation: 0.15, weight: 0.09 },
  /** Distance of mean colour to the paint, in Lab. */
  paint: { mean: 18, deviation: 14, weight: 0.04 },
} as const;
/** Best where a pane has its middle, and as large as one: a parabola each, by squares of standard deviations. */
const ROW = { best: 0.27, deviation: 0.17, weight: -0.14 };
const AREA = { best: Math.log(0.02), deviation: 1.2, weight: -0.06 };
const BASE = 0.2;

const standard = (value: number, { mean, deviation, weight }: { mean: number; deviation: number; weight: number }): number =>
  weight * Math.min(2.5, Math.max(-2.5, (value - mean) / deviation));
const hump = (value: number, { best, deviation, weight }: { best: number; deviation: number; weight: number }): number =>
  weight * ((value - best) / deviation) ** 2;

/** Per region how much it looks like a pane, about as far as it would overlap with one; -Infinity where it cannot be one. */
export function paneScores({ tree, merged, rows, usual }: Measured, extents: Extents): Float32Array {
  const { sums } = merged;
  const scores = new Float32Array(merged.count).fill(Number.NEGATIVE_INFINITY);
  const paint = paintOf(merged, rows);
  for (let n = 0; n < merged.count; n++) {
    const share = tree.area[n] as number;
    if (share < LEAST_PANE || share > MOST_PANE) continue;
    const area = sums.area[n] as number;
    const length = Math.max(1, sums.outline[n] as number);
    const away = Math.hypot(
      (sums.l[n] as number) / area - paint[0],
      (sums.a[n] as number) / area - paint[1],
      (sums.b[n] as number) / area - paint[2],
    );
    let score =
      BASE +
      standard(Math.log((sums.outlineStrength[n] as number) / length / usual), FEATURES.outline) +
      standard(Math.log((sums.inner[n] as number) / area / usual), FEATURES.inner) +
      standard(away, FEATURES.paint) +
      hump(((sums.y[n] as number) / area - rows.top) / rows.height, ROW) +
      hump(Math.log(share), AREA);
    if ((sums.silhouette[n] as number) > MOST_SILHOUETTE * length) score -= SUSPECT;
    if ((extents.bottom[n] as number) - rows.top > LOWEST * rows.height) score -= SUSPECT;
    // Roundness is the one thing that takes looking at pixels: only where it can still decide.
    scores[n] = score < 0 ? score : score + standard(solidity(tree, n, extents), FEATURES.solid);
  }
  return scores;
}

/** Mean colour of the subject's lower middle, by regions. */
function paintOf({ sums, leaves }: Merged, rows: Measured['rows']): readonly [number, number, number] {
  let [l, a, b, area] = [0, 0, 0, 1e-6];
  for (let n = 0; n < leaves; n++) {
    const row = ((sums.y[n] as number) / Math.max(1, sums.area[n] as number) - rows.top) / rows.height;
    if (row < PAINT_ROWS[0] || row > PAINT_ROWS[1]) continue;
    l += sums.l[n] as number;
    a += sums.a[n] as number;
    b += sums.b[n] as number;
    area += sums.area[n] as number;
  }
  return [l / area, a / area, b / area];
}
