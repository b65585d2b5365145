/**
 * Which regions look like panes of a car, or like all windows of one side together.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { type Extents, solidity } from './extents.ts';
import type { Measured } from './measuring.ts';
import { Paint } from './paint.ts';

/** Shares of the subject's area. */
const LEAST_PANE = 0.0012;
const MOST_PANE = 0.14;
/** Rows of the stage, over the subject's height from its top: nothing that reaches further down is glass alone. */
const LOWEST = 0.55;
/** A roof or a bonnet has the subject's own outline; a pane has a frame. */
const MOST_SILHOUETTE = 0.25;
/** What either costs. */
const SUSPECT = 0.6;
/** A region is paint wholly when so much of it is like that region, and costs as much. */
const PAINT_SHARE = 0.08;
const PAINT = 0.45;

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
} as const;
/** Best where a pane has its middle, and as large as one: a parabola each, by squares of standard deviations. */
const ROW = { best: 0.22, deviation: 0.15, weight: -0.14 };
const AREA = { best: Math.log(0.02), deviation: 1.2, weight: -0.06 };
const BASE = 0.2;

const standard = (value: number, { mean, deviation, weight }: { mean: number; deviation: number; weight: number }): number =>
  weight * Math.min(2.5, Math.max(-2.5, (value - mean) / deviation));
const hump = (value: number, { best, deviation, weight }: { best: number; deviation: number; weight: number }): number =>
  weight * ((value - best) / deviation) ** 2;

/** How much each region looks like a pane, about as far as it would overlap with one; -Infinity where it cannot be one. */
export interface PaneScores {
  readonly scores: Float32Array;
  /** The same if nothing spoke for a roof or a bonnet: bright ones are as smooth as glass, and flow into it. */
  readonly unsuspected: Float32Array;
}

/** By region of the tree. */
export function paneScores({ tree, merged, rows, usual }: Measured, extents: Extents): PaneScores {
  const { sums } = merged;
  const scores = new Float32Array(merged.count).fill(Number.NEGATIVE_INFINITY);
  const unsuspected = scores.slice();
  const paint = new Paint(merged, rows);
  for (let n = 0; n < merged.count; n++) {
    const share = tree.area[n] as number;
    if (share < LEAST_PANE || share > MOST_PANE) continue;
    const area = sums.area[n] as number;
    const length = Math.max(1, sums.outline[n] as number);
    let score =
      BASE +
      standard(Math.log((sums.outlineStrength[n] as number) / length / usual), FEATURES.outline) +
      standard(Math.log((sums.inner[n] as number) / area / usual), FEATURES.inner) +
      hump(((sums.y[n] as number) / area - rows.top) / rows.height, ROW) +
      hump(Math.log(share), AREA);
    score -= PAINT * Math.min(1, paint.shareLike(n) / PAINT_SHARE);
    // Roundness is the one thing that takes looking at pixels: only where it can still decide.
    if (score >= 0) score += standard(solidity(tree, n, extents), FEATURES.solid);
    unsuspected[n] = score;
    if ((sums.silhouette[n] as number) > MOST_SILHOUETTE * length) score -= SUSPECT;
    if ((extents.bottom[n] as number) - rows.top > LOWEST * rows.height) score -= SUSPECT;
    scores[n] = score;
  }
  return { scores, unsuspected };
}
