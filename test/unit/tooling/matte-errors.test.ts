/** The measures by which mattes are judged, on pictures so small that the right figure can be said. */
import { describe, expect, test } from 'vitest';
import { compare, connectivityError, edgeBand, edgeBandError, errorsOf, gradientError } from '../../quality/errors.ts';

const WIDTH = 24;
const size = { width: WIDTH, height: WIDTH };
const drawn = (at: (x: number, y: number) => number): Uint8Array =>
  Uint8Array.from({ length: WIDTH * WIDTH }, (_, i) => at(i % WIDTH, Math.floor(i / WIDTH)));
/** The left half. */
const truth = drawn((x) => (x < 12 ? 255 : 0));

describe('errors of a matte', () => {
  test('are none against itself', () => {
    expect(errorsOf(truth, truth, size)).toEqual({
      ...{ sad: 0, mse: 0, mae: 0, gradient: 0, connectivity: 0, iou: 1 },
      edgeBands: [0, 0, 0, 0],
    });
  });

  test('sum, mean and mean of squares count what is wrong by how far it is', () => {
    const half = drawn((x) => (x < 12 ? 255 : x === 23 ? 51 : 0));
    const { sad, mae, mse } = errorsOf(half, truth, size);
    expect(sad).toBeCloseTo((24 * 0.2) / 1000, 6);
    expect(mae).toBeCloseTo((24 * 0.2) / 576, 6);
    expect(mse).toBeCloseTo((24 * 0.04) / 576, 6);
  });

  test('the overlap is that of what is more than half covered', () => {
    expect(
      compare(
        drawn((x) => (x < 6 ? 255 : 0)),
        truth,
      ).iou,
    ).toBe(0.5);
    expect(
      compare(
        drawn((x) => (x < 12 ? 128 : 127)),
        truth,
      ).iou,
    ).toBe(1);
  });

  test('along the outline only what lies within reach counts', () => {
    expect(edgeBand(truth, size, 2).reduce((sum, one) => sum + one, 0)).toBe(5 * 24);
    const far = drawn((x) => (x < 12 ? 255 : x > 20 ? 255 : 0));
    expect(edgeBandError(far, truth, size, 2)).toBe(0);
    const near = drawn((x) => (x < 13 ? 255 : 0));
    expect(edgeBandError(near, truth, size, 2)).toBeCloseTo(1 / 5, 6);
  });

  test('an edge of the same place and steepness has no gradient error; a soft one has, and one that is missing has more', () => {
    const soft = drawn((x) => Math.max(0, Math.min(255, (15 - x) * 36)));
    const missing = gradientError(new Uint8Array(truth.length), truth, size);
    expect(gradientError(soft, truth, size)).toBeGreaterThan(0);
    expect(gradientError(soft, truth, size)).toBeLessThan(missing);
    // Upside down it is as steep.
    expect(
      gradientError(
        truth.map((value) => 255 - value),
        truth,
        size,
      ),
    ).toBeCloseTo(0, 6);
  });

  test('what hangs together with nothing errs by what it covers, a hole by what it lacks', () => {
    const island = drawn((x, y) => (x < 12 || (x > 20 && y < 3) ? 255 : 0));
    expect(connectivityError(island, truth, size)).toBeCloseTo(9 / 1000, 6);
    const hole = drawn((x, y) => (x < 12 && !(x === 5 && y === 5) ? 255 : 0));
    expect(connectivityError(hole, truth, size)).toBeCloseTo(1 / 1000, 6);
    // Less than 0.15 below the whole is as good as connected.
    expect(
      connectivityError(
        drawn((x) => (x < 12 ? 230 : 0)),
        truth,
        size,
      ),
    ).toBe(0);
  });
});
