/**
 * How much a place looks like a wheel: eight things that are true of wheels and seldom all true of anything else. Their weights are
 * those that told wheels from the rest in twenty photographs (docs/darkroom.md).
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { CarPicture } from './car-picture.ts';
import { type Ellipse, lowerEdge, TYRE_OVER_RIM } from './ellipse.ts';
import { type Gradients, gradientsOf } from './gradients.ts';
import type { Candidate } from './votes.ts';

const WEIGHTS = { votes: 0.8, fit: 0.7, leg: 0.6, coverage: 0.8, gap: 0.4, dark: 0.4, drop: 0.5, even: 0.3 } as const;

/** Angles at which a wheel is looked at; its top quarter, where the arch hides it, is not one of them. */
const ANGLES = 72;
const ALL_AROUND = Array.from({ length: ANGLES }, (_, n) => {
  const angle = (2 * Math.PI * (n + 0.5)) / ANGLES;
  return [Math.cos(angle), Math.sin(angle)] as const;
});
const BELOW_ARCH = ALL_AROUND.filter(([x, y]) => y > -Math.abs(x));
const LOOKS = BELOW_ARCH.length;
/** The same by coordinate: millions of them are looked up for a photo. */
const ACROSS = Float64Array.from(BELOW_ARCH, ([x]) => x);
const DOWN = Float64Array.from(BELOW_ARCH, ([, y]) => y);
/** Radii over the rim's: the rim's edge, the bright metal inside it, the dark rubber around it. */
const EDGE_RADII = [0.94, 1, 1.06];
const METAL_RINGS = [[0.75], [0.8], [0.85], [0.9], [0.96]];
const RUBBER_RADII = [1.07, 1.12, 1.17, 1.23];
/** Weaker edges have no direction. Change of ln(light) per pixel. */
const EDGE = 0.012;
/** Around a rim that is looked at closely, and a change of ln(light) per pixel that is as sharp as any. */
const SHARP_RADII = [0.985, 1, 1.015];
const SHARP = 0.6;
/** An edge is the rim's when its direction agrees with it that well: the cosine between them. */
const ALONG = 0.35;
/** The rubber that shows below a rim, over the rim's radius. */
const USUAL_GAP = 0.3;
/** Shares of the car's pixels that are darker: what counts as black in this photo, and what as its middle. */
const BLACK_SHARE = 0.1;
const MIDDLE_SHARE = 0.5;

/** ln of the light that black is lifted by (car-picture.ts), and into how many tones what is above it is counted. */
const DARKEST = -3.92;
const TONES = 1024;

const clip = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Judges ellipses in one picture. */
export class Likeness {
  readonly #picture: CarPicture;
  readonly #gradients: Gradients;
  readonly #black: number;
  readonly #middle: number;

  constructor(picture: CarPicture) {
    this.#picture = picture;
    this.#gradients = gradientsOf(picture.light, picture.size);
    [this.#black, this.#middle] = sharesOf(picture);
  }

  /** About 0 for anything, 3 to 4.5 for a wheel. */
  of(rim: Candidate): number {
    const { coverage, dark, drop, even } = this.#seen(rim);
    return (
      WEIGHTS.votes * Math.min(1, rim.votes) +
      WEIGHTS.fit * this.#fit(rim) +
      WEIGHTS.leg * this.#leg(rim) +
      WEIGHTS.coverage * coverage +
      WEIGHTS.gap * this.#gap(rim) +
      WEIGHTS.dark * dark +
      WEIGHTS.drop * drop +
      WEIGHTS.even * even
    );
  }

  /** How sharply the rim's own edge is met, 0..1: nothing but the photo has a say, so that an ellipse that is about right gets exact. */
  sharpness(rim: Ellipse): number {
    let sum = 0;
    for (let n = 0; n < LOOKS; n++) for (const radius of SHARP_RADII) sum += clip(this.#inwards(rim, radius, n), 0, SHARP) / SHARP;
    return sum / (LOOKS * SHARP_RADII.length);
  }

  /** The matte's own contour is a tyre's lower end: 1 when it agrees, below 0 when it does not. */
  #fit(rim: Ellipse): number {
    // How much rubber there is differs; the round of the contour does not.
    const over = clip((this.#low(Math.floor(rim.x)) - rim.y) / rim.radius, TYRE_OVER_RIM - 0.1, TYRE_OVER_RIM + 0.2);
    const tyre = { ...rim, radius: rim.radius * over };
    const half = 0.75 * tyre.aspect * tyre.radius;
    let [sum, count] = [0, 0];
    for (let x = Math.ceil(tyre.x - half); x <= tyre.x + half; x++, count++) {
      const low = this.#low(x);
      sum += low < 0 ? 0.4 : Math.min(0.4, Math.abs(low - (lowerEdge(tyre, x + 0.5) ?? low)) / tyre.radius);
    }
    return count === 0 ? -0.6 : 1 - sum / count / 0.25;
  }

  /** The contour stands out below what is on both sides; beyond the ends of the car everything is high up. 0..1. */
  #leg(rim: Ellipse): number {
    const half = rim.aspect * rim.radius * TYRE_OVER_RIM;
    const low = this.#extent(rim.x - 0.5 * half, rim.x + 0.5 * half).lowest;
    const beside = Math.max(
      this.#extent(rim.x - 2.6 * half, rim.x - 0.7 * half).highest,
      this.#extent(rim.x + 0.7 * half, rim.x + 2.6 * half).highest,
    );
    return clip((low - beside) / (0.35 * rim.radius), 0, 1);
  }

  #extent(from: number, to: number): { readonly lowest: number; readonly highest: number } {
    let [lowest, highest] = [-1, Number.POSITIVE_INFINITY];
    for (let x = Math.round(from); x <= to; x++) {
      const low = this.#low(x);
      lowest = Math.max(lowest, low);
      highest = Math.min(highest, low);
    }
    return { lowest, highest: Number.isFinite(highest) ? highest : -1 };
  }

  #gap(rim: Ellipse): number {
    const gap = (this.#low(Math.floor(rim.x)) - rim.y) / rim.radius - 1;
    return clip(1 - Math.abs(gap - USUAL_GAP) / 0.45, -1, 1);
  }

  #low(column: number): number {
    return this.#picture.low[column] ?? -1;
  }

  /** What the rays from the hub meet: edges that point inwards, dark and even rubber, and how much brighter the metal is. */
  #seen(rim: Ellipse): { readonly coverage: number; readonly dark: number; readonly drop: number; readonly even: number } {
    let covered = 0;
    for (let n = 0; n < LOOKS; n++) if (this.#hasRim(rim, n)) covered++;
    const rubber = this.#ring(rim, RUBBER_RADII);
    let metal = Number.NEGATIVE_INFINITY;
    for (const radii of METAL_RINGS) metal = Math.max(metal, this.#ring(rim, radii).mean);
    return {
      coverage: covered / LOOKS,
      dark: clip((this.#middle - rubber.mean) / Math.max(0.05, this.#middle - this.#black), -1, 1.3),
      drop: clip((metal - rubber.mean) / 0.5, 0, 1),
      even: Math.exp(-rubber.deviation / 0.45),
    };
  }

  /** Whether an edge that points inwards lies where the rim's would at one of the angles. */
  #hasRim(rim: Ellipse, n: number): boolean {
    for (const radius of EDGE_RADII) {
      const i = this.#index(rim, radius, n);
      const strength = i < 0 ? 0 : (this.#gradients.strength[i] as number);
      if (strength >= EDGE && this.#inwards(rim, radius, n) > ALONG * strength) return true;
    }
    return false;
  }

  /** How much brighter it gets towards the hub, per pixel; 0 outside the picture. */
  #inwards(rim: Ellipse, radius: number, n: number): number {
    const i = this.#index(rim, radius, n);
    if (i < 0) return 0;
    const nx = (ACROSS[n] as number) / rim.aspect;
    const ny = (DOWN[n] as number) - rim.lean * nx;
    return -((this.#gradients.x[i] as number) * nx + (this.#gradients.y[i] as number) * ny) / Math.sqrt(nx * nx + ny * ny);
  }

  #ring(rim: Ellipse, radii: readonly number[]): { readonly mean: number; readonly deviation: number } {
    let [sum, squares, count] = [0, 0, 0];
    const { light } = this.#picture;
    for (const radius of radii) {
      for (let n = 0; n < LOOKS; n++) {
        const i = this.#index(rim, radius, n);
        if (i < 0) continue;
        const value = light[i] as number;
        sum += value;
        squares += value * value;
        count++;
      }
    }
    if (count === 0) return { mean: 0, deviation: 1 };
    const mean = sum / count;
    return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
  }

  /** The pixel at an angle from the hub; -1 outside the picture. */
  #index(rim: Ellipse, radius: number, n: number): number {
    const { width, height } = this.#picture.size;
    const y = DOWN[n] as number;
    const u = Math.floor(rim.x + radius * rim.radius * (rim.aspect * (ACROSS[n] as number) + rim.lean * y));
    const v = Math.floor(rim.y + radius * rim.radius * y);
    return u < 0 || u >= width || v < 0 || v >= height ? -1 : v * width + u;
  }
}

/** What is black and what is middling on this car. */
function sharesOf({ light, matte }: CarPicture): [black: number, middle: number] {
  const counts = new Uint32Array(TONES);
  let all = 0;
  for (let i = 0; i < light.length; i++) {
    if ((matte[i] as number) <= 0.5) continue;
    const tone = Math.min(TONES - 1, Math.max(0, Math.floor((1 - (light[i] as number) / DARKEST) * TONES)));
    counts[tone] = (counts[tone] as number) + 1;
    all++;
  }
  const at = (share: number): number => {
    let [tone, below] = [0, counts[0] as number];
    while (tone < TONES - 1 && below <= share * (all - 1)) below += counts[++tone] as number;
    return DARKEST * (1 - (tone + 0.5) / TONES);
  };
  return [at(BLACK_SHARE), at(MIDDLE_SHARE)];
}
