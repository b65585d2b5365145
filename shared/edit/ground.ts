/**
 * What is known of the ground under a car: its wheels, where they touch it, and the camera that saw it. Kept with the cut-out, so that
 * whatever is put under the car later stands in the photo's own perspective. Points are fractions of the photo.
 */
import { z } from 'zod';

const point = z.tuple([z.number(), z.number()]);

/** The outer ellipse of a tyre: its long axis stands upright. */
const wheel = z.object({
  /** The hub. */
  at: point,
  /** Half axes: the first in fractions of the photo's width, the second of its height. */
  halfAxes: point,
  /** How far its lower end lies to the right of the hub, over half its height, in pixels: wheels near a wide lens lean. */
  lean: z.number(),
});

/** The ground under one car, as it is kept with the cut-out and shown in the studio. */
export const ground = z.object({
  /** The two on the near side, from left to right. */
  wheels: z.tuple([wheel, wheel]),
  /**
   * shown: the user clicked on their hubs. sure: found, and right. unsure: found, and shown to the user, who may say that they are right;
   * until then nothing is done with them.
   */
  standing: z.enum(['shown', 'sure', 'unsure']),
  /** How much they look like wheels (docs/darkroom.md); for a report and for whoever tunes it. */
  score: z.number(),
  camera: z.object({
    /** Row of the horizon; may lie outside the photo. */
    horizon: z.number(),
    eyeMetres: z.number(),
    /** Focal length over the photo's width. */
    focal: z.number(),
  }),
  /** Where the four tyres stand: near left, near right, far right, far left. The far ones follow from the camera. */
  contacts: z.tuple([point, point, point, point]),
  /** The rectangle that the car stands over, in the same order. */
  footprint: z.tuple([point, point, point, point]),
  /** Whether an old shadow was taken from the matte. */
  shadowRemoved: z.boolean(),
});

/** One tyre on the near side. */
export type Wheel = z.infer<typeof wheel>;
/** See `ground`. */
export type Ground = z.infer<typeof ground>;
