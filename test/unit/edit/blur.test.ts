/** The blur under shadows, against one that is worked out pixel by pixel over the whole field. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blurred } from '../../../shared/edit/blur.ts';
import { runs } from '../../runs.ts';

/** One box of a fractional radius along a line that goes on as it ends. */
function boxed(line: readonly number[], sigma: number): number[] {
  const radius = (Math.sqrt(4 * sigma * sigma + 1) - 1) / 2;
  const whole = Math.floor(radius);
  const at = (n: number): number => line[Math.min(line.length - 1, Math.max(0, n))] ?? 0;
  return line.map((_, n) => {
    let sum = (radius - whole) * (at(n - whole - 1) + at(n + whole + 1));
    for (let k = -whole; k <= whole; k++) sum += at(n + k);
    return sum / (2 * radius + 1);
  });
}

const turned = (rows: readonly (readonly number[])[]): number[][] => (rows[0] ?? []).map((_, x) => rows.map((row) => row[x] ?? 0));

function plain(rows: number[][], across: number, down: number): number[][] {
  let field = rows;
  for (let pass = 0; pass < 3; pass++) {
    field = field.map((row) => boxed(row, across));
    field = turned(turned(field).map((column) => boxed(column, down)));
  }
  return field;
}

describe('a blur', () => {
  test('is that of the whole field, in the part that it reaches, and nothing reaches beyond', () => {
    const drawn = fc.record({
      width: fc.integer({ min: 1, max: 24 }),
      height: fc.integer({ min: 1, max: 24 }),
      across: fc.double({ min: 0.3, max: 3, noNaN: true }),
      down: fc.double({ min: 0.3, max: 3, noNaN: true }),
      dots: fc.array(fc.tuple(fc.nat(), fc.double({ min: 0.1, max: 1, noNaN: true })), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(drawn, ({ width, height, across, down, dots }) => {
        const field = new Float32Array(width * height);
        for (const [place, value] of dots) field[place % field.length] = value;
        const rows = Array.from({ length: height }, (_, y) => [...field.subarray(y * width, (y + 1) * width)]);
        const soft = blurred(field, { width, height }, { across, down });
        expect(soft === null).toBe(dots.length === 0);
        if (soft === null) return;
        const { part, values } = soft;
        for (const [y, row] of plain(rows, across, down).entries()) {
          for (const [x, value] of row.entries()) {
            const within = x >= part.left && x <= part.right && y >= part.top && y <= part.bottom;
            const found = within ? (values[(y - part.top) * (part.right - part.left + 1) + x - part.left] ?? Number.NaN) : 0;
            expect(Math.abs(found - value)).toBeLessThan(1e-5);
          }
        }
      }),
      { numRuns: runs(40) },
    );
  });
});
