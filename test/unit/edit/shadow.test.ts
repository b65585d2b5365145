import { describe, expect, test } from 'vitest';
import { contactShadow, SHADOW_LONG_EDGE, shadowSize } from '../../../shared/edit/shadow.ts';

const natural = { kind: 'contact', strength: 0.5, softness: 0.5 } as const;
const size = { width: 400, height: 300 };

/** A car from the side, as boxes: body from 90 to 190, wheels down to 220. */
function car(width = size.width, height = size.height): Uint8Array {
  const alpha = new Uint8Array(width * height);
  const k = width / size.width;
  const box = (left: number, top: number, right: number, bottom: number): void => {
    for (let y = Math.round(top * k); y < bottom * k; y++)
      alpha.fill(255, y * width + Math.round(left * k), y * width + Math.round(right * k));
  };
  box(60, 90, 340, 195);
  box(100, 190, 135, 220);
  box(265, 190, 300, 220);
  return alpha;
}
const at = (mask: Uint8Array, x: number, y: number): number => mask[y * size.width + x] ?? 0;

describe('the contact shadow', () => {
  const mask = contactShadow(car(), size, natural);

  test('is darkest where the tyres touch, lighter under the body, gone on the wall', () => {
    expect(at(mask, 117, 221)).toBeGreaterThan(150);
    expect(at(mask, 200, 221)).toBeLessThan(at(mask, 117, 221) - 30);
    expect(at(mask, 200, 212)).toBeGreaterThan(60);
    expect(at(mask, 200, 40)).toBe(0);
    expect(at(mask, 20, 120)).toBe(0);
  });

  test('fades with the distance to the object', () => {
    const down = [222, 228, 236, 250, 280].map((y) => at(mask, 117, y));
    expect(down).toEqual([...down].sort((a, b) => b - a));
    expect(down.at(-1)).toBeLessThan(8);
  });

  test('touches both feet of a slanted stance, as a car seen at an angle stands', () => {
    const alpha = car();
    for (let y = 220; y < 240; y++) alpha.fill(255, y * size.width + 265, y * size.width + 300);
    const slanted = contactShadow(alpha, size, natural);
    expect(at(slanted, 282, 241)).toBeGreaterThan(150);
    expect(at(slanted, 117, 221)).toBeGreaterThan(120);
  });

  test('a bust that leaves the canvas below stands on nothing', () => {
    const alpha = new Uint8Array(size.width * size.height);
    for (let y = 100; y < size.height; y++) alpha.fill(255, y * size.width + 120, y * size.width + 280);
    expect(contactShadow(alpha, size, natural).some((dark) => dark > 0)).toBe(false);
  });

  test('of a car that leaves the canvas on the left the shadow leaves it as well', () => {
    const alpha = car();
    // The same car, 80 further left: its left wheel and end are cut away.
    const moved = new Uint8Array(alpha.length);
    for (let y = 0; y < size.height; y++) moved.set(alpha.subarray(y * size.width + 120, (y + 1) * size.width), y * size.width);
    const cut = contactShadow(moved, size, natural);
    expect(at(cut, 0, 214)).toBeGreaterThan(0.8 * at(cut, 40, 214));
  });

  test.each([
    { kind: 'none', strength: 1, softness: 0.5 },
    { kind: 'contact', strength: 0, softness: 0.5 },
  ] as const)('$kind with strength $strength leaves nothing', (shadow) => {
    expect(contactShadow(car(), size, shadow).every((value) => value === 0)).toBe(true);
  });

  test('needs a subject', () => {
    expect(contactShadow(new Uint8Array(size.width * size.height), size, natural).every((value) => value === 0)).toBe(true);
  });

  test('grows with its strength', () => {
    const dark = [0.25, 0.5, 0.75, 1].map((strength) => at(contactShadow(car(), size, { ...natural, strength }), 200, 214));
    expect(dark).toEqual([...dark].sort((a, b) => a - b));
    expect(new Set(dark).size).toBe(4);
  });

  test('reads the alpha of an RGBA picture alike', () => {
    const alpha = car();
    const rgba = new Uint8ClampedArray(alpha.length * 4);
    for (let i = 0; i < alpha.length; i++) rgba[i * 4 + 3] = alpha[i] ?? 0;
    expect(Buffer.from(contactShadow(rgba, size, natural, 4, 3)).equals(Buffer.from(mask))).toBe(true);
  });

  test('looks the same at twice the resolution', () => {
    const large = contactShadow(car(800, 600), { width: 800, height: 600 }, natural);
    let sum = 0;
    for (let y = 0; y < 300; y++) for (let x = 0; x < 400; x++) sum += Math.abs((large[y * 2 * 800 + x * 2] ?? 0) - at(mask, x, y));
    expect(sum / (400 * 300)).toBeLessThan(1.5);
  });

  test('is computed at a bounded size', () => {
    expect(shadowSize({ width: 6000, height: 4000 })).toEqual({ width: SHADOW_LONG_EDGE, height: Math.round((SHADOW_LONG_EDGE * 2) / 3) });
    expect(shadowSize({ width: 300, height: 200 })).toEqual({ width: 300, height: 200 });
  });
});
