import { describe, expect, it } from 'vitest';
import { measured, median, table } from '../../bench/report.ts';

describe('median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 2, 3], 2.5],
  ])('of %j is %d', (samples, middle) => expect(median(samples)).toBe(middle));

  it('of nothing is an error', () => expect(() => median([])).toThrow(RangeError));
});

describe('measured', () => {
  it('is on the right side of its goal or not', () => {
    expect(measured('preview', [1.1, 1.3, 0.9], 's', 1.2)).toEqual({ name: 'preview', value: 1.1, unit: 's', goal: 1.2, met: true });
    expect(measured('preview', [1.3], 's', 1.2).met).toBe(false);
    expect(measured('throughput', [900], '/s', 1000, 'higher').met).toBe(false);
    expect(measured('memory', [900], 'MB').met).toBe(true);
  });
});

describe('table', () => {
  it('lines its columns up', () => {
    const text = table([measured('first preview', [1.1], 's', 1.2), measured('memory', [900], 'MB')]);
    expect(text).toBe(
      ['measurement    median  goal   ', 'first preview  1.1 s   1.2 s  met', 'memory         900 MB  –']
        .map((line) => line.trimEnd())
        .join('\n'),
    );
  });
});
