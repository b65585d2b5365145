/**
 * A showroom: a back wall of panels washed by a light channel, a ceiling with linear lights, and a polished floor that
 * mirrors both. Traced: one ray per point, one mirrored ray from the floor, lights with edges as soft as the floor is rough.
 */
import type { Rgb } from './colour.ts';
import { linearOf, luminance, mixed, smoothstep } from './colour.ts';
import { fractal, random } from './noise.ts';
import type { Style } from './style.ts';

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

export const showroom: Style = {
  defaults: { colour: '#8e9094', colour2: '#54575d' },
  horizon: HORIZON,
  grid: 640,
  grain: null,
  shader: ({ colour, colour2, seed }, aspect) => {
    const floor = linearOf(colour);
    const wall = linearOf(colour2);
    const warm: Rgb = [1.04, 1.0, 0.95];
    const lamp = 0.9 + 0.5 * luminance(wall);

    /** What is seen along a ray that leaves (0, height, z) with the given slopes; `blur` widens every edge (metres). */
    const above = (x: number, height: number, z: number, dx: number, dy: number, blur: number, out: Float64Array): void => {
      const wallX = x + dx * (WALL - z);
      const wallY = height + dy * (WALL - z);
      if (wallY <= CEILING) {
        backWall(wallX, wallY, blur, out);
        return;
      }
      const far = (CEILING - height) / dy;
      ceiling(x + dx * far, z + far, blur, out);
    };

    const backWall = (x: number, y: number, blur: number, out: Float64Array): void => {
      const sides = Math.exp(-((x / 9) ** 2));
      // A light slot runs along the wall and washes it, down more than up; the floor sends a little back.
      const away = y < SLOT ? (SLOT - y) / 1.25 : (y - SLOT) / 0.4;
      const wash = 0.7 * Math.exp(-away) + 0.34 + 0.14 * Math.exp(-y / 0.9);
      const joint = Math.abs(((((x + PANEL / 2) % PANEL) + PANEL) % PANEL) - PANEL / 2);
      const seam = 0.22 * Math.exp(-((joint / (0.022 + blur)) ** 2)) * (0.022 / (0.022 + blur));
      const skirting = 0.35 * (1 - smoothstep(0.09 - 0.02 - blur, 0.09 + 0.02 + blur, y));
      const tone = 0.05 * (random(Math.floor(x / PANEL), 0, seed) - 0.5);
      const light = (wash * (0.5 + 0.6 * sides) + tone) * (1 - seam) * (1 - skirting);
      const edge = 0.018 + blur;
      const ends = 1 - smoothstep(6.2 - 2 * blur, 6.26 + 2 * blur, Math.abs(x));
      const slot = ends * (1 - smoothstep(0.04 - edge, 0.04 + edge, Math.abs(y - SLOT))) * (0.04 / (0.04 + 0.6 * blur)) * lamp * 1.5;
      for (let c = 0; c < 3; c++) out[c] = ((wall[c] as number) * light * 1.55 + slot) * (warm[c] as number);
    };

    const ceiling = (x: number, z: number, blur: number, out: Float64Array): void => {
      const dark = 0.24 * (0.3 + 0.7 * Math.exp(-((x / 11) ** 2))) * (0.5 + 0.5 * smoothstep(1, WALL, z));
      // Linear lights run towards the wall, one every 2.8 m, and end before it.
      const pitch = 2.8;
      const offset = Math.abs(((((x + pitch / 2) % pitch) + pitch) % pitch) - pitch / 2);
      const edge = 0.02 + blur;
      const inside = 1 - smoothstep(0.09 - edge, 0.09 + edge, offset);
      const thin = 0.09 / (0.09 + 0.5 * blur);
      const along = smoothstep(0.6, 1.2, z) * (1 - smoothstep(WALL - 1.3 - blur, WALL - 1.15 + blur, z));
      const halo = 0.35 * Math.exp(-offset / 0.5);
      const light = lamp * along * (inside * 2.2 * thin + halo * 0.3);
      for (let c = 0; c < 3; c++) out[c] = (wall[c] as number) * dark + light * (warm[c] as number);
    };

    const mirrored = new Float64Array(4);
    return (u, v, out) => {
      const dx = (u - 0.5) * FRAME * aspect;
      const dy = (LEVEL - v) * FRAME;
      const reach = dy < 0 ? EYE / -dy : Number.POSITIVE_INFINITY;
      if (reach >= WALL) {
        above(0, EYE, 0, dx, dy, 0.012, out);
        return;
      }
      const x = dx * reach;
      const z = reach;
      // Resin: diffuse under the lamps, and a mirror that gets stronger and sharper towards the wall.
      const grazing = 1 / Math.hypot(1, dx, dy / 1);
      const angle = Math.abs(dy) * grazing;
      const fresnel = 0.05 + 0.95 * (1 - angle) ** 5;
      above(x, 0, z, dx, -dy, 0.03 + 0.026 * (WALL - z), mirrored);
      const pool = Math.exp(-((x / 5.5) ** 2) - ((z - 4.6) / 5) ** 2);
      const fleck = 0.02 * fractal(x * 1.3, z * 1.3, seed + 9, 3);
      const foot = 1 - 0.28 * Math.exp(-(WALL - z) / 0.5);
      const light = (0.36 + 0.62 * pool + fleck) * foot;
      const sheen = 0.75 * fresnel + 0.16;
      const body = mixed(floor, wall, 0.12);
      for (let c = 0; c < 3; c++) out[c] = (body[c] as number) * light * (1 - sheen * 0.5) + sheen * (mirrored[c] as number);
    };
  },
};
