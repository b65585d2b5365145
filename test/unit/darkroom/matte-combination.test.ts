/** The rule by which two looks at a photo become one matte, on mattes drawn for the purpose. */
import { describe, expect, test } from 'vitest';
import { combine, hardenRegions } from '../../../electron/darkroom/matte/combine.ts';

type Paint = (x: number, y: number) => number;

/** A matte from a function of the place in fractions; values 0..1. */
function matte(side: number, paint: Paint): Uint8Array {
  const out = new Uint8Array(side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) out[y * side + x] = Math.round(255 * paint((x + 0.5) / side, (y + 0.5) / side));
  return out;
}

const within = (x: number, y: number, left: number, top: number, right: number, bottom: number): boolean =>
  x > left && x < right && y > top && y < bottom;
const sofa: Paint = (x, y) => (within(x, y, 0.2, 0.3, 0.8, 0.8) ? 1 : 0);
const at = (large: Uint8Array, x: number, y: number): number => (large[Math.floor(y * 1024) * 1024 + Math.floor(x * 1024)] ?? -1) / 255;

describe('where small and large look disagree over a region', () => {
  // small and large are what each says inside the patch; expected is what has to come out there.
  const table = [
    { case: 'a hole that only the large one has is filled when the small one is sure', small: 1, large: 0.1, expected: 1 },
    { case: 'a part that only the large one has is kept when it is sure', small: 0.05, large: 0.97, expected: 0.97 },
    { case: 'what the small one half-heartedly adds is left out', small: 0.5, large: 0, expected: 0 },
    { case: 'what the large one half-heartedly adds is left out', small: 0, large: 0.5, expected: 0 },
    { case: 'what neither is far from stays as the large one has it', small: 0.9, large: 0.95, expected: 0.95 },
  ];
  test.each(table)('$case', ({ small, large, expected }) => {
    const patch =
      (value: number): Paint =>
      (x, y) =>
        within(x, y, 0.4, 0.4, 0.6, 0.6) ? value : 0;
    const result = combine(matte(512, patch(small)), matte(1024, patch(large)));
    expect(at(result, 0.5, 0.5)).toBeCloseTo(expected, 1);
    expect(at(result, 0.1, 0.1)).toBe(0);
  });

  // Beside a subject that both see: so wide that it is a part of its own, or not.
  const subject: Paint = (x, y) => (within(x, y, 0.3, 0.3, 0.6, 0.7) ? 1 : 0);
  const beside =
    (width: number, value: number): Paint =>
    (x, y) =>
      within(x, y, 0.6, 0.45, 0.6 + width, 0.55) ? value : subject(x, y);
  const [wide, narrow] = [0.3, 0.06];
  test.each([
    {
      case: 'a narrow part of which only the small one is certain is added',
      small: beside(narrow, 1),
      large: subject,
      at: 0.62,
      expected: 1,
    },
    { case: 'one of which it is not certain is left out', small: beside(narrow, 0.9), large: subject, at: 0.62, expected: 0 },
    { case: 'a wide one is added', small: beside(wide, 0.9), large: subject, at: 0.75, expected: 0.9 },
    { case: 'a wide one of which it is not sure is left out', small: beside(wide, 0.75), large: subject, at: 0.75, expected: 0 },
    { case: 'a narrow part that only the large one has is kept', small: subject, large: beside(narrow, 1), at: 0.62, expected: 1 },
    { case: 'one of which it is not sure is left out', small: subject, large: beside(narrow, 0.8), at: 0.62, expected: 0 },
  ])('$case', ({ small, large, at: x, expected }) => {
    expect(at(combine(matte(512, small), matte(1024, large)), x, 0.5)).toBeCloseTo(expected, 1);
  });

  test('a hole inside a larger subject is filled as a whole, rim included', () => {
    const holed: Paint = (x, y) => (within(x, y, 0.4, 0.45, 0.6, 0.65) ? 0 : sofa(x, y));
    const result = combine(matte(512, sofa), matte(1024, holed));
    for (const x of [0.395, 0.4, 0.405, 0.5, 0.6, 0.605]) expect(at(result, x, 0.55), `x ${x}`).toBeGreaterThan(0.97);
  });

  test('edges stay those of the large look', () => {
    const fine: Paint = (x, y) => (x > 0.2 + 0.004 * Math.sin(y * 400) && sofa(Math.max(x, 0.21), y) === 1 ? 1 : 0);
    const large = matte(1024, fine);
    const result = combine(matte(512, sofa), large);
    expect(Buffer.from(result).equals(Buffer.from(large))).toBe(true);
  });
});

describe('making up the mind', () => {
  test('wide half-hearted regions become all or nothing, edges stay soft', () => {
    const unsure: Paint = (x, y) => {
      if (within(x, y, 0.1, 0.1, 0.4, 0.4)) return 0.8;
      if (within(x, y, 0.6, 0.6, 0.9, 0.9)) return 0.2;
      // A soft edge, a fiftieth of the picture wide.
      return x > 0.9 ? 0 : Math.min(1, Math.max(0, (x - 0.5) * 50)) * (y < 0.5 ? 1 : 0);
    };
    const made = matte(1024, unsure);
    hardenRegions(made, 1024);
    expect(at(made, 0.25, 0.25)).toBe(1);
    expect(at(made, 0.75, 0.75)).toBe(0);
    const edge = at(made, 0.51, 0.25);
    expect(edge).toBeGreaterThan(0.2);
    expect(edge).toBeLessThan(0.8);
  });
});
