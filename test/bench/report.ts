/**
 * What every benchmark ends with: a table for people and out/bench/NAME.json for machines.
 * `npm run bench -- NAME` runs test/bench/NAME.bench.ts, which measures and calls `report(NAME, rows)`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of the result. `goal` is null where nothing was promised; `met` is then true. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number | null;
  readonly met: boolean;
}

/** @returns the middle sample, or the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  if (samples.length === 0) throw new RangeError('a median needs at least one sample');
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return middle.reduce((sum, sample) => sum + sample, 0) / middle.length;
}

/** A row from repeated measurements: its value is their median, and `better` says on which side of the goal it has to be. */
export function measured(
  name: string,
  samples: readonly number[],
  unit: string,
  goal: number | null = null,
  better: 'lower' | 'higher' = 'lower',
): Row {
  const value = Number(median(samples).toPrecision(4));
  return { name, value, unit, goal, met: goal === null || (better === 'lower' ? value <= goal : value >= goal) };
}

const cell = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 3 });

/** The table, one row a line, columns aligned. */
export function table(rows: readonly Row[]): string {
  const lines = [
    ['measurement', 'median', 'goal', ''],
    ...rows.map(({ name, value, unit, goal, met }) => [
      name,
      `${cell(value)} ${unit}`,
      goal === null ? '–' : `${cell(goal)} ${unit}`,
      goal === null ? '' : met ? 'met' : 'missed',
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Prints the table, writes `out/bench/NAME.json`, and makes the process exit with 1 when a goal was missed. */
export function report(name: string, rows: readonly Row[]): void {
  const folder = join(import.meta.dirname, '..', '..', 'out', 'bench');
  mkdirSync(folder, { recursive: true });
  const result = rows.map(({ name, value, unit, goal, met }) => ({ name, value, unit, goal, met }));
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`\n${table(rows)}\n`);
  if (rows.some(({ met }) => !met)) process.exitCode = 1;
}
