/** A crop on the canvas: what its handles, its numbers and its shapes do to it. Whatever happens, it stays a crop of its picture. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CROP_HANDLES,
  CROP_SHAPES,
  type CropBox,
  type CropShape,
  dragged,
  ratioOf,
  shaped,
  typed,
} from '../../../shared/edit/processing/cropping.ts';
import { isOutside } from '../../../shared/edit/processing/sizes.ts';
import { runs } from '../../runs.ts';

const size = { width: 1000, height: 800 };
const start: CropBox = { left: 100, top: 200, width: 400, height: 300 };
const box = (left: number, top: number, width: number, height: number): CropBox => ({ left, top, width, height });

describe('a handle that is dragged', () => {
  it.each([
    ['inside', 30, -50, box(130, 150, 400, 300)],
    ['inside', 9999, 9999, box(600, 500, 400, 300)],
    ['right', 50, 77, box(100, 200, 450, 300)],
    ['left', 50, 77, box(150, 200, 350, 300)],
    ['top', 77, -50, box(100, 150, 400, 350)],
    ['bottom', 77, 50, box(100, 200, 400, 350)],
    ['top-left', -30, -20, box(70, 180, 430, 320)],
    ['bottom-right', 9999, 9999, box(100, 200, 900, 600)],
    ['left', 9999, 0, box(499, 200, 1, 300)],
    ['bottom-right', 0.4, 0.6, box(100, 200, 400, 301)],
  ] as const)('%s by %d, %d', (handle, x, y, expected) => expect(dragged(start, handle, { x, y }, size, null)).toEqual(expected));

  it.each([
    // The further one leads.
    ['bottom-right', 200, 10, box(100, 200, 600, 450)],
    ['bottom-right', 10, 150, box(100, 200, 600, 450)],
    ['top-left', 200, 150, box(300, 350, 200, 150)],
    // An edge grows both ways from the middle of the other.
    ['right', 100, 0, box(100, 162, 500, 375)],
    ['bottom', 0, 100, box(33, 200, 533, 400)],
    // At the picture's edge it is as large as the shape allows.
    ['bottom-right', 9999, 9999, box(100, 200, 800, 600)],
  ] as const)('%s by %d, %d, keeping 4:3', (handle, x, y, expected) => {
    const after = dragged(start, handle, { x, y }, size, 4 / 3);
    for (const side of ['left', 'top', 'width', 'height'] as const)
      expect(Math.abs(after[side] - expected[side]), `${side} of ${JSON.stringify(after)}`).toBeLessThanOrEqual(1);
  });
});

describe('numbers and shapes', () => {
  it.each([
    ['left', 700, null, box(600, 200, 400, 300)],
    ['width', 5000, null, box(0, 200, 1000, 300)],
    ['width', 200, 4 / 3, box(100, 200, 200, 150)],
    ['height', 600, 4 / 3, box(100, 200, 800, 600)],
    ['height', 799, 4 / 3, box(0, 50, 1000, 750)],
  ] as const)('%s %d with ratio %s', (field, value, ratio, expected) => expect(typed(start, field, value, size, ratio)).toEqual(expected));

  it('a shape keeps the middle and about the area; free keeps everything', () => {
    expect(shaped(start, size, 1)).toEqual(box(127, 177, 346, 346));
    expect(shaped(start, size, ratioOf('free', size))).toBe(start);
    expect(shaped(start, size, ratioOf('picture', size))).toEqual(box(106, 195, 387, 310));
  });
});

const anySize = fc.record({ width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 9000 }) });
const anyCase = anySize.chain((of) =>
  fc.record({
    of: fc.constant(of),
    from: fc.record({ left: fc.nat(of.width - 1), top: fc.nat(of.height - 1) }).chain(({ left, top }) =>
      fc.record({
        left: fc.constant(left),
        top: fc.constant(top),
        width: fc.integer({ min: 1, max: of.width - left }),
        height: fc.integer({ min: 1, max: of.height - top }),
      }),
    ),
    handle: fc.constantFrom(...CROP_HANDLES),
    by: fc.record({ x: fc.integer({ min: -20_000, max: 20_000 }), y: fc.integer({ min: -20_000, max: 20_000 }) }),
    shape: fc.constantFrom<CropShape>('free', 'picture', ...(Object.keys(CROP_SHAPES) as (keyof typeof CROP_SHAPES)[])),
    field: fc.constantFrom<keyof CropBox>('left', 'top', 'width', 'height'),
  }),
);
const isCrop = (crop: CropBox, of: { width: number; height: number }): boolean =>
  Object.values(crop).every(Number.isInteger) &&
  crop.left >= 0 &&
  crop.top >= 0 &&
  crop.width >= 1 &&
  crop.height >= 1 &&
  !isOutside({ kind: 'crop', ...crop }, of);

it('whatever is dragged, typed or chosen: it is a crop of its picture, in whole pixels', () =>
  fc.assert(
    fc.property(anyCase, ({ of, from, handle, by, shape, field }) => {
      const ratio = ratioOf(shape, of);
      expect(isCrop(dragged(from, handle, by, of, ratio), of)).toBe(true);
      expect(isCrop(typed(from, field, by.x, of, ratio), of)).toBe(true);
      expect(isCrop(shaped(from, of, ratio), of)).toBe(true);
    }),
    { numRuns: runs(500) },
  ));

it('a drag that goes back leaves the crop as it was, and one without a shape moves no other side', () =>
  fc.assert(
    fc.property(anyCase, ({ of, from, handle, by }) => {
      expect(dragged(from, handle, { x: 0, y: 0 }, of, null)).toEqual(from);
      const after = dragged(from, handle, by, of, null);
      if (handle === 'right') expect(after).toMatchObject({ left: from.left, top: from.top, height: from.height });
      if (handle === 'top-left')
        expect([after.left + after.width, after.top + after.height]).toEqual([from.left + from.width, from.top + from.height]);
    }),
  ));
