/**
 * The two wheels on the near side of a car: found by themselves, or from a click on each hub.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { cameraOf, contactOf } from './camera.ts';
import type { CarPicture } from './car-picture.ts';
import { type Ellipse, lowerEdge, TYRE_OVER_RIM } from './ellipse.ts';
import { Likeness } from './likeness.ts';
import { type Candidate, votedPlaces } from './votes.ts';

/** Two wheels of one car, in pixels of the car picture. */
export interface WheelPair {
  /** The tyres' outer ellipses, from left to right. */
  readonly tyres: readonly [Ellipse, Ellipse];
  /** The rims within them. */
  readonly rims: readonly [Ellipse, Ellipse];
  /** How sure the pair is: docs/darkroom.md says what scores mean. */
  readonly score: number;
}

/** Below the height of a car and a half as high as it is wide, nothing is a car that shows two wheels. */
const TALLEST = 1.2;
/** Places that are looked at closely, how many ellipses at each, and how far places lie apart, over the car's height. */
const PLACES = 40;
const PER_PLACE = 2;
const PLACE = 0.03;
const ASPECT_RANGE = [0.16, 1] as const;

/** @returns the best pair, however unsure; null when there is none at all */
export function findWheels(picture: CarPicture): WheelPair | null {
  if (picture.partHeight > TALLEST * (picture.size.width / 1.12)) return null;
  const likeness = new Likeness(picture);
  const places = bestPlaces(votedPlaces(picture).map((rim) => ({ rim, score: likeness.of(rim) })));
  const judged = (rim: Candidate): number => likeness.of(rim);
  const pair = bestPair(
    places.map(({ rim, score }) => refine({ rim, score }, judged, ROUGH)),
    picture,
  );
  return pair === null ? null : withTyres(pair, picture, likeness);
}

/** A rim whose edge is met less sharply (Likeness.sharpness) than this is mostly none: what that costs the pair. */
const SHARP_RIM = 0.2;
const PER_BLUR = 20;

/** The tyres around two rims, whose edges are met exactly first: what looks like a wheel and has no edge of a rim is none. */
function withTyres({ rims, score }: RimPair, picture: CarPicture, likeness: Likeness): WheelPair {
  const sharp = (rim: Candidate): number => likeness.sharpness(rim);
  const [left, right] = [
    refine({ rim: rims[0], score: sharp(rims[0]) }, sharp, FINE),
    refine({ rim: rims[1], score: sharp(rims[1]) }, sharp, FINE),
  ];
  const blur = Math.max(0, SHARP_RIM - Math.min(left.score, right.score));
  const tyres = [tyreAround(left.rim, picture), tyreAround(right.rim, picture)] as const;
  return { tyres, rims: [left.rim, right.rim], score: score - PER_BLUR * blur };
}

/** Around a rim no tyre is larger where nothing but a shadow says so: more than any that was measured, so that none is cut. */
const LARGEST_OVER_SHADOW = 1.38;

/**
 * The same wheels where the matte goes on below them, into a shadow: its lower end is the shadow's then, and says only that the tyre is no larger than
 * that.
 */
export function overShadow({ tyres, rims, score }: WheelPair): WheelPair {
  const tyre = (n: 0 | 1): Ellipse => outer(rims[n], Math.min(LARGEST_OVER_SHADOW, tyres[n].radius / rims[n].radius));
  return { tyres: [tyre(0), tyre(1)], rims, score };
}

interface Scored {
  readonly rim: Candidate;
  readonly score: number;
}

/** The best candidates of the best places. */
function bestPlaces(scored: Scored[]): Scored[] {
  const places: { readonly x: number; readonly y: number; count: number }[] = [];
  const kept: Scored[] = [];
  for (const candidate of scored.sort((a, b) => b.score - a.score)) {
    const { x, y, radius } = candidate.rim;
    const reach = Math.max(4, PLACE * radius * 6);
    const place = places.find((other) => Math.hypot(other.x - x, other.y - y) < reach);
    if (place === undefined) {
      if (places.length === PLACES) continue;
      places.push({ x, y, count: 1 });
    } else if (place.count === PER_PLACE) continue;
    else place.count++;
    kept.push(candidate);
  }
  return kept;
}

interface Refinement {
  /** Over the radius. */
  readonly steps: readonly number[];
  readonly moves: readonly Move[];
}

/** Coordinate by coordinate, in ever smaller steps, as long as the likeness grows. */
function refine(start: Scored, judged: (rim: Candidate) => number, { steps, moves }: Refinement): Scored {
  let { rim, score } = start;
  for (const step of steps) {
    for (const moved of moves) {
      for (const direction of [-step, step]) {
        const next = moved(rim, direction);
        const nextScore = judged(next);
        if (nextScore > score) [rim, score] = [next, nextScore];
      }
    }
  }
  return { rim, score };
}

type Move = (rim: Candidate, by: number) => Candidate;

const moveX = (rim: Candidate, by: number): Candidate => ({ ...rim, x: rim.x + by * rim.radius * rim.aspect });
const moveY = (rim: Candidate, by: number): Candidate => ({ ...rim, y: rim.y + by * rim.radius });
const moveAspect = (rim: Candidate, by: number): Candidate => ({
  ...rim,
  aspect: Math.min(ASPECT_RANGE[1], Math.max(ASPECT_RANGE[0], rim.aspect * (1 + by))),
});
const moveRadius = (rim: Candidate, by: number): Candidate => ({ ...rim, radius: rim.radius * (1 + by) });
/** Another height, and the lower end stays; the upper end does. The width stays in both. */
const keepingLowerEnd = (rim: Candidate, by: number): Candidate => moveY(taller(rim, by), -by / (1 + by));
const keepingUpperEnd = (rim: Candidate, by: number): Candidate => moveY(taller(rim, by), by / (1 + by));
const taller = (rim: Candidate, by: number): Candidate => moveAspect(moveRadius(rim, by), -by / (1 + by));
/** Another width, and one side stays. */
const keepingLeft = (rim: Candidate, by: number): Candidate => moveX(moveAspect(rim, by), by / (1 + by));
const keepingRight = (rim: Candidate, by: number): Candidate => moveX(moveAspect(rim, by), -by / (1 + by));
/** Wheels lean by no more. */
const MOST_LEAN = 0.18;
const moveLean = (rim: Candidate, by: number): Candidate => ({ ...rim, lean: Math.min(MOST_LEAN, Math.max(-MOST_LEAN, rim.lean + by)) });
/** An ellipse that fits at one end only gets no better by any move that leaves that end. */
const COUPLED = [keepingLowerEnd, keepingUpperEnd, keepingLeft, keepingRight];
/** Where a candidate goes until it looks like a wheel, and then until it lies on the rim's own edge. */
const ROUGH: Refinement = { steps: [0.12, 0.06, 0.03, 0.015], moves: [moveX, moveY, moveAspect, moveRadius] };
const FINE: Refinement = { steps: [0.08, 0.04, 0.02, 0.01, 0.005], moves: [moveX, moveY, moveAspect, moveRadius, ...COUPLED, moveLean] };

/** Distance of the hubs over the tyres' horizontal half axis: both shrink alike when the car turns, so the view hardly matters. */
const HUBS_APART = { least: 4.3, usual: 7.5, most: 12 } as const;
/** Mean outer radius of the two tyres over half the car's height, and by how much (in ln) it may differ for nothing. */
const TYRES_OF_HEIGHT = 0.47;
const HEIGHT_TOLERANCE = 0.12;
/** The two aspects of one car differ by no more (in ln) unless its front wheels are steered far. */
const TURN_TOLERANCE = 0.47;
const MOST_RATIO = 2;
const MOST_SLOPE = 0.5;

interface RimPair {
  readonly rims: readonly [Candidate, Candidate];
  readonly score: number;
}

function bestPair(rims: readonly Scored[], picture: CarPicture): RimPair | null {
  let [best, most]: [readonly [Candidate, Candidate] | null, number] = [null, Number.NEGATIVE_INFINITY];
  for (const [n, a] of rims.entries()) {
    for (const b of rims.slice(n + 1)) {
      const [left, right] = a.rim.x < b.rim.x ? [a.rim, b.rim] : [b.rim, a.rim];
      const fault = faultOf(left, right, picture);
      if (fault === null || a.score + b.score - fault <= most) continue;
      [best, most] = [[left, right], a.score + b.score - fault];
    }
  }
  return best === null ? null : { rims: best, score: most };
}

/** What speaks against two rims being those of one car; null when they cannot be. */
function faultOf(left: Ellipse, right: Ellipse, picture: CarPicture): number | null {
  const [a, b] = [outer(left, TYRE_OVER_RIM), outer(right, TYRE_OVER_RIM)];
  const ratio = a.radius / b.radius;
  const apart = Math.hypot(b.x - a.x, b.y - a.y) / ((a.aspect * a.radius + b.aspect * b.radius) / 2);
  if (apart < HUBS_APART.least || apart > HUBS_APART.most || ratio > MOST_RATIO || ratio < 1 / MOST_RATIO) return null;
  const fall = contactOf(b) - contactOf(a);
  if (Math.abs(fall) > MOST_SLOPE * (b.x - a.x)) return null;
  const size = Math.abs(Math.log((a.radius + b.radius) / picture.partHeight / TYRES_OF_HEIGHT));
  const turned = Math.abs(Math.log(a.aspect / b.aspect));
  const nearStandsHigher = a.radius > b.radius === fall > 0 && Math.abs(fall) > 1;
  return (
    0.05 * Math.abs(apart - HUBS_APART.usual) +
    0.3 * turned +
    1.5 * Math.max(0, turned - TURN_TOLERANCE) +
    1.2 * Math.max(0, size - HEIGHT_TOLERANCE) +
    (nearStandsHigher ? 0.6 : 0) +
    0.8 * cameraOf(a, b, picture.photo).unlikely
  );
}

const outer = ({ x, y, aspect, radius, lean }: Ellipse, over: number): Ellipse => ({ x, y, aspect, radius: radius * over, lean });

/** Outer radius over the rim's: what is possible, and how much a disagreement with the matte has to be worth to leave the usual. */
const OVER_RIM = { least: 1.12, most: 1.5, step: 0.02, pull: 0.1 } as const;

/** The tyre around a rim: as large as its lower end agrees best with the matte's. */
function tyreAround(rim: Ellipse, picture: CarPicture): Ellipse {
  let [best, least] = [outer(rim, TYRE_OVER_RIM), Number.POSITIVE_INFINITY];
  for (let over = OVER_RIM.least; over <= OVER_RIM.most; over += OVER_RIM.step) {
    const tyre = outer(rim, over);
    const cost = contourError(tyre, picture) + OVER_RIM.pull * Math.abs(over - TYRE_OVER_RIM);
    if (cost < least) [best, least] = [tyre, cost];
  }
  return best;
}

/** Mean distance between a tyre's lower end and the matte's, over the radius. */
function contourError(tyre: Ellipse, { low }: CarPicture): number {
  const half = 0.6 * tyre.aspect * tyre.radius;
  let [sum, count] = [0, 0];
  for (let x = Math.ceil(tyre.x - half); x <= tyre.x + half; x++, count++) {
    const end = low[x] ?? -1;
    sum += end < 0 ? 0.4 : Math.min(0.4, Math.abs(end - (lowerEdge(tyre, x + 0.5) ?? end)) / tyre.radius);
  }
  return count === 0 ? 0.4 : sum / count;
}

/** Rim radius over the distance from the hub to the matte's lower end. */
const CLICKED_RIM = { least: 0.55, most: 0.92, steps: 8 } as const;
const CLICKED_ASPECTS = 12;
/** No hub is higher above the ground, over the car's height. */
const HIGHEST_HUB = 0.5;
/** How exactly a hub is clicked, over the rim's radius. */
const CLICK_REACH = 0.12;

/** The wheels whose hubs the user clicked, in pixels of the picture; null when no car stands below them. */
export function wheelsAt(picture: CarPicture, hubs: readonly [Hub, Hub]): WheelPair | null {
  const likeness = new Likeness(picture);
  const rims = [...hubs].sort((a, b) => a.x - b.x).map((hub) => rimAt(hub, picture, likeness));
  const [left, right] = rims;
  if (left === undefined || right === undefined || left === null || right === null) return null;
  return withTyres({ rims: [left.rim, right.rim], score: left.score + right.score }, picture, likeness);
}

/** A place that was clicked, in pixels of the car picture; may lie outside. */
export interface Hub {
  readonly x: number;
  readonly y: number;
}

function rimAt(hub: Hub, picture: CarPicture, likeness: Likeness): Scored | null {
  const low = picture.low[Math.floor(hub.x)] ?? -1;
  const below = low - hub.y;
  if (low < 0 || below < 2 || below > HIGHEST_HUB * picture.partHeight) return null;
  let best: Scored | null = null;
  for (let n = 0; n <= CLICKED_RIM.steps; n++) {
    const radius = below * (CLICKED_RIM.least + ((CLICKED_RIM.most - CLICKED_RIM.least) * n) / CLICKED_RIM.steps);
    for (let m = 0; m < CLICKED_ASPECTS; m++) {
      const aspect = ASPECT_RANGE[0] * (ASPECT_RANGE[1] / ASPECT_RANGE[0]) ** (m / (CLICKED_ASPECTS - 1));
      for (const dx of [-CLICK_REACH, 0, CLICK_REACH]) {
        for (const dy of [-CLICK_REACH, 0, CLICK_REACH]) {
          const rim = { x: hub.x + dx * radius * aspect, y: hub.y + dy * radius, aspect, radius, lean: 0, votes: 0 };
          const score = likeness.of(rim);
          if (best === null || score > best.score) best = { rim, score };
        }
      }
    }
  }
  return best === null ? null : refine(best, (rim) => likeness.of(rim), ROUGH);
}
