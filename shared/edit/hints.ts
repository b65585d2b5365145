/**
 * What can be told of a cut-out before anybody pays for it: the photo's frame cuts the subject off, the network could not make up its
 * mind, or what was found is a room rather than a thing in it. A word, and never a refusal: the user sees the preview and decides.
 */
import { cutOf } from './cut-off.ts';
import type { Ground } from './ground.ts';
import type { Rect } from './rect.ts';

/** In the order in which they are said; the first is the gravest. */
export const HINTS = ['interior', 'undecided', 'wheel cut off', 'cut off'] as const;
/** One of them. */
export type Hint = (typeof HINTS)[number];

/** A matte says neither yes nor no between these, 0..255. */
const UNDECIDED_FROM = 51;
const UNDECIDED_TO = 204;

/** Of what was found, so much is undecided before it is worth a word. Measured: docs/darkroom.md. */
const MUCH = 0.12;

/** A subject that so many of the photo's sides cut is the place itself. */
const SIDES_OF_A_ROOM = 3;

/**
 * The share of what a matte found that it is undecided about, 0..1; 0 where nothing was found.
 * @param matte side * side bytes, the photo stretched to a square @param subject fractions of the photo
 */
export function undecidedShare(matte: Uint8Array, side: number, subject: Rect): number {
  const [left, top] = [Math.floor(subject.x * side), Math.floor(subject.y * side)];
  const right = Math.min(side, Math.ceil((subject.x + subject.width) * side));
  const bottom = Math.min(side, Math.ceil((subject.y + subject.height) * side));
  let [found, undecided] = [0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      // Typed arrays are dense: an index inside them always holds a number.
      const value = matte[y * side + x] as number;
      if (value < UNDECIDED_FROM) continue;
      found++;
      if (value <= UNDECIDED_TO) undecided++;
    }
  }
  return undecided / Math.max(1, found);
}

/** What hints are made of. */
export interface HintFacts {
  /** Bounding box of what was found, fractions of the photo; null: nothing was. */
  readonly subject: Rect | null;
  /** As `undecidedShare` has it. */
  readonly undecided: number;
  readonly ground: Ground | null;
}

/** What is worth a word, the gravest first. None where nothing was found: that is said in another place, and nothing is charged for it. */
export function hintsOf({ subject, undecided, ground }: HintFacts): readonly Hint[] {
  if (subject === null) return [];
  const sides = Object.values(cutOf(subject)).filter(Boolean).length;
  const hints = new Set<Hint>();
  if (sides >= SIDES_OF_A_ROOM) hints.add('interior');
  else if (sides > 0) hints.add(losesWheel(ground) ? 'wheel cut off' : 'cut off');
  if (undecided > MUCH) hints.add('undecided');
  return HINTS.filter((hint) => hints.has(hint));
}

/** Where wheels are only guessed, nothing is said of them. */
function losesWheel(ground: Ground | null): boolean {
  if (ground === null || ground.standing === 'unsure') return false;
  return ground.wheels.some(({ at, halfAxes }) => [0, 1].some((axis) => leaves(at[axis] ?? 0, halfAxes[axis] ?? 0)));
}

const leaves = (middle: number, half: number): boolean => middle - half < 0 || middle + half > 1;
