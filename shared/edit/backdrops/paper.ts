/**
 * Seamless studio paper: a roll that hangs from the wall and sweeps out over the floor. One large soft light above the
 * camera, so the floor in front is bright, the bend catches a little less, and the wall falls off towards the corners.
 */
import { linearOf, luminance, smoothstep } from './colour.ts';
import { fractal } from './noise.ts';
import type { Style } from './style.ts';

/** The bend has no line; this is its middle. */
const BEND = 0.64;

/** A roll of paper that bends from the wall into the floor. */
export const paper: Style = {
  defaults: { colour: '#e8e8e6', colour2: '#e8e8e6' },
  horizon: BEND,
  grid: 360,
  grain: null,
  shader: ({ colour, seed }, aspect) => {
    const base = linearOf(colour);
    // Dark paper shows the light on it more than white paper does, which fills its own shadows.
    const contrast = 1.35 - 0.75 * Math.min(1, luminance(base) * 1.15);
    return (u, v, out) => {
      const across = (u - 0.5) * Math.min(aspect, 1.6);
      // The pool of light on the wall sits behind the subject, a little above its middle.
      const pool = Math.exp(-(across * across) / 0.42 - (v - 0.4) ** 2 / 0.2);
      const wall = 0.74 + 0.27 * pool;
      const floorLight = Math.exp(-(across * across) / 0.75 - (v - 0.88) ** 2 / 0.16);
      const floor = 0.8 + 0.25 * floorLight;
      const bend = smoothstep(BEND - 0.13, BEND + 0.15, v);
      // In the bend the paper faces neither the light nor the camera.
      const dip = 0.075 * Math.exp(-((v - BEND + 0.01) ** 2) / 0.0085) * (0.55 + 0.45 * Math.exp(-(across * across) / 0.3));
      const hang = 0.006 * fractal(u * 3 * aspect, v * 1.2, seed, 2);
      const light = 1 + (wall * (1 - bend) + floor * bend - dip - 1) * contrast + hang;
      // Shadows of a studio are a breath cooler than its lights.
      const cool = 0.012 * (1 - light);
      out[0] = base[0] * light * (1 - cool);
      out[1] = base[1] * light;
      out[2] = base[2] * light * (1 + cool);
    };
  },
};
