/**
 * The photo's own camera, from two tyres. It is taken to be level, with its axis through the middle of the whole photo: then a tyre's
 * radius falls along the line through both contacts, to nothing at the horizon.
 */
import type { Ellipse } from './ellipse.ts';

/** Metres: the mean of today's passenger cars, whose tyres differ by 11 %. */
export const TYRE_RADIUS_M = 0.335;
/** Metres between the axles, the mean of the same. */
export const WHEELBASE_M = 2.72;
/** Metres between the tyres of an axle. */
export const TRACK_M = 1.62;

/** Radii that differ by less (in ln) say nothing of the distance: the car is seen from the side. */
const SIDE_VIEW = 0.08;
/** What is taken for the eye and the lens of a side view; nothing that is done with them shows there. */
const SIDE_EYE_M = 1.15;
const SIDE_FOCAL = 1.6;
/** Where a photographer's eye is, in metres; focal lengths in widths of the photo (29 to 94 mm on 36 mm). */
const EYE_M = [0.55, 2.1] as const;
const FOCAL = [0.8, 2.6] as const;
/** What a pair of wheels is believed with. */
const LIKELY_EYE_M = [0.5, 2] as const;
const LIKELY_FOCAL = [0.65, 3] as const;

/** A level camera that looks at the floor. */
export interface Camera {
  /** Row of the horizon, in pixels of the picture that the tyres are given in. */
  readonly horizon: number;
  /** Height of the eye above the ground. */
  readonly eyeM: number;
  /** Focal length in pixels. */
  readonly focal: number;
  /** Column of the camera's axis. */
  readonly middle: number;
  /** How far eye and focal length as measured lie outside what is likely, in ln; 0 inside. */
  readonly unlikely: number;
}

/** The whole photo, in the pixels of the tyres. */
export interface PhotoView {
  readonly middle: number;
  readonly width: number;
  /** The focal length over the photo's width, as the camera wrote it; null where it did not. */
  readonly lens: number | null;
}

/** Row at which a tyre touches the ground. */
export const contactOf = (tyre: Ellipse): number => tyre.y + tyre.radius;

/**
 * What the camera wrote overrules the focal length that the wheelbase says, which is a fifth off where the wheelbase is a twentieth off. It does not
 * overrule the eye: that is in the two radii alone, and the lens would bring the wheelbase's error into it.
 *
 * @param a, b the outer ellipses of the two tyres on the near side
 */
export function cameraOf(a: Ellipse, b: Ellipse, view: PhotoView): Camera {
  const { middle, width, lens } = view;
  const measured = Math.abs(Math.log(a.radius / b.radius)) < SIDE_VIEW ? { eyeM: SIDE_EYE_M, focal: SIDE_FOCAL } : perspective(a, b, view);
  const eyeM = clamp(measured.eyeM, EYE_M);
  const horizon = [a, b].reduce((sum, tyre) => sum + contactOf(tyre) - (eyeM / TYRE_RADIUS_M) * tyre.radius, 0) / 2;
  const unlikely = outside(measured.eyeM, LIKELY_EYE_M) + outside(measured.focal, LIKELY_FOCAL);
  return { horizon, eyeM, focal: (lens ?? clamp(measured.focal, FOCAL)) * width, middle, unlikely };
}

/** Eye height in metres and focal length in widths of the photo, as they come out; the depths from the radii, which are the steadier. */
function perspective(a: Ellipse, b: Ellipse, { middle, width }: PhotoView): { readonly eyeM: number; readonly focal: number } {
  const horizon = contactOf(a) + ((contactOf(b) - contactOf(a)) * a.radius) / (a.radius - b.radius);
  const eyeM = ((contactOf(a) - horizon) / a.radius) * TYRE_RADIUS_M;
  const across = TYRE_RADIUS_M * ((a.x - middle) / a.radius - (b.x - middle) / b.radius);
  const along = Math.sqrt(Math.max(0, WHEELBASE_M ** 2 - across ** 2));
  const focal = along / Math.abs(TYRE_RADIUS_M / a.radius - TYRE_RADIUS_M / b.radius);
  return { eyeM: Math.max(0.01, eyeM), focal: Math.max(0.01, focal / width) };
}

const clamp = (value: number, [low, high]: readonly [number, number]): number => Math.min(high, Math.max(low, value));
const outside = (value: number, range: readonly [number, number]): number => Math.abs(Math.log(value / clamp(value, range)));
