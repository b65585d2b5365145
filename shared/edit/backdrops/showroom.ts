/**
 * A showroom: a back wall of panels washed by a light channel, a ceiling with linear lights, and a polished floor that
 * mirrors both. Traced: one ray per point, one mirrored ray from the floor, lights with edges as soft as the floor is rough.
 */
import type { Rgb } from './colour.ts';
import { linearOf, luminance, mixed, smoothstep } from './colour.ts';
import { fractal, random } from './noise.ts';
import type { BackdropSpec, Style } from './style.ts';

/** Metres. The camera stands at the origin of x and z. */
const EYE = 1.45;
const WALL = 9.5;
const CEILING = 3.7;
/** Height of the light slot in the wall. */
const SLOT = 3.05;
const HORIZON = 0.56;
/** Height of the canvas in metres, one metre in front of the camera. */
const FRAME = 0.92;
const PANEL = 2.4;

/** The line of the eye, so that the wall's foot lies on HORIZON. */
const LEVEL = HORIZON - EYE / WALL / FRAME;

/** Wall panels, lights and a polished floor that mirrors them. */
export const showroom: Style = {
  defaults: { colour: '#8e9094', colour2: '#54575d' },
  horizon: HORIZON,
  grid: 640,
  grain: null,
  shader: (look, aspect) => {
    const room = new Room(look, aspect);
    return (u, v, out) => room.shade(u, v, out);
  },
};

/** The colour of the lamps. */
const WARM: Rgb = [1.04, 1.0, 0.95];

/** A ray that leaves (x, height, z) with the given slopes; `blur` widens every edge it meets (metres). */
interface Ray {
  x: number;
  height: number;
  z: number;
  dx: number;
  dy: number;
  blur: number;
}

class Room {
  readonly #floor: Rgb;
  readonly #wall: Rgb;
  readonly #body: Rgb;
  readonly #lamp: number;
  readonly #seed: number;
  readonly #aspect: number;
  /** Written anew for every point: there are too many for an object each. */
  readonly #ray: Ray = { x: 0, height: 0, z: 0, dx: 0, dy: 0, blur: 0 };
  readonly #mirrored = new Float64Array(4);

  constructor({ colour, colour2, seed }: BackdropSpec, aspect: number) {
    this.#floor = linearOf(colour);
    this.#wall = linearOf(colour2);
    this.#body = mixed(this.#floor, this.#wall, 0.12);
    this.#lamp = 0.9 + 0.5 * luminance(this.#wall);
    this.#seed = seed;
    this.#aspect = aspect;
  }

  shade(u: number, v: number, out: Float64Array): void {
    const dx = (u - 0.5) * FRAME * this.#aspect;
    const dy = (LEVEL - v) * FRAME;
    const reach = dy < 0 ? EYE / -dy : Number.POSITIVE_INFINITY;
    if (reach < WALL) {
      this.#polishedFloor(dx, dy, reach, out);
      return;
    }
    const ray = this.#ray;
    ray.x = 0;
    ray.height = EYE;
    ray.z = 0;
    ray.dx = dx;
    ray.dy = dy;
    ray.blur = 0.012;
    this.#above(ray, out);
  }

  /** Resin: diffuse under the lamps, and a mirror that gets stronger and sharper towards the wall. */
  #polishedFloor(dx: number, dy: number, z: number, out: Float64Array): void {
    const x = dx * z;
    const grazing = 1 / Math.hypot(1, dx, dy / 1);
    const angle = Math.abs(dy) * grazing;
    const fresnel = 0.05 + 0.95 * (1 - angle) ** 5;
    const ray = this.#ray;
    ray.x = x;
    ray.height = 0;
    ray.z = z;
    ray.dx = dx;
    ray.dy = -dy;
    ray.blur = 0.03 + 0.026 * (WALL - z);
    const mirrored = this.#mirrored;
    this.#above(ray, mirrored);
    const pool = Math.exp(-((x / 5.5) ** 2) - ((z - 4.6) / 5) ** 2);
    const fleck = 0.02 * fractal(x * 1.3, z * 1.3, this.#seed + 9, 3);
    const foot = 1 - 0.28 * Math.exp(-(WALL - z) / 0.5);
    const light = (0.36 + 0.62 * pool + fleck) * foot;
    const sheen = 0.75 * fresnel + 0.16;
    const body = this.#body;
    for (let c = 0; c < 3; c++) out[c] = (body[c] as number) * light * (1 - sheen * 0.5) + sheen * (mirrored[c] as number);
  }

  /** What is seen along a ray that meets no floor. */
  #above({ x, height, z, dx, dy, blur }: Ray, out: Float64Array): void {
    const wallX = x + dx * (WALL - z);
    const wallY = height + dy * (WALL - z);
    if (wallY <= CEILING) {
      this.#backWall(wallX, wallY, blur, out);
      return;
    }
    const far = (CEILING - height) / dy;
    this.#ceiling(x + dx * far, z + far, blur, out);
  }

  #backWall(x: number, y: number, blur: number, out: Float64Array): void {
    const wall = this.#wall;
    const sides = Math.exp(-((x / 9) ** 2));
    // A light slot runs along the wall and washes it, down more than up; the floor sends a little back.
    const away = y < SLOT ? (SLOT - y) / 1.25 : (y - SLOT) / 0.4;
    const wash = 0.7 * Math.exp(-away) + 0.34 + 0.14 * Math.exp(-y / 0.9);
    const joint = Math.abs(((((x + PANEL / 2) % PANEL) + PANEL) % PANEL) - PANEL / 2);
    const seam = 0.22 * Math.exp(-((joint / (0.022 + blur)) ** 2)) * (0.022 / (0.022 + blur));
    const skirting = 0.35 * (1 - smoothstep(0.09 - 0.02 - blur, 0.09 + 0.02 + blur, y));
    const tone = 0.05 * (random(Math.floor(x / PANEL), 0, this.#seed) - 0.5);
    const light = (wash * (0.5 + 0.6 * sides) + tone) * (1 - seam) * (1 - skirting);
    const edge = 0.018 + blur;
    const ends = 1 - smoothstep(6.2 - 2 * blur, 6.26 + 2 * blur, Math.abs(x));
    const slot = ends * (1 - smoothstep(0.04 - edge, 0.04 + edge, Math.abs(y - SLOT))) * (0.04 / (0.04 + 0.6 * blur)) * this.#lamp * 1.5;
    for (let c = 0; c < 3; c++) out[c] = ((wall[c] as number) * light * 1.55 + slot) * (WARM[c] as number);
  }

  #ceiling(x: number, z: number, blur: number, out: Float64Array): void {
    const wall = this.#wall;
    const dark = 0.24 * (0.3 + 0.7 * Math.exp(-((x / 11) ** 2))) * (0.5 + 0.5 * smoothstep(1, WALL, z));
    // Linear lights run towards the wall, one every 2.8 m, and end before it.
    const pitch = 2.8;
    const offset = Math.abs(((((x + pitch / 2) % pitch) + pitch) % pitch) - pitch / 2);
    const edge = 0.02 + blur;
    const inside = 1 - smoothstep(0.09 - edge, 0.09 + edge, offset);
    const thin = 0.09 / (0.09 + 0.5 * blur);
    const along = smoothstep(0.6, 1.2, z) * (1 - smoothstep(WALL - 1.3 - blur, WALL - 1.15 + blur, z));
    const halo = 0.35 * Math.exp(-offset / 0.5);
    const light = this.#lamp * along * (inside * 2.2 * thin + halo * 0.3);
    for (let c = 0; c < 3; c++) out[c] = (wall[c] as number) * dark + light * (WARM[c] as number);
  }
}
