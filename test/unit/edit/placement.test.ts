import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { standingLine } from '../../../shared/edit/modes.ts';
import type { SceneInput } from '../../../shared/edit/placement.ts';
import {
  canvasSize,
  canvasToPhoto,
  coveredHorizon,
  coverFit,
  layOut,
  photoToCanvas,
  placeLogo,
  previewSize,
  toPixels,
} from '../../../shared/edit/placement.ts';

const natural = { mode: 'keep', scale: 1, offsetX: 0, offsetY: 0 } as const;
const size = fc.record({ width: fc.integer({ min: 200, max: 9000 }), height: fc.integer({ min: 200, max: 9000 }) });
const aspect = fc.constantFrom('original', '1:1', '4:3', '3:2', '16:9') as fc.Arbitrary<SceneInput['aspect']>;
const share = fc.double({ min: 0.05, max: 0.45, noNaN: true });
const subject = fc.record({ x: share, y: share, width: share, height: share });
const placement = fc.record({
  mode: fc.constantFrom('keep', 'fit', 'floor') as fc.Arbitrary<'keep' | 'fit' | 'floor'>,
  scale: fc.double({ min: 0.1, max: 4, noNaN: true }),
  offsetX: fc.double({ min: -1, max: 1, noNaN: true }),
  offsetY: fc.double({ min: -1, max: 1, noNaN: true }),
});
const scene: fc.Arbitrary<SceneInput> = fc.record({
  photo: size,
  subject: fc.option(subject),
  aspect,
  longEdge: fc.option(fc.integer({ min: 16, max: 12000 })),
  horizon: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  placement,
});

describe('the canvas', () => {
  test.each([
    { photo: [6000, 4000], aspect: 'original', longEdge: null, canvas: [6000, 4000] },
    { photo: [4000, 6000], aspect: 'original', longEdge: null, canvas: [4000, 6000] },
    { photo: [6000, 4000], aspect: 'original', longEdge: 1500, canvas: [1500, 1000] },
    { photo: [6000, 4000], aspect: 'original', longEdge: 9000, canvas: [6000, 4000] },
    { photo: [6000, 4000], aspect: '1:1', longEdge: null, canvas: [6000, 6000] },
    { photo: [6000, 4000], aspect: '4:3', longEdge: 2000, canvas: [2000, 1500] },
    { photo: [4000, 6000], aspect: '16:9', longEdge: 1600, canvas: [1600, 900] },
    { photo: [1, 1], aspect: '16:9', longEdge: null, canvas: [1, 1] },
  ] as const)('$photo as $aspect, longEdge $longEdge is $canvas', ({ photo, aspect, longEdge, canvas }) => {
    expect(canvasSize({ width: photo[0], height: photo[1] }, aspect, longEdge)).toEqual({ width: canvas[0], height: canvas[1] });
  });

  test('fits a screen without growing', () => {
    expect(previewSize({ width: 6000, height: 4000 }, 1200, 700)).toEqual({ width: 1050, height: 700 });
    expect(previewSize({ width: 300, height: 200 }, 1200, 700)).toEqual({ width: 300, height: 200 });
  });
});

describe('layOut', () => {
  test('keep, untouched, is the photo itself: no resampling', () => {
    fc.assert(
      fc.property(size, fc.option(subject), (photo, found) => {
        const laid = layOut({ photo, subject: found, aspect: 'original', longEdge: null, horizon: 0.6, placement: natural });
        expect(laid.scale).toBe(1);
        expect(laid.photo).toEqual({ x: 0, y: 0, width: 1, height: 1 });
      }),
    );
  });

  test('the same recipe at another resolution is the same picture', () => {
    fc.assert(
      fc.property(scene, fc.constantFrom(2, 3, 5), (input, k) => {
        const photo = { width: input.photo.width * k, height: input.photo.height * k };
        const one = layOut(input);
        const many = layOut({ ...input, photo, longEdge: input.longEdge === null ? null : input.longEdge * k });
        // Rounding the canvas to whole pixels may cost up to a pixel and a half of the smaller one.
        const tolerance =
          (1.5 * Math.max(1, one.photo.width, one.photo.height, input.placement.scale)) / Math.min(one.canvas.width, one.canvas.height);
        for (const side of ['x', 'y', 'width', 'height'] as const)
          expect(Math.abs(one.photo[side] - many.photo[side])).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  test('never distorts the photo by more than the rounding to whole pixels', () => {
    fc.assert(
      fc.property(scene, (input) => {
        const { photo, canvas, scale } = layOut(input);
        for (const [length, exact] of [
          [photo.width * canvas.width, input.photo.width * scale],
          [photo.height * canvas.height, input.photo.height * scale],
        ] as const) {
          expect(Math.abs(length - Math.max(1, exact))).toBeLessThan(0.5001);
        }
      }),
    );
  });

  test('lies on whole pixels of the finished picture, so that preview and export agree', () => {
    fc.assert(
      fc.property(scene, (input) => {
        const { photo, canvas } = layOut(input);
        for (const pixels of [photo.x * canvas.width, photo.y * canvas.height, photo.width * canvas.width, photo.height * canvas.height]) {
          expect(pixels - Math.round(pixels)).toBeCloseTo(0, 6);
        }
      }),
    );
  });

  test('fit and floor keep the whole subject inside the canvas, in every shape', () => {
    fc.assert(
      fc.property(scene, fc.constantFrom('fit', 'floor') as fc.Arbitrary<'fit' | 'floor'>, subject, (input, mode, found) => {
        const laid = layOut({ ...input, subject: found, placement: { ...natural, mode } });
        const box = laid.subject;
        if (box === null) throw new Error('a subject went in');
        const slack = 1 / Math.min(laid.canvas.width, laid.canvas.height);
        expect(box.x).toBeGreaterThanOrEqual(-slack);
        expect(box.y).toBeGreaterThanOrEqual(-slack);
        expect(box.x + box.width).toBeLessThanOrEqual(1 + slack);
        expect(box.y + box.height).toBeLessThanOrEqual(1 + slack);
      }),
    );
  });

  test('floor stands the subject in front of the wall, whatever its size', () => {
    fc.assert(
      fc.property(
        scene,
        fc.double({ min: 0.2, max: 0.9, noNaN: true }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        subject,
        (input, horizon, scale, found) => {
          const laid = layOut({ ...input, subject: found, horizon, placement: { mode: 'floor', scale, offsetX: 0, offsetY: 0 } });
          expect(Math.abs(laid.floor - standingLine(horizon))).toBeLessThanOrEqual((2 * Math.max(1, scale)) / laid.canvas.height);
          // A canvas of a few pixels rounds that away: the line itself lies in front.
          expect(standingLine(horizon)).toBeGreaterThan(horizon);
        },
      ),
    );
  });

  test('keep in another shape holds the subject inside and does not move what already fits', () => {
    const photo = { width: 3000, height: 2000 };
    const wide = layOut({
      photo,
      subject: { x: 0.05, y: 0.05, width: 0.9, height: 0.9 },
      aspect: '16:9',
      longEdge: null,
      horizon: null,
      placement: natural,
    });
    expect(wide.scale).toBeLessThan(1);
    expect(wide.subject?.y).toBeCloseTo(0.04, 3);
    const square = layOut({
      photo,
      subject: { x: 0.3, y: 0.3, width: 0.4, height: 0.4 },
      aspect: '1:1',
      longEdge: null,
      horizon: null,
      placement: natural,
    });
    expect(square.scale).toBe(1);
    expect(square.photo.y).toBeCloseTo(1 / 6, 6);
  });

  test('a subject that the frame cuts off below stays cut off by the canvas', () => {
    const laid = layOut({
      photo: { width: 2000, height: 3000 },
      subject: { x: 0.2, y: 0.3, width: 0.6, height: 0.7 },
      aspect: '1:1',
      longEdge: null,
      horizon: null,
      placement: natural,
    });
    expect(laid.photo.y + laid.photo.height).toBeCloseTo(1, 6);
  });

  /** 0: no cut side there, 1: cut near, 2: cut far, 3: both. */
  const sides = fc.integer({ min: 0, max: 3 });
  const along = (cut: number): { readonly from: number; readonly length: number } => {
    const from = (cut & 1) === 1 ? 0 : 0.2;
    return { from, length: ((cut & 2) === 2 ? 1 : 0.7) - from };
  };

  test('a cut side lies on the canvas or beyond it, in every placement and wherever it is moved', () => {
    fc.assert(
      fc.property(scene, sides, sides, (input, across, down) => {
        const [x, y] = [along(across), along(down)];
        const laid = layOut({ ...input, subject: { x: x.from, y: y.from, width: x.length, height: y.length } });
        const half = { x: 0.51 / laid.canvas.width, y: 0.51 / laid.canvas.height };
        if (across & 1) expect(laid.photo.x).toBeLessThan(half.x);
        if (across & 2) expect(laid.photo.x + laid.photo.width).toBeGreaterThan(1 - half.x);
        if (down & 1) expect(laid.photo.y).toBeLessThan(half.y);
        if (down & 2) expect(laid.photo.y + laid.photo.height).toBeGreaterThan(1 - half.y);
      }),
    );
  });

  test.each(['fit', 'floor', 'keep'] as const)('%s: a bust stands on the lower edge, with its head in the picture', (mode) => {
    const laid = layOut({
      photo: { width: 2000, height: 3000 },
      subject: { x: 0.2, y: 0.2, width: 0.6, height: 0.8 },
      aspect: '3:2',
      longEdge: null,
      horizon: 0.6,
      placement: { ...natural, mode },
    });
    expect(laid.photo.y + laid.photo.height).toBeCloseTo(1, 3);
    expect(laid.subject?.y).toBeGreaterThan(0.03);
  });

  test('a car that leaves the frame on the left stands on the floor and on the left edge', () => {
    const laid = layOut({
      photo: { width: 3000, height: 2000 },
      subject: { x: 0, y: 0.3, width: 0.7, height: 0.5 },
      aspect: 'original',
      longEdge: null,
      horizon: 0.6,
      placement: { ...natural, mode: 'floor' },
    });
    expect(laid.photo.x).toBe(0);
    expect(laid.floor).toBeCloseTo(standingLine(0.6), 3);
  });

  test('offsets move by fractions of the canvas, to the nearest pixel', () => {
    fc.assert(
      fc.property(scene, (input) => {
        const still = layOut({ ...input, placement: { ...input.placement, offsetX: 0, offsetY: 0 } });
        const moved = layOut(input);
        const { width, height } = still.canvas;
        // Both places are rounded.
        expect(Math.abs(moved.photo.x - still.photo.x - input.placement.offsetX) * width).toBeLessThan(1.0001);
        expect(Math.abs(moved.photo.y - still.photo.y - input.placement.offsetY) * height).toBeLessThan(1.0001);
      }),
    );
  });

  test('brush points go to the photo and back', () => {
    fc.assert(
      fc.property(scene, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (input, x, y) => {
        const laid = layOut(input);
        const there = canvasToPhoto(laid, x, y);
        const back = photoToCanvas(laid, there.x, there.y);
        expect(back.x).toBeCloseTo(x, 6);
        expect(back.y).toBeCloseTo(y, 6);
      }),
    );
  });
});

describe('a background file', () => {
  test('covers the canvas without distortion', () => {
    fc.assert(
      fc.property(size, size, (picture, canvas) => {
        const part = coverFit(picture, canvas);
        expect((part.width * picture.width) / (part.height * picture.height)).toBeCloseTo(canvas.width / canvas.height, 6);
        expect(part.x).toBeGreaterThanOrEqual(0);
        expect(part.y).toBeGreaterThanOrEqual(0);
        expect(part.x + part.width).toBeLessThanOrEqual(1 + 1e-9);
        expect(Math.max(part.width, part.height)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('takes its horizon along', () => {
    expect(coveredHorizon(0.5, { width: 100, height: 400 }, { width: 100, height: 100 })).toBeCloseTo(0.5);
    expect(coveredHorizon(0.6, { width: 100, height: 400 }, { width: 100, height: 100 })).toBeCloseTo(0.9);
    expect(coveredHorizon(0.9, { width: 100, height: 400 }, { width: 100, height: 100 })).toBe(1);
    expect(coveredHorizon(null, { width: 1, height: 1 }, { width: 1, height: 1 })).toBeNull();
  });
});

describe('the logo', () => {
  const canvas = { width: 3000, height: 2000 };
  const logo = { fileId: 'l', size: 0.2, opacity: 1, margin: 0.05 };

  test.each([
    { anchor: 'top-left', x: 100, y: 100 },
    { anchor: 'top', x: 1200, y: 100 },
    { anchor: 'top-right', x: 2300, y: 100 },
    { anchor: 'left', x: 100, y: 850 },
    { anchor: 'centre', x: 1200, y: 850 },
    { anchor: 'right', x: 2300, y: 850 },
    { anchor: 'bottom-left', x: 100, y: 1600 },
    { anchor: 'bottom', x: 1200, y: 1600 },
    { anchor: 'bottom-right', x: 2300, y: 1600 },
  ] as const)('$anchor lies at $x, $y', ({ anchor, x, y }) => {
    const rect = toPixels(placeLogo(canvas, { width: 400, height: 200 }, { ...logo, position: { kind: 'anchor', anchor } }), canvas);
    expect(rect.x).toBeCloseTo(x, 6);
    expect(rect.y).toBeCloseTo(y, 6);
    expect(rect.width).toBeCloseTo(600, 6);
    expect(rect.height).toBeCloseTo(300, 6);
  });

  test('keeps its shape and stays inside, wherever it is put', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, size, fraction, fraction, fc.double({ min: 0.02, max: 1, noNaN: true }), (paper, mark, x, y, width) => {
        const rect = placeLogo(paper, mark, { ...logo, size: width, position: { kind: 'free', x, y } });
        expect((rect.width * paper.width) / (rect.height * paper.height)).toBeCloseTo(mark.width / mark.height, 6);
        expect(Math.min(rect.x, rect.y)).toBeGreaterThanOrEqual(-1e-9);
        expect(Math.max(rect.x + rect.width, rect.y + rect.height)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });
});
