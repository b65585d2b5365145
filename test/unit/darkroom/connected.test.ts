/** What hangs together, and where it lies: held against slow ways to find the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestPart, partsOf } from '../../../electron/darkroom/filters/connected.ts';
import { hullOf } from '../../../electron/darkroom/glass/hull.ts';
import { type Bounds, boundsOf } from '../../../shared/edit/bounds.ts';
import type { Size } from '../../../shared/edit/rect.ts';

/** Small pictures with many parts, some of them touching at corners only. */
const pictures = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain((size) =>
    fc.array(fc.boolean(), { minLength: size.width * size.height, maxLength: size.width * size.height }).map((on) => ({ ...size, on })),
  );

const sideBySide = ({ width }: Size, a: number, b: number): boolean => {
  const [dx, dy] = [(a % width) - (b % width), Math.floor(a / width) - Math.floor(b / width)];
  return Math.abs(dx) + Math.abs(dy) === 1;
};

/** Every pixel takes the least number of its part, from neighbour to neighbour, until nothing changes; -1 where nothing is. */
function slowParts(size: Size, on: readonly boolean[]): number[] {
  const name = on.map((is, i) => (is ? i : -1));
  for (let changed = true; changed; ) {
    changed = false;
    for (let a = 0; a < name.length; a++)
      for (let b = 0; b < name.length; b++) {
        const [here = -1, there = -1] = [name[a], name[b]];
        if (here < 0 || there < 0 || there >= here || !sideBySide(size, a, b)) continue;
        name[a] = there;
        changed = true;
      }
  }
  return name;
}

const sizeOf = (names: readonly number[], name: number): number => names.filter((each) => each === name).length;
const slowLargest = (names: readonly number[]): number =>
  [...new Set(names)]
    .filter((name) => name >= 0)
    .reduce((best, name) => (best < 0 || sizeOf(names, name) > sizeOf(names, best) ? name : best), -1);

function slowBounds({ width }: Size, pixels: readonly number[]): Bounds | null {
  const [columns, rows] = [pixels.map((i) => i % width), pixels.map((i) => Math.floor(i / width))];
  if (pixels.length === 0) return null;
  return { left: Math.min(...columns), top: Math.min(...rows), right: Math.max(...columns), bottom: Math.max(...rows) };
}
const pixelsWith = (values: ArrayLike<number>, value: number): number[] =>
  Array.from(values).flatMap((each, i) => (each === value ? [i] : []));

test('two pixels are of one part when a way over neighbours leads from one to the other; of two as large the first is the largest', () => {
  fc.assert(
    fc.property(pictures, ({ on, ...size }) => {
      const names = slowParts(size, on);
      const matte = Uint8Array.from(on, (is) => (is ? 128 : 127));
      const { label, sizes, largest } = partsOf(matte, size);
      for (const [i, name] of names.entries()) {
        expect(label[i] === 0).toBe(name < 0);
        expect(sizes[label[i] ?? 0]).toBe(name < 0 ? 0 : sizeOf(names, name));
        expect(label[i] === label[Math.max(0, name)] || name < 0).toBe(true);
        expect(label[i] === largest && largest > 0).toBe(name >= 0 && name === slowLargest(names));
      }
      const part = largestPart(matte, size);
      const pixels = pixelsWith(names, slowLargest(names)).filter((i) => on[i]);
      expect(part === null ? null : pixelsWith(part.mask, 1)).toEqual(pixels.length === 0 ? null : pixels);
      expect(part).toEqual(pixels.length === 0 ? null : { mask: expect.anything(), ...slowBounds(size, pixels) });
    }),
  );
});

test('a hull is the largest part with whatever it shuts in', () => {
  fc.assert(
    fc.property(pictures, ({ on, ...size }) => {
      const names = slowParts(size, on);
      const part = on.map((_, i) => (names[i] ?? -1) >= 0 && names[i] === slowLargest(names));
      const beyond = slowParts(
        size,
        part.map((is) => !is),
      );
      const atRim = new Set(
        beyond.filter((name, i) => {
          const [x, y] = [i % size.width, Math.floor(i / size.width)];
          return name >= 0 && (x === 0 || y === 0 || x === size.width - 1 || y === size.height - 1);
        }),
      );
      const pixels = beyond.flatMap((name, i) => (atRim.has(name) ? [] : [i]));
      const hull = hullOf(
        Float32Array.from(on, (is) => (is ? 0.6 : 0.5)),
        size,
      );
      if (!on.includes(true)) expect(hull).toBeNull();
      else {
        expect(pixelsWith(hull?.mask ?? [], 1)).toEqual(pixels);
        const bounds = slowBounds(size, pixels);
        expect(hull).toMatchObject({ area: pixels.length, left: bounds?.left, top: bounds?.top });
        expect([hull?.width, hull?.height]).toEqual([
          (bounds?.right ?? 0) - (bounds?.left ?? 0) + 1,
          (bounds?.bottom ?? 0) - (bounds?.top ?? 0) + 1,
        ]);
      }
    }),
  );
});

test('bounds are those of what is not 0, or of one value, everywhere or within a window', () => {
  fc.assert(
    fc.property(pictures, fc.tuple(fc.nat(8), fc.nat(8), fc.nat(8), fc.nat(8)), ({ on, ...size }, [a, b, c, d]) => {
      const plane = Float32Array.from(on, (is, i) => (is ? 1 + (i % 2) : 0));
      const all = Array.from(plane.keys());
      expect(boundsOf(plane, size)).toEqual(
        slowBounds(
          size,
          all.filter((i) => plane[i] !== 0),
        ),
      );
      const [x1, x2] = [Math.min(a, b) % size.width, Math.max(a, b) % size.width];
      const [y1, y2] = [Math.min(c, d) % size.height, Math.max(c, d) % size.height];
      const within = { left: Math.min(x1, x2), top: Math.min(y1, y2), right: Math.max(x1, x2), bottom: Math.max(y1, y2) };
      const inside = (i: number): boolean => {
        const [x, y] = [i % size.width, Math.floor(i / size.width)];
        return x >= within.left && x <= within.right && y >= within.top && y <= within.bottom;
      };
      expect(boundsOf(plane, size, { value: 2, within })).toEqual(
        slowBounds(
          size,
          all.filter((i) => plane[i] === 2 && inside(i)),
        ),
      );
    }),
  );
});
