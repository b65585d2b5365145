/**
 * Cars whose ground is known: the two rendered ones, their exact mattes, and where their wheels are, from the camera that rendered them.
 * Shadows are put under them, into the picture and into the matte, as a network that takes a shadow for the car does.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { GUIDE_LONG_EDGE } from '../../../electron/darkroom/cutout/cutout.ts';
import { type Raster, within } from '../../../electron/darkroom/files/raster.ts';
import { photos, type SamplePhoto } from '../../../scripts/samples/photos.ts';
import { root } from '../../../scripts/setup/places.mjs';
import type { Size } from '../../../shared/edit/placement.ts';

const SAMPLES = join(root, 'resources', 'samples');
export const CARS = ['car-side', 'car-workshop'] as const;
export const otherSamples = (): string[] =>
  readdirSync(SAMPLES).flatMap((file) => (file.endsWith('.jpg') && !file.startsWith('car-') ? [file.replace('.jpg', '')] : []));

export interface Scene {
  readonly guide: Raster;
  /** The exact matte, bytes. */
  readonly matte: Uint8Array;
}

/** @param longEdge of the guide; a photo that is larger than the sample is enlarged */
export async function sample(name: string, longEdge: number = GUIDE_LONG_EDGE): Promise<Scene> {
  const photo = sharp(join(SAMPLES, `${name}.jpg`));
  const { width, height } = await photo.metadata();
  const size = longEdge > Math.max(width, height) ? scaled({ width, height }, longEdge) : within({ width, height }, longEdge);
  const data = new Uint8Array(await photo.resize(size.width, size.height, { fit: 'fill' }).removeAlpha().raw().toBuffer());
  const matte = await sharp(join(SAMPLES, `${name}.matte.png`))
    .resize(size.width, size.height, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return { guide: { data, ...size }, matte: new Uint8Array(matte) };
}

const scaled = ({ width, height }: Size, longEdge: number): Size => {
  const k = longEdge / Math.max(width, height);
  return { width: Math.round(width * k), height: Math.round(height * k) };
};

/** A wheel as the renderer's camera saw it, in fractions of the photo: the hub, and half the tyre's height. */
export interface TrueWheel {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Of scripts/samples/shaders/car.glsl, in metres. */
const AXLE = 1.31;
const TYRE = 0.335;
/** The outermost face of the tyre, less its rounded shoulder. */
const FACE = 0.835;
/** The middle of a tyre's tread. */
const FAR_TREAD = 0.775;

/** The car's two wheels on the side that the camera sees, from left to right. */
export function trueWheels(name: string): [TrueWheel, TrueWheel] {
  const photo = photoOf(name);
  const wheel = (axle: number): TrueWheel => {
    const around = Array.from({ length: 360 }, (_, n) => {
      const a = (n * Math.PI) / 180;
      return project(photo, [axle + TYRE * Math.cos(a), TYRE + TYRE * Math.sin(a), FACE]);
    });
    const [top, bottom] = [Math.min(...around.map(({ y }) => y)), Math.max(...around.map(({ y }) => y))];
    const [left, right] = [Math.min(...around.map(({ x }) => x)), Math.max(...around.map(({ x }) => x))];
    return { x: (left + right) / 2, y: (top + bottom) / 2, radius: (bottom - top) / 2 };
  };
  return [wheel(-AXLE), wheel(AXLE)];
}

export const trueEyeHeight = (name: string): number => photoOf(name).eye[1];

/** Over the photo's width; the longer side is 36 mm. */
export const trueFocal = (name: string): number => photoOf(name).focal / 36;

/** Where the tyres of the far side touch the ground, from left to right, in fractions of the photo. */
export const trueFarContacts = (name: string): { readonly x: number; readonly y: number }[] =>
  [-AXLE, AXLE].map((axle) => project(photoOf(name), [axle, 0, -FAR_TREAD]));

function photoOf(name: string): SamplePhoto {
  const photo = photos.find((one) => one.name === name);
  if (photo === undefined) throw new Error(`No sample is called ${name}.`);
  return photo;
}

type Vector = readonly [number, number, number];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = (a: Vector): Vector => {
  const length = Math.sqrt(dot(a, a));
  return [a[0] / length, a[1] / length, a[2] / length];
};

/** A point of the scene in fractions of the photo. */
export function project({ eye, target, focal, width, height }: SamplePhoto, point: Vector): { readonly x: number; readonly y: number } {
  const forward = unit(minus(target, eye));
  const right = unit(cross(forward, [0, 1, 0]));
  const up = cross(right, forward);
  const at = minus(point, eye);
  const depth = dot(at, forward);
  const longest = Math.max(width, height);
  // The lens fills 36 mm along the photo's longer side.
  const k = focal / 36 / depth;
  return { x: 0.5 + (dot(at, right) * k * longest) / width, y: 0.5 - (dot(at, up) * k * longest) / height };
}

export interface ShadowKind {
  /** Light that is left under the car, per channel, 0..1, in the photo's own samples. */
  readonly light: readonly [number, number, number];
  /** Width of its edge, pixels of the guide. */
  readonly edge: number;
}

/** The car on a shadow that reaches from its near side to the ground between and beyond the wheels: in the picture and in the matte. */
export function withShadow(name: string, { guide, matte }: Scene, { light, edge }: ShadowKind): Scene {
  const { width, height } = guide;
  const photo = photoOf(name);
  // On the floor: what a lamp above and behind throws to the near side.
  const corners = (
    [
      [-2.0, -0.8],
      [2.0, -0.8],
      [2.0, 0.98],
      [-2.0, 0.98],
    ] as const
  ).map(([x, z]) => {
    const { x: u, y: v } = project(photo, [x, 0, z]);
    return [u * width, v * height] as const;
  });
  const data = guide.data.slice();
  const shaded = matte.slice();
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const inside = depthIn(corners, x + 0.5, y + 0.5);
      const dark = Math.min(1, Math.max(0, inside / edge + 0.5));
      if (dark === 0) continue;
      const own = (matte[i] as number) / 255;
      for (let c = 0; c < 3; c++) {
        const sample = data[3 * i + c] as number;
        const shade = sample * (1 - dark * (1 - (light[c] as number)));
        data[3 * i + c] = Math.round(own * sample + (1 - own) * shade);
      }
      shaded[i] = Math.max(matte[i] as number, Math.round(255 * dark));
    }
  }
  return { guide: { data, width, height }, matte: shaded };
}

/** Distance to the nearest side of a convex polygon that runs clockwise on the picture; negative outside. */
function depthIn(corners: readonly (readonly [number, number])[], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [n, from] of corners.entries()) {
    const to = corners[(n + 1) % corners.length] as readonly [number, number];
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    least = Math.min(least, (dx * (y - from[1]) - dy * (x - from[0])) / Math.hypot(dx, dy));
  }
  return least;
}

/**
 * How much of a matte is not the car, and how much of the car is missing from it along its lower outline, both in thousandths of the
 * squared height of the car. What counts as along it: 0.15 of the height above.
 */
export function judge(matte: Uint8Array, truth: Uint8Array, { width, height }: Size): { readonly excess: number; readonly lost: number } {
  const rows = Array.from({ length: height }, (_, y) => truth.subarray(y * width, (y + 1) * width).some((value) => value > 127));
  const tall = rows.lastIndexOf(true) - rows.indexOf(true) + 1;
  let [excess, lost] = [0, 0];
  for (let x = 0; x < width; x++) {
    let low = height - 1;
    while (low >= 0 && (truth[low * width + x] as number) < 128) low--;
    for (let y = Math.max(0, Math.floor(low - 0.15 * tall)); y < height; y++) {
      const over = (matte[y * width + x] as number) - (truth[y * width + x] as number);
      // Within a hand's width of the outline neither counts: 0.4 % of the height.
      if (over > 0 && y > low + 0.004 * tall) excess += over;
      if (over < 0 && y <= low) lost -= over;
    }
  }
  const unit = 1000 / (255 * tall * tall);
  return { excess: excess * unit, lost: lost * unit };
}

/** The subject before something else: a floor and a wall of random tones, with random courses. The same for the same seed. */
export function before(seed: number, { guide, matte }: Scene): Scene {
  const { width, height } = guide;
  const random = numbers(seed);
  const [floor, wall, horizon, course] = [60 + 140 * random(), 60 + 160 * random(), (0.35 + 0.2 * random()) * height, 14 + 60 * random()];
  const tint = [0.9 + 0.2 * random(), 1, 0.9 + 0.2 * random()];
  const data = new Uint8Array(guide.data.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const joint = y > horizon ? ((y - horizon) % (2 * course) < 3 ? 0.8 : 1) : y % course < 2 || x % (2 * course) < 2 ? 0.75 : 1;
      const tone = (y > horizon ? floor * (0.85 + (0.3 * (y - horizon)) / height) : wall) * joint + 10 * (random() - 0.5);
      const own = (matte[i] as number) / 255;
      for (let c = 0; c < 3; c++)
        data[3 * i + c] = Math.min(
          255,
          Math.max(0, Math.round(own * (guide.data[3 * i + c] as number) + (1 - own) * tone * (tint[c] as number))),
        );
    }
  }
  return { guide: { data, width, height }, matte };
}

/** mulberry32 */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
