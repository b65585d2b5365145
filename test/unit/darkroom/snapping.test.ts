/** The brush that stops at edges, on a rendered car whose outline is known exactly. */
import { beforeAll, expect, test } from 'vitest';
import { solidMatte } from '../../../electron/darkroom/cutout/acts.ts';
import type { BrushStroke } from '../../../shared/edit/recipe.ts';
import { type RenderedCar, renderedCar } from './rendered-car.ts';

let car: RenderedCar;
beforeAll(async () => {
  car = await renderedCar('car-panes-side');
});

/** Columns over the roof, and how wide the rim of old background is that a network might have kept, in pixels. */
const COLUMNS = { from: 170, to: 350 };
const HALO = 5;
const RADIUS = 9;

/** The first row of the car in a column. */
const roof = (x: number): number => {
  const { matte, photo } = car;
  let y = 0;
  while ((matte[y * photo.width + x] ?? 0) < 128) y++;
  return y;
};

/** Along the roof, a third of the brush over the car. */
function along(roofLine: readonly number[], snap: boolean): BrushStroke {
  const { width, height } = car.photo;
  const points = roofLine.map((y, n): [number, number] => [(COLUMNS.from + n + 0.5) / width, (y - RADIUS / 3) / height]);
  return { mode: 'erase', radius: RADIUS / width, hardness: 1, points, ...(snap ? { snap } : {}) };
}

/** What a stroke leaves of the halo, and takes of the car below its rim, as shares of each; the rim itself is the edge step's. */
function after(snap: boolean): { readonly left: number; readonly lost: number } {
  const { photo } = car;
  const rows = Array.from({ length: COLUMNS.to - COLUMNS.from }, (_, n) => roof(COLUMNS.from + n));
  const matte = car.matte.slice();
  for (const [n, row] of rows.entries()) for (let y = row - HALO; y < row; y++) matte[y * photo.width + COLUMNS.from + n] = 255;
  const made = solidMatte(photo, matte, [along(rows, snap)], null);
  let [left, lost] = [0, 0];
  for (const [n, row] of rows.entries()) {
    const at = (y: number): number => made[y * photo.width + COLUMNS.from + n] ?? 0;
    for (let d = 2; d < HALO + 2; d++) {
      left += at(row - d) / HALO;
      lost += (1 - at(row + d)) / HALO;
    }
  }
  return { left: left / rows.length, lost: lost / rows.length };
}

test('along a roof it takes the old background and leaves nine tenths of the strip that the plain brush takes of the car', () => {
  const [plain, snapped] = [after(false), after(true)];
  expect(plain.left).toBeLessThan(0.01);
  expect(plain.lost).toBeGreaterThan(0.8);
  expect(snapped.left).toBeLessThan(0.1);
  expect(snapped.lost).toBeLessThan(0.1);
});

test('what it does is decided by the photo, not by the matte: another network changes nothing of it', () => {
  const { photo } = car;
  const stroke = along([roof(200), roof(240)], true);
  const whole = solidMatte(photo, new Uint8Array(car.matte.length).fill(255), [stroke], null);
  const half = solidMatte(photo, new Uint8Array(car.matte.length).fill(51), [stroke], null);
  expect(whole.some((value) => value < 0.5)).toBe(true);
  for (const [i, value] of whole.entries()) if (Math.abs((half[i] ?? 0) - 0.2 * value) > 1e-6) throw new Error(`another stroke at ${i}`);
});
