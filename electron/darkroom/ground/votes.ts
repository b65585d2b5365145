/**
 * Where wheels might be: a Hough transform (Duda & Hart 1972) for upright ellipses. Every edge votes for the hubs that it could be the
 * rim of, along its own direction and towards its bright side, because a rim is brighter than its tyre. At half the picture's size:
 * what is found is looked at closely afterwards.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { boxMean } from '../filters/box-filter.ts';
import { reduce } from '../filters/planes.ts';
import type { CarPicture } from './car-picture.ts';
import type { Ellipse } from './ellipse.ts';
import { gradientsOf } from './gradients.ts';

/** A place that rims voted for. */
export interface Candidate extends Ellipse {
  /** Votes over the ellipse's perimeter: the share of it that was seen, about. */
  readonly votes: number;
}

const STEP = 2;
/** From the side to where a wheel is hardly a wheel any more; each next to the others as far as an edge's direction tells. */
const ASPECTS = [0.22, 0.28, 0.35, 0.43, 0.52, 0.62, 0.72, 0.82, 0.91, 1];
/** Radius of a rim over the car's height. Smaller ones are the hub caps and brakes inside. */
const SMALLEST_RIM = 0.115;
const LARGEST_RIM = 0.3;
const RIM_STEP = 1.08;
/** An edge is a change of ln(light) of that much per pixel; at the second it has half a vote. */
const EDGE = 0.012;
const HALF_SURE = 0.06;
/** How far outside the matte an edge may lie, in pixels: the network draws tyres too small rather than too large. */
const BESIDE_MATTE = 4;
/** Shares of the car's height from its top above which no rim and no hub lies. */
const RIMS_BELOW = 0.3;
const HUBS_BELOW = 0.42;
/** How exactly edges have to agree on a hub, over the rim's radius. */
const AGREEMENT = 0.06;
const LEAST_VOTES = 0.08;
/** Between a rim's lower end and that of the matte there is a tyre: its height over the rim's radius. */
const LEAST_GAP = -0.08;
const MOST_GAP = 0.8;
/** Candidates in one cell of so many pixels, and in all. */
const CELL = 6;
const MOST_PER_CELL = 5;
const MOST = 1500;

/** @returns the best places, those with the most votes first */
export function votedPlaces(picture: CarPicture): Candidate[] {
  const edges = edgesOf(picture);
  const width = Math.ceil(picture.size.width / STEP);
  const height = Math.ceil(picture.size.height / STEP);
  const first = Math.max(0, Math.floor((picture.partTop + HUBS_BELOW * picture.partHeight) / STEP));
  const size = { width, height: height - first };
  if (size.height < 3) return [];
  const bench = {
    votes: new Float32Array(width * size.height),
    rows: new Float32Array(width * size.height),
    sums: new Float32Array(width * size.height),
  };
  const found: Candidate[] = [];
  for (const aspect of ASPECTS) {
    const pointing = pointedAt(edges, aspect);
    for (let rim = SMALLEST_RIM; rim <= LARGEST_RIM * 1.001; rim *= RIM_STEP) {
      const radius = (rim * picture.partHeight) / STEP;
      castVotes(pointing, { radius, first }, bench.votes, size);
      boxSum(bench, size, Math.round(AGREEMENT * radius * aspect), Math.max(1, Math.round(AGREEMENT * radius)));
      const perimeter = perimeterOf(radius, aspect * radius);
      collect(bench.sums, size, LEAST_VOTES * perimeter, (x, y, count) => {
        const place = { x: (x + 0.5) * STEP, y: (y + first + 0.5) * STEP, aspect, radius: radius * STEP, lean: 0 };
        const gap = ((picture.low[Math.floor(place.x)] ?? -1) - place.y) / place.radius - 1;
        if (gap >= LEAST_GAP && gap <= MOST_GAP) found.push({ ...place, votes: count / perimeter });
      });
    }
  }
  return thinned(found);
}

/** Edges as a list: where, which way their bright side lies, and how much they count. */
interface Edges {
  readonly count: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly toX: Float32Array;
  readonly toY: Float32Array;
  readonly weight: Float32Array;
}

function edgesOf({ light, matte, size, partTop, partHeight }: CarPicture): Edges {
  const small = reduce(light, size, STEP);
  const gradients = gradientsOf(small.data, small);
  const near = reduce(matte, size, STEP).data;
  boxMean(near, { size: small, radius: Math.ceil(BESIDE_MATTE / STEP) }, near);
  const most = small.width * small.height;
  const [x, y, toX, toY, weight] = [0, 1, 2, 3, 4].map(() => new Float32Array(most)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  let count = 0;
  for (let v = Math.max(0, Math.floor((partTop + RIMS_BELOW * partHeight) / STEP)); v < small.height; v++) {
    for (let u = 0, i = v * small.width; u < small.width; u++, i++) {
      // Changes per pixel of the picture, not of the reduced one.
      const strength = (gradients.strength[i] as number) / STEP;
      if (strength < EDGE || (near[i] as number) <= 0) continue;
      x[count] = u;
      y[count] = v;
      toX[count] = gradients.x[i] as number;
      toY[count] = gradients.y[i] as number;
      weight[count] = strength / (strength + HALF_SURE);
      count++;
    }
  }
  return { count, x, y, toX, toY, weight };
}

/**
 * The edges as they point in a picture stretched until ellipses of that aspect are circles: there an edge points at the centre. Per
 * pixel of radius, in the picture as it is.
 */
function pointedAt(edges: Edges, aspect: number): Edges {
  const toX = new Float32Array(edges.count);
  const toY = new Float32Array(edges.count);
  for (let n = 0; n < edges.count; n++) {
    const dx = aspect * (edges.toX[n] as number);
    const dy = edges.toY[n] as number;
    const unit = 1 / Math.sqrt(dx * dx + dy * dy);
    toX[n] = aspect * unit * dx;
    toY[n] = unit * dy;
  }
  return { ...edges, toX, toY };
}

interface Plane {
  readonly width: number;
  readonly height: number;
}

/** Every edge's vote for a hub at one radius. @param first row of the picture that is the first of the votes */
function castVotes(
  { count, x, y, toX, toY, weight }: Edges,
  { radius, first }: { readonly radius: number; readonly first: number },
  votes: Float32Array,
  { width, height }: Plane,
): void {
  votes.fill(0);
  for (let n = 0; n < count; n++) {
    const u = Math.floor((x[n] as number) + radius * (toX[n] as number) + 0.5);
    const v = Math.floor((y[n] as number) + radius * (toY[n] as number) + 0.5) - first;
    if (u < 0 || u >= width || v < 0 || v >= height) continue;
    votes[v * width + u] = (votes[v * width + u] as number) + (weight[n] as number);
  }
}

interface Bench {
  readonly votes: Float32Array;
  readonly rows: Float32Array;
  readonly sums: Float32Array;
}

/** Sums of votes over (2 across + 1) by (2 down + 1) pixels, by running sums, into `sums`. */
function boxSum({ votes, rows, sums }: Bench, { width, height }: Plane, across: number, down: number): void {
  const lines = across === 0 ? votes : rows;
  for (let y = 0; across > 0 && y < height; y++) rowSums(votes, rows, { start: y * width, width }, across);
  const column = new Float32Array(width);
  for (let y = -down; y < height; y++) {
    const entering = y + down < height ? (y + down) * width : -1;
    const leaving = (y - down - 1) * width;
    for (let x = 0; entering >= 0 && x < width; x++) column[x] = (column[x] as number) + (lines[entering + x] as number);
    for (let x = 0; leaving >= 0 && x < width; x++) column[x] = (column[x] as number) - (lines[leaving + x] as number);
    if (y >= 0) sums.set(column, y * width);
  }
}

/** Sums along a row: first where the window enters it, then where it lies within, then where it leaves. */
function rowSums(votes: Float32Array, out: Float32Array, { start, width }: { start: number; width: number }, across: number): void {
  let sum = 0;
  for (let x = 0; x < Math.min(across, width); x++) sum += votes[start + x] as number;
  const [within, leaves] = [Math.min(across + 1, width), Math.max(0, width - across)];
  const end = start + width;
  let i = start;
  for (; i < start + Math.min(within, leaves); i++) {
    sum += votes[i + across] as number;
    out[i] = sum;
  }
  for (; i < start + leaves; i++) {
    sum += votes[i + across] as number;
    sum -= votes[i - across - 1] as number;
    out[i] = sum;
  }
  for (; i < end; i++) {
    if (i > start + across) sum -= votes[i - across - 1] as number;
    out[i] = sum;
  }
}

/** Calls `take` for every pixel that is no less than its eight neighbours and has enough. */
function collect(plane: Float32Array, { width, height }: Plane, least: number, take: (x: number, y: number, value: number) => void): void {
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const here = plane[i] as number;
      if (here < least) continue;
      const [up, down] = [i - width, i + width];
      if (here < (plane[i - 1] as number) || here <= (plane[i + 1] as number)) continue;
      if (here < (plane[up - 1] as number) || here < (plane[up] as number) || here < (plane[up + 1] as number)) continue;
      if (here <= (plane[down - 1] as number) || here <= (plane[down] as number) || here <= (plane[down + 1] as number)) continue;
      take(x, y, here);
    }
  }
}

/** Ramanujan's first approximation (1914). */
const perimeterOf = (a: number, b: number): number => Math.PI * (3 * (a + b) - Math.sqrt((3 * a + b) * (a + 3 * b)));

function thinned(found: Candidate[]): Candidate[] {
  const inCell = new Map<number, number>();
  const kept: Candidate[] = [];
  for (const candidate of found.sort((a, b) => b.votes - a.votes)) {
    const cell = Math.floor(candidate.x / CELL) * 4096 + Math.floor(candidate.y / CELL);
    const count = (inCell.get(cell) ?? 0) + 1;
    inCell.set(cell, count);
    if (count <= MOST_PER_CELL) kept.push(candidate);
    if (kept.length === MOST) break;
  }
  return kept;
}
