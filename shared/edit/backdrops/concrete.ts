/**
 * Cast concrete: a wall of formwork panels with their joints and tie holes, lit from above left, and a polished screed
 * floor. Clouds and stains are fractal noise; pores and fine grain are added at full resolution.
 */
import { linearOf, smoothstep } from './colour.ts';
import { fractal, noise, random } from './noise.ts';
import type { Style } from './style.ts';

const HORIZON = 0.6;
/** Panels over the canvas' height. */
const PANEL_WIDTH = 0.62;
const PANEL_HEIGHT = 0.31;
const HOLE = 0.0062;

/** A concrete wall and floor under one lamp, with stains and a fine grain that follow the seed. */
export const concrete: Style = {
  defaults: { colour: '#b3b1ad', colour2: '#a5a4a1' },
  horizon: HORIZON,
  grid: 900,
  grain: 0.22,
  shader: ({ colour, seed }, aspect) => {
    const base = linearOf(colour);
    return (u, v, out) => {
      const x = (u - 0.5) * aspect;
      const lamp = Math.exp(-((x + 0.16) ** 2) / 0.75 - (v - 0.22) ** 2 / 0.34);
      const light =
        v < HORIZON ? wall(x, v, seed) * (0.56 + 0.5 * lamp) * (1 - 0.22 * Math.exp(-(HORIZON - v) / 0.035)) : floor(x, v, seed, aspect);
      out[0] = base[0] * light * 1.006;
      out[1] = base[1] * light;
      out[2] = base[2] * light * 0.992;
      out[3] = v < HORIZON ? 0.0125 : 0.006;
    };
  },
};

function wall(x: number, v: number, seed: number): number {
  const px = x / PANEL_WIDTH + 0.5;
  const py = (HORIZON - v) / PANEL_HEIGHT;
  const column = Math.floor(px);
  const row = Math.floor(py);
  const inX = (px - column) * PANEL_WIDTH;
  const inY = (py - row) * PANEL_HEIGHT;
  // Every pour has its own tone.
  const tone = 0.055 * (random(column, row, seed) - 0.5);
  const clouds = 0.085 * fractal(x * 2.6, v * 2.6, seed + 3, 5, 0.55) + 0.03 * fractal(x * 9 + 4, v * 2.2, seed + 5, 3);
  const stain = -0.05 * smoothstep(0.12, 0.7, fractal(x * 1.7 + 9, v * 1.1, seed + 7, 4));
  const edge = Math.min(inX, PANEL_WIDTH - inX, inY, PANEL_HEIGHT - inY);
  const joint = -0.3 * Math.exp(-((edge / 0.0016) ** 2)) - 0.05 * Math.exp(-edge / 0.009);
  const below = Math.min(inY, PANEL_HEIGHT - inY);
  const lip = inY > PANEL_HEIGHT / 2 ? 0 : 0.035 * Math.exp(-(((below - 0.004) / 0.0016) ** 2));
  return 1 + tone + clouds + stain + joint + lip + holes(inX, inY);
}

/** Four tie holes a panel: dark, with a lit lower rim. */
function holes(inX: number, inY: number): number {
  const fromX = Math.min(inX, PANEL_WIDTH - inX) - 0.1;
  const fromY = (inY > PANEL_HEIGHT / 2 ? PANEL_HEIGHT - inY : inY) - 0.062;
  const d = Math.hypot(fromX, fromY);
  if (d > HOLE * 3) return 0;
  const upper = inY > PANEL_HEIGHT / 2 ? -fromY : fromY;
  const inside = 1 - smoothstep(HOLE * 0.72, HOLE * 1.05, d);
  const shade = -inside * (0.42 + 0.2 * (upper / HOLE));
  const rim = 0.07 * Math.exp(-(((d - HOLE * 1.15) / (HOLE * 0.3)) ** 2)) * (upper < 0 ? 1 : -0.6);
  return shade + rim;
}

function floor(x: number, v: number, seed: number, aspect: number): number {
  // Straight perspective: what lies near is large.
  const depth = 0.16 / (v - HORIZON + 0.11);
  const worldX = x * depth * 6;
  const worldZ = depth * 7;
  const clouds = 0.075 * fractal(worldX * 0.9, worldZ * 0.9, seed + 11, 4, 0.55) + 0.02 * noise(worldX * 6, worldZ * 6, seed + 13);
  // The polish mirrors the bright wall, most at the far end.
  const mirror = 0.3 * Math.exp(-(v - HORIZON) / 0.13) * Math.exp(-((x + 0.1) ** 2) / (0.5 * aspect));
  const pool = Math.exp(-((x + 0.05) ** 2) / 0.8 - (v - 0.84) ** 2 / 0.09);
  const foot = -0.2 * Math.exp(-(v - HORIZON) / 0.008);
  return 0.62 + 0.24 * pool + mirror + clouds * (0.7 + 0.3 * pool) + foot;
}
