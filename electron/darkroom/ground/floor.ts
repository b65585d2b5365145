/**
 * The floor under a car, in metres, and where it lies in the picture: x to the right of the camera's axis, z away from the camera.
 * Everything stands on one level plane.
 */
import { type Camera, contactOf, TRACK_M, TYRE_RADIUS_M } from './camera.ts';
import type { Ellipse } from './ellipse.ts';

/** Metres: x from the camera's axis to the right, z away from the camera. */
export interface FloorPoint {
  readonly x: number;
  readonly z: number;
}

/** A point of the picture, in its pixels. */
export interface PicturePoint {
  readonly x: number;
  readonly y: number;
}

/** Where a tyre stands; its distance is told by its size. */
export function standingPoint(tyre: Ellipse, { focal, middle }: Camera): FloorPoint {
  return { x: ((tyre.x - middle) * TYRE_RADIUS_M) / tyre.radius, z: (TYRE_RADIUS_M * focal) / tyre.radius };
}

/** A point of the floor, seen by the camera. */
export function seen({ x, z }: FloorPoint, { focal, middle, horizon, eyeM }: Camera): PicturePoint {
  // What lies behind the camera is taken for what is right before it.
  const perMetre = focal / Math.max(0.1, z);
  return { x: middle + x * perMetre, y: horizon + eyeM * perMetre };
}

/** The car's own directions on the floor: along its near side from left to right, and across it, away from the camera. */
function axes(
  [left, right]: readonly [Ellipse, Ellipse],
  camera: Camera,
): { from: FloorPoint; to: FloorPoint; along: FloorPoint; across: FloorPoint } {
  const from = standingPoint(left, camera);
  const to = standingPoint(right, camera);
  const length = Math.max(1e-6, Math.hypot(to.x - from.x, to.z - from.z));
  const along = { x: (to.x - from.x) / length, z: (to.z - from.z) / length };
  const away = { x: -along.z, z: along.x };
  const sign = away.x * (from.x + to.x) + away.z * (from.z + to.z) >= 0 ? 1 : -1;
  return { from, to, along, across: { x: sign * away.x, z: sign * away.z } };
}

const moved = (point: FloorPoint, direction: FloorPoint, by: number): FloorPoint => ({
  x: point.x + by * direction.x,
  z: point.z + by * direction.z,
});

/**
 * The rectangle that a car stands over: near left, near right, far right, far left.
 *
 * @param overhangM how far it reaches beyond the axles at either end
 */
export function footprint(
  tyres: readonly [Ellipse, Ellipse],
  camera: Camera,
  overhangM: number,
): [PicturePoint, PicturePoint, PicturePoint, PicturePoint] {
  const { from, to, along, across } = axes(tyres, camera);
  const [left, right] = [moved(from, along, -overhangM), moved(to, along, overhangM)];
  const corners = [left, right, moved(right, across, TRACK_M), moved(left, across, TRACK_M)].map((corner) => seen(corner, camera));
  return corners as [PicturePoint, PicturePoint, PicturePoint, PicturePoint];
}

/** The outer ellipses of the tyres on the far side, where they would be seen if nothing stood before them. */
export function farTyres(tyres: readonly [Ellipse, Ellipse], camera: Camera): [Ellipse, Ellipse] {
  const { from, to, across } = axes(tyres, camera);
  const tyre = (near: FloorPoint, { aspect, lean }: Ellipse): Ellipse => {
    const far = moved(near, across, TRACK_M);
    const radius = (TYRE_RADIUS_M * camera.focal) / Math.max(0.1, far.z);
    const contact = seen(far, camera);
    return { x: contact.x, y: contact.y - radius, aspect, radius, lean };
  };
  return [tyre(from, tyres[0]), tyre(to, tyres[1])];
}

/**
 * Where the near edge of what a car stands over turns away from the camera: metres beyond the axles. Bumpers end at 0.8 to 0.95, but
 * they are round and rise; so far in, what hangs above the edge is a hand's breadth above the ground.
 */
const CORNER_M = 0.65;

/**
 * The near edge of the floor that a car stands over, at any column: the line through both contacts, and from the car's corners on the
 * lower edges of those ends that the camera sees.
 */
export class NearEdge {
  readonly #camera: Camera;
  readonly #from: PicturePoint;
  readonly #slope: number;
  /** Beyond these columns the edge has another slope. */
  readonly #left: { readonly x: number; readonly slope: number };
  readonly #right: { readonly x: number; readonly slope: number };
  /** The first and the last column of the floor that the car stands over. */
  readonly first: number;
  readonly last: number;

  constructor(tyres: readonly [Ellipse, Ellipse], camera: Camera) {
    this.#camera = camera;
    const [a, b] = tyres;
    this.#from = { x: a.x, y: contactOf(a) };
    this.#slope = (contactOf(b) - contactOf(a)) / (b.x - a.x);
    const [nearLeft, nearRight, farRight, farLeft] = footprint(tyres, camera, CORNER_M);
    this.#left = { x: nearLeft.x, slope: farLeft.x < nearLeft.x ? slopeOf(farLeft, nearLeft) : this.#slope };
    this.#right = { x: nearRight.x, slope: farRight.x > nearRight.x ? slopeOf(nearRight, farRight) : this.#slope };
    this.first = Math.min(nearLeft.x, farLeft.x);
    this.last = Math.max(nearRight.x, farRight.x);
  }

  /** Its row. */
  at(column: number): number {
    const near = Math.min(this.#right.x, Math.max(this.#left.x, column));
    const beyond = column - near;
    return this.#from.y + this.#slope * (near - this.#from.x) + beyond * (beyond < 0 ? this.#left : this.#right).slope;
  }

  /** Pixels per metre, upright, there. */
  scaleAt(column: number): number {
    return Math.max(1, this.at(column) - this.#camera.horizon) / this.#camera.eyeM;
  }
}

const slopeOf = (from: PicturePoint, to: PicturePoint): number => (to.y - from.y) / Math.max(1, to.x - from.x);
