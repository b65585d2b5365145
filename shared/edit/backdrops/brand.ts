/** One colour, exactly as given where the subject stands, with a very soft fall-off and the hint of a floor. */
import { linearOf, luminance, smoothstep } from './colour.ts';
import type { Style } from './style.ts';

const FLOOR = 0.66;

/** The customer’s own colour, with a floor that is only hinted at. */
export const brand: Style = {
  defaults: { colour: '#1f4e79', colour2: '#1f4e79' },
  horizon: FLOOR,
  grid: 320,
  grain: null,
  shader: ({ colour }, aspect) => {
    const base = linearOf(colour);
    // A very light colour has no room for a highlight, a very dark one none for a shadow.
    const depth = 0.75 + 0.4 * (1 - luminance(base));
    return (u, v, out) => {
      const across = (u - 0.5) * Math.min(aspect, 1.6);
      const far = across * across * 0.55 + (v - 0.48) ** 2 * 0.5;
      const vignette = 1 - depth * 0.62 * far;
      const floor = smoothstep(FLOOR - 0.1, FLOOR + 0.12, v);
      const lit = 0.055 * floor * Math.exp(-(across * across) / 0.3 - (v - 0.86) ** 2 / 0.03);
      const seam = 0.05 * Math.exp(-((v - FLOOR) ** 2) / 0.006);
      const light = vignette + depth * (lit - seam);
      out[0] = base[0] * light;
      out[1] = base[1] * light;
      out[2] = base[2] * light;
    };
  },
};
