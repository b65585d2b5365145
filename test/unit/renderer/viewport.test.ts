import { describe, expect, test } from 'vitest';
import { movedAlong } from '../../../renderer/studio/canvas/shadows.ts';
import { containFit, FIT, fitScale, frameIn, panned, toPicture, toWindow, zoomedAt } from '../../../renderer/studio/canvas/viewport.ts';
import { columnsIn, pageStep } from '../../../renderer/studio/gallery/grid.ts';
import { dragged } from '../../../renderer/studio/report/area.ts';

const window = { width: 1000, height: 800 };
const photo = { width: 6000, height: 4000 };

describe('zoom', () => {
  test('fitted, the picture is as large as its margins allow, in the middle, on whole pixels', () => {
    expect(frameIn(window, photo, FIT, 20)).toEqual({ x: 20, y: 80, width: 960, height: 640 });
  });
  test('small pictures are not blown up beyond twice their size', () => {
    expect(fitScale(window, { width: 100, height: 100 }, 20)).toBe(2);
  });
  test('what lies under the pointer stays under it', () => {
    const at = { x: 300, y: 250 };
    const before = toPicture(frameIn(window, photo, FIT, 20), at);
    const zoom = zoomedAt({ window, picture: photo, zoom: FIT, margin: 20 }, 1, at);
    const after = toPicture(frameIn(window, photo, zoom, 20), at);
    expect(after.x).toBeCloseTo(before.x, 3);
    expect(after.y).toBeCloseTo(before.y, 3);
    expect(frameIn(window, photo, zoom, 20).width).toBe(6000);
  });
  test('zoom has its limits', () => {
    expect(zoomedAt({ window, picture: photo, zoom: FIT, margin: 20 }, 1000, { x: 0, y: 0 })).toMatchObject({ scale: 8 });
    expect(zoomedAt({ window, picture: photo, zoom: FIT, margin: 20 }, 0, { x: 0, y: 0 })).toMatchObject({ scale: 0.02 });
  });
  test('a pan moves the picture with the pointer and never beyond its middle', () => {
    const zoom = zoomedAt({ window, picture: photo, zoom: FIT, margin: 20 }, 1, { x: 500, y: 400 });
    const before = frameIn(window, photo, zoom, 20);
    expect(frameIn(window, photo, panned(photo, zoom, { x: 30, y: -10 }), 20)).toMatchObject({ x: before.x + 30, y: before.y - 10 });
    expect(panned(photo, zoom, { x: 1e9, y: 0 })).toMatchObject({ x: 0 });
    expect(panned(photo, FIT, { x: 5, y: 5 })).toBe(FIT);
  });
  test('fractions and device pixels are inverse', () => {
    const frame = frameIn(window, photo, FIT, 20);
    const rect = toWindow(frame, { x: 0.25, y: 0.5, width: 0.1, height: 0.1 });
    expect(toPicture(frame, rect)).toEqual({ x: 0.25, y: 0.5 });
  });
  test('the original keeps its shape inside a result of another shape', () => {
    expect(containFit({ width: 400, height: 200 }, { x: 0, y: 0, width: 100, height: 100 })).toEqual({
      x: 0,
      y: 25,
      width: 100,
      height: 50,
    });
  });
});

describe('a shadow that is waited for moves with its subject', () => {
  const painted = { x: 0, y: 0, width: 1, height: 1 };
  test('by the same distance', () =>
    expect(movedAlong(painted, { x: 0.2, y: -0.1, width: 1, height: 1 })).toEqual({ x: 0.2, y: -0.1, width: 1, height: 1 }));
  test('at the same scale, around the same point', () =>
    expect(movedAlong({ x: 0.1, y: 0.1, width: 0.5, height: 0.5 }, { x: 0.1, y: 0.1, width: 1, height: 1 })).toEqual({
      x: -0.1,
      y: -0.1,
      width: 2,
      height: 2,
    }));
});

describe('the gallery grid', () => {
  test.each([
    [0, 112, 1],
    [112, 112, 1],
    [250, 112, 2],
    [1000, 112, 9],
  ])('%i px wide with thumbnails of about %i px: %i columns', (width, wanted, columns) =>
    expect(columnsIn(width, wanted).columns).toBe(columns),
  );
  test('the columns and their gaps fill the width and no more', () => {
    for (let width = 180; width < 700; width += 7) {
      const { columns, size } = columnsIn(width, 112);
      expect(columns * size + (columns - 1) * 6).toBeLessThanOrEqual(width);
    }
  });
  test('a page is at least one row', () => expect([pageStep(0, 100, 3), pageStep(450, 100, 3)]).toEqual([3, 12]));
});

describe('the area of a report', () => {
  test('is dragged in any direction and stays inside the picture', () => {
    const area = dragged({ x: 0.8, y: 0.9 }, { x: -0.5, y: 0.4 });
    expect(area).toMatchObject({ x: 0, y: 0.4, width: 0.8 });
    expect(area?.height).toBeCloseTo(0.5);
  });
  test('a click is no area', () => expect(dragged({ x: 0.5, y: 0.5 }, { x: 0.502, y: 0.6 })).toBeNull());
});
