/** The brush that stops at edges. */
import { describe, expect, test } from 'vitest';
import { coverageAt } from '../../../shared/edit/brush.ts';
import { SnappedStroke } from '../../../shared/edit/snapping.ts';

const SIZE = { width: 120, height: 80 };
type Point = readonly [x: number, y: number];

/** What lies left of a slanted line, and what lies right of it, with a little grain; the edge is as soft as a lens makes it. */
const EDGE = (y: number): number => 60 + 0.2 * (y - 40);
const share = (x: number, y: number): number => Math.min(1, Math.max(0, (x + 0.5 - EDGE(y)) / 2 + 0.5));
const picture = (left: readonly number[], right: readonly number[], channels: 3 | 4 = 3) => {
  const data = new Uint8Array(channels * SIZE.width * SIZE.height).fill(255);
  for (let y = 0, i = 0; y < SIZE.height; y++)
    for (let x = 0; x < SIZE.width; x++, i += channels)
      for (let c = 0; c < 3; c++) {
        const grain = ((Math.imul(x * 73 + y * 151 + c, 2654435761) >>> 24) & 3) - 1.5;
        data[i + c] = (left[c] ?? 0) + share(x, y) * ((right[c] ?? 0) - (left[c] ?? 0)) + grain;
      }
  return { data, channels, ...SIZE };
};
/** A stroke from top to bottom beside the edge, its rim beyond it. */
const STROKE = { radius: 20 / 120, hardness: 1 };
const beside: Point[] = [
  [49 / 120, 20 / 80],
  [52 / 120, 60 / 80],
];
const painted = (of: ReturnType<typeof picture>, points: readonly Point[], stroke = STROKE): Float32Array => {
  const snapped = new SnappedStroke(of, stroke);
  snapped.follow(points);
  return snapped.touch;
};
/** The mean of what is covered of the pixels between two columns, counted from the edge, in the rows of the stroke. */
const covered = (touch: Float32Array, from: number, to: number): number => {
  let [sum, count] = [0, 0];
  for (let y = 30; y < 50; y++)
    for (let x = Math.round(EDGE(y) + from); x < Math.round(EDGE(y) + to); x++, count++) sum += touch[y * SIZE.width + x] ?? 0;
  return sum / count;
};

describe('a stroke beside an edge', () => {
  test.each([
    ['of light', [60, 60, 60], [150, 150, 150]],
    ['of colour alone', [150, 60, 60], [60, 110, 60]],
    ['that is faint', [100, 100, 100], [118, 118, 118]],
  ])('%s paints up to it and no further', (_what, left, right) => {
    const touch = painted(picture(left, right), beside);
    expect(covered(touch, -15, -2)).toBeGreaterThan(0.97);
    expect(covered(touch, 2, 8)).toBeLessThan(0.03);
  });
  test('from the other side it is the other side that is painted', () => {
    const mirrored = beside.map(([x, y]): Point => [x + 20 / 120, y]);
    const touch = painted(picture([60, 60, 60], [150, 150, 150]), mirrored);
    expect(covered(touch, 2, 15)).toBeGreaterThan(0.97);
    expect(covered(touch, -8, -2)).toBeLessThan(0.03);
  });
  test('where there is none, all of the brush paints, as without snapping', () => {
    const touch = painted(picture([100, 100, 100], [100, 100, 100]), [beside[0] ?? [0, 0]]);
    const [cx, cy] = [49, 20];
    for (const [dx, dy] of [
      [0, 0],
      [15, 0],
      [0, 19],
      [-14, -14],
      [22, 0],
    ] as const) {
      const distance = Math.hypot(dx + 0.5, dy + 0.5);
      expect(touch[(cy + dy) * SIZE.width + cx + dx]).toBeCloseTo(coverageAt(distance, 20, 1), 2);
    }
  });
  test('a speck under the brush is painted with what is around it', () => {
    const plain = picture([100, 100, 100], [100, 100, 100]);
    for (let y = 36; y < 40; y++)
      for (let x = 54; x < 58; x++) plain.data.fill(220, 3 * (y * SIZE.width + x), 3 * (y * SIZE.width + x) + 3);
    expect(painted(plain, [[48 / 120, 38 / 80]])[38 * SIZE.width + 56]).toBeGreaterThan(0.95);
  });
});

test('drawn point by point it is what it is drawn at once', () => {
  const of = picture([60, 60, 60], [150, 150, 150]);
  const points = Array.from({ length: 40 }, (_, n): Point => [(30 + n + 6 * Math.sin(n)) / 120, (15 + n * 1.2) / 80]);
  const whole = painted(of, points, { radius: 9 / 120, hardness: 0.4 });
  const growing = new SnappedStroke(of, { radius: 9 / 120, hardness: 0.4 });
  for (const point of points) growing.follow([point]);
  expect(growing.touch).toEqual(whole);
  growing.follow([]);
  expect(growing.touch).toEqual(whole);
});

test('the picture of the canvas, with alpha and in its own size, leads to the same stroke', () => {
  const touch = painted(picture([60, 60, 60], [150, 150, 150]), beside);
  expect(painted(picture([60, 60, 60], [150, 150, 150], 4), beside)).toEqual(touch);
  const small = picture([60, 60, 60], [150, 150, 150]);
  const half = { width: 60, height: 40, channels: 3 as const, data: new Uint8Array(3 * 60 * 40) };
  for (let y = 0, i = 0; y < 40; y++)
    for (let x = 0; x < 60; x++)
      for (let c = 0; c < 3; c++, i++) {
        const at = (dx: number, dy: number): number => small.data[3 * ((2 * y + dy) * SIZE.width + 2 * x + dx) + c] ?? 0;
        half.data[i] = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
      }
  const halved = painted(half, beside);
  let off = 0;
  for (let y = 0, i = 0; y < 40; y++)
    for (let x = 0; x < 60; x++, i++) off += Math.abs((halved[i] ?? 0) - (touch[(2 * y + 1) * SIZE.width + 2 * x + 1] ?? 0));
  expect(off / touch.length).toBeLessThan(0.01);
});
