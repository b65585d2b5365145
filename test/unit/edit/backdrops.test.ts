import { describe, expect, test } from 'vitest';
import type { BackdropStyle } from '../../../shared/edit/backdrops/backdrop.ts';
import { BUILT_IN, defaultColours, drawBackdrop, horizonOf, STYLES, specOf } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Size } from '../../../shared/edit/placement.ts';

const ids = Object.keys(STYLES) as BackdropStyle[];
const draw = (id: BackdropStyle, size: Size, rows?: { from: number; to: number }) =>
  drawBackdrop(specOf({ kind: 'built-in', id }), size, 3, rows);

/** Mean of k x k blocks. */
function reduced(pixels: ArrayLike<number>, size: Size, k: number): Float64Array {
  const width = size.width / k;
  const out = new Float64Array(width * (size.height / k) * 3);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++)
      for (let c = 0; c < 3; c++) {
        const i = (Math.floor(y / k) * width + Math.floor(x / k)) * 3 + c;
        out[i] = (out[i] ?? 0) + (pixels[(y * size.width + x) * 3 + c] ?? 0) / (k * k);
      }
  return out;
}

describe.each(ids)('the backdrop %s', (id) => {
  test('is the same picture at any resolution', () => {
    const [width, height, times] = [240, 160, 8];
    const small = draw(id, { width, height });
    let sum = 0;
    let count = 0;
    // Of the large one every sixth row of the small one's pixels: the strips of a picture are the picture.
    for (let y = 0; y < height; y += 6) {
      const strip = draw(id, { width: width * times, height: height * times }, { from: y * times, to: (y + 1) * times });
      const row = reduced(strip, { width: width * times, height: times }, times);
      row.forEach((value, i) => {
        sum += Math.abs((small[y * width * 3 + i] ?? 0) - value);
      });
      count += row.length;
    }
    // Dither alone makes about 0.4 of a step; concrete adds pores finer than the small picture's pixels.
    expect(sum / count).toBeLessThan(1.1);
  });

  test('joins strips without a seam', () => {
    const size = { width: 700, height: 500 };
    const whole = draw(id, size);
    const strips = [draw(id, size, { from: 0, to: 137 }), draw(id, size, { from: 137, to: 138 }), draw(id, size, { from: 138, to: 500 })];
    expect(Buffer.concat(strips.map((strip) => Buffer.from(strip))).equals(Buffer.from(whole))).toBe(true);
  });

  test('has no bands: no straight run of one value longer than a dither leaves', () => {
    const size = { width: 3000, height: 300 };
    let longest = 0;
    for (let y = 0; y < size.height; y += 37) {
      const pixels = draw(id, size, { from: y, to: y + 1 });
      for (let x = 1, run = 1; x < size.width; x++) {
        const same = pixels[x * 3 + 1] === pixels[(x - 1) * 3 + 1];
        run = same ? run + 1 : 1;
        // Lamps burn out, as they do in a photograph.
        if ((pixels[x * 3 + 1] ?? 0) < 240) longest = Math.max(longest, run);
      }
    }
    expect(longest).toBeLessThan(60);
  });

  test('takes its colour from the recipe', () => {
    const size = { width: 60, height: 40 };
    const red = drawBackdrop(specOf({ kind: 'built-in', id, colour: '#b03020', colour2: '#b03020' }), size, 4);
    const i = (Math.floor(0.86 * 40) * 60 + 30) * 4;
    expect(red[i] ?? 0).toBeGreaterThan((red[i + 2] ?? 0) + 40);
    expect(red[i + 3]).toBe(255);
  });

  test('draws the smallest and the oddest canvas', () => {
    for (const size of [
      { width: 1, height: 1 },
      { width: 3, height: 900 },
      { width: 900, height: 2 },
    ])
      expect(draw(id, size)).toHaveLength(size.width * size.height * 3);
  });

  test('has a label and valid default colours', () => {
    expect(BUILT_IN.map((entry) => entry.id)).toContain(id);
    expect(defaultColours(id).colour).toMatch(/^#[0-9a-f]{6}$/);
  });
});

test('only a backdrop with a floor has a horizon', () => {
  expect(horizonOf({ kind: 'built-in', id: 'gradient' })).toBeNull();
  expect(horizonOf({ kind: 'built-in', id: 'showroom' })).toBeGreaterThan(0.4);
  expect(horizonOf({ kind: 'file', fileId: 'x' })).toBeNull();
  expect(horizonOf(null)).toBeNull();
});

test('another seed is another piece of the same material', () => {
  const size = { width: 120, height: 80 };
  const spec = specOf({ kind: 'built-in', id: 'concrete' });
  const one = drawBackdrop(spec, size, 3);
  const two = drawBackdrop({ ...spec, seed: 2 }, size, 3);
  const mean = (pixels: ArrayLike<number>) => Array.from(pixels).reduce((sum, value) => sum + value, 0) / pixels.length;
  expect(Buffer.from(one).equals(Buffer.from(two))).toBe(false);
  expect(Math.abs(mean(one) - mean(two))).toBeLessThan(6);
});
