/**
 * Where an old shadow was kept. A car shows a hand's breadth of floor between its body and the ground: where the matte reaches down to
 * the line on which the tyres stand, and no tyre is there, it holds what is not the car.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { type CarPicture, SUBJECT_WIDTH } from './car-picture.ts';
import type { NearEdge } from './floor.ts';
import type { Tread } from './tread.ts';

/** Columns of the car picture, the last one included. */
export interface Columns {
  readonly first: number;
  readonly last: number;
}

/** Columns that a gap in a stretch may have. */
const CLOSED = 9;

/** What is taken for a shadow. */
interface Touching {
  /** Clearance below which the matte reaches the ground, in metres, and what the median of a stretch stays below. */
  readonly clearM: number;
  readonly medianM: number;
  /** How long a stretch is at least, over the car's width. */
  readonly shortest: number;
}

/** The ground clearance of passenger cars begins at 0.1 m. */
const BETWEEN: Touching = { clearM: 0.1, medianM: 0.05, shortest: 0.08 };
/**
 * Beside the wheels, once there is a shadow between them: where a bumper stands over the floor is known less well, so more counts as
 * touching. What is taken away there stays below 0.1 m unless an edge is seen.
 */
const BESIDE: Touching = { clearM: 0.17, medianM: 0.12, shortest: 0.015 };

/** What is known of a car when its clearance is looked at. */
export interface Standing {
  readonly edge: NearEdge;
  /** On the near side, from left to right. */
  readonly treads: readonly [Tread, Tread];
  /** Where those on the far side are expected. */
  readonly farTreads: readonly [Tread, Tread];
}

/** @returns the stretches between the wheels in which the matte holds an old shadow, from left to right */
export function shadowBetween(picture: CarPicture, standing: Standing): Columns[] {
  const [left, right] = standing.treads;
  // A tyre on the far side reaches the ground, too.
  const underFar = (x: number): boolean => standing.farTreads.some((tread) => x >= tread.left && x <= tread.right);
  return shadowed(picture, standing.edge, { first: Math.ceil(left.right), last: Math.floor(right.left) }, BETWEEN).filter(
    ({ first, last }) => 2 * columnsOf({ first, last }).filter(underFar).length <= last - first + 1,
  );
}

/** The same to the left of the left wheel and to the right of the right one: to be asked where there is a shadow between them. */
export function shadowBeside(picture: CarPicture, standing: Standing): Columns[] {
  const [left, right] = standing.treads;
  return [
    ...shadowed(picture, standing.edge, { first: Math.ceil(standing.edge.first), last: Math.floor(left.left) - 1 }, BESIDE),
    ...shadowed(picture, standing.edge, { first: Math.ceil(right.right), last: Math.floor(standing.edge.last) }, BESIDE),
  ];
}

/** Clearance below which a column belongs to a shadow that somebody clicked on, in metres: whoever clicks has seen it. */
const CLICKED_M = 0.25;

/** The stretch around a column, between the tyres or beside one, in which the matte reaches down to the floor; null where it does not. */
export function shadowAt({ low }: CarPicture, { edge, treads }: Standing, column: number): Columns | null {
  const [left, right] = treads;
  const ends = [edge.first, left.left, left.right, right.left, right.right, edge.last];
  const section = [0, 2, 4].find((n) => column >= (ends[n] ?? 0) && column <= (ends[n + 1] ?? 0));
  if (section === undefined) return null;
  const from = Math.max(0, Math.ceil(ends[section] ?? 0));
  const to = Math.min(low.length - 1, Math.floor(ends[section + 1] ?? 0));
  const near = (x: number): boolean => (low[x] ?? -1) >= 0 && edge.at(x + 0.5) - (low[x] ?? 0) < CLICKED_M * edge.scaleAt(x + 0.5);
  return stretches(from, to, near).find(({ first, last }) => column >= first - CLOSED && column <= last + CLOSED) ?? null;
}

function shadowed({ low }: CarPicture, edge: NearEdge, within: Columns, { clearM, medianM, shortest }: Touching): Columns[] {
  const clearance = (x: number): number => {
    const row = low[x] ?? -1;
    return row < 0 ? Number.POSITIVE_INFINITY : (edge.at(x + 0.5) - row) / edge.scaleAt(x + 0.5);
  };
  const from = Math.max(0, within.first);
  const to = Math.min(low.length - 1, within.last);
  return stretches(from, to, (x) => clearance(x) < clearM).filter((stretch) => {
    const columns = columnsOf(stretch);
    if (columns.length < shortest * SUBJECT_WIDTH) return false;
    const sorted = columns.map(clearance).sort((a, b) => a - b);
    return (sorted[sorted.length >> 1] ?? clearM) < medianM;
  });
}

const columnsOf = ({ first, last }: Columns): number[] => Array.from({ length: last - first + 1 }, (_, n) => first + n);

/** Runs of marked columns; gaps of fewer than CLOSED columns are none. */
function stretches(from: number, to: number, marked: (column: number) => boolean): Columns[] {
  const found: { first: number; last: number }[] = [];
  for (let x = from; x <= to; x++) {
    if (!marked(x)) continue;
    const before = found.at(-1);
    if (before !== undefined && x - before.last <= CLOSED) before.last = x;
    else found.push({ first: x, last: x });
  }
  return found;
}
