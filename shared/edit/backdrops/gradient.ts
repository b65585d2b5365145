/** Two colours, from the top to the far end at the bottom, with the light of one large lamp from above left. */
import { linearOf, mixed } from './colour.ts';
import type { Style } from './style.ts';

/** Two colours without a horizon. */
export const gradient: Style = {
  defaults: { colour: '#eef0f2', colour2: '#9aa3ad' },
  horizon: null,
  grid: 320,
  grain: null,
  shader: ({ colour, colour2 }, aspect) => {
    const near = linearOf(colour);
    const far = linearOf(colour2);
    return (u, v, out) => {
      const across = (u - 0.42) * Math.min(aspect, 1.6);
      // Straight bands bend around the lamp, as they do on a real wall.
      const t = Math.min(1, Math.max(0, 0.92 * v + 0.16 * across * across + 0.02));
      const eased = t * t * (3 - 2 * t) * 0.5 + t * 0.5;
      const c = mixed(near, far, eased);
      out[0] = c[0];
      out[1] = c[1];
      out[2] = c[2];
    };
  },
};
