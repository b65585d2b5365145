/**
 * A picture that is known in places, made whole (Gortler, Grzeszczuk, Szeliski & Cohen, "The Lumigraph", SIGGRAPH 1996).
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { enlarge, type Reduced, reduce } from './planes.ts';
import { sharedScratch } from './scratch-memory.ts';

/** Three planes of one size. */
export type ThreePlanes = readonly [Reduced, Reduced, Reduced];

const eachOf = (planes: ThreePlanes, make: (plane: Reduced, channel: 0 | 1 | 2) => Reduced): ThreePlanes => [
  make(planes[0], 0),
  make(planes[1], 1),
  make(planes[2], 2),
];

/** A weight that needs no help from further away. */
const ENOUGH = 0.25;

/**
 * Fills a picture from the pixels that have weight: by pulling it together to ever smaller ones and pushing back what is missing.
 *
 * @param sums colour times weight. @returns colours, everywhere
 */
export function pullPush(sums: ThreePlanes, weight: Reduced): ThreePlanes {
  const coarser =
    weight.width * weight.height <= 4
      ? null
      : pullPush(
          eachOf(sums, (plane) => reduce(plane.data, plane, 2)),
          reduce(weight.data, weight, 2),
        );
  const all = {
    left: 0,
    top: 0,
    right: weight.width,
    bottom: weight.height,
    outerLeft: 0,
    outerTop: 0,
    width: weight.width,
    height: weight.height,
  };
  return eachOf(sums, (plane, c) => {
    const data = coarser === null ? new Float32Array(plane.data.length) : enlarge({ ...coarser[c], step: 2 }, all, sharedScratch);
    for (let i = 0; i < data.length; i++) {
      const here = weight.data[i] as number;
      const colour = Math.fround((plane.data[i] as number) / Math.max(1e-12, here));
      const known = coarser === null ? 1 : Math.min(1, here / ENOUGH);
      data[i] = (data[i] as number) + known * (colour - (data[i] as number));
    }
    return { ...plane, data };
  });
}
