import { describe, expect, it } from 'vitest';
import { readReport, slowestFiles } from '../../../scripts/testing/report.mjs';
import { stageOf } from '../../../scripts/testing/stages.mjs';

const UNIT = '/here/test/unit/a.test.ts';
const E2E = '/here/test/e2e/b.test.ts';

function file(name: string, status: string, ...statuses: string[]) {
  const assertionResults = statuses.map((each, at) => ({
    status: each,
    fullName: `does ${at + 1}`,
    failureMessages: each === 'failed' ? ['AssertionError: expected 1 to be 2\n    at here'] : [],
  }));
  return { name, status, message: '', startTime: 0, endTime: 0, assertionResults };
}
const unit = ['unit'];
const failed = { where: 'test/unit/a.test.ts', what: 'does 2', why: 'AssertionError: expected 1 to be 2' };

type Case = [what: string, files: ReturnType<typeof file>[] | null, exitCode: number, stages: string[], sums: unknown, failures: unknown[]];
const cases: Case[] = [
  ['passed tests', [file(UNIT, 'passed', 'passed', 'passed')], 0, unit, { unit: { passed: 2, failed: 0 } }, []],
  ['a failed test by name', [file(UNIT, 'failed', 'passed', 'failed')], 1, unit, { unit: { passed: 1, failed: 1 } }, [failed]],
  [
    'a file that could not be run',
    [{ ...file(UNIT, 'failed'), message: 'SyntaxError: unexpected end\n  1 |' }, file(UNIT, 'passed', 'passed')],
    1,
    unit,
    { unit: { passed: 1, failed: 1 } },
    [{ where: 'test/unit/a.test.ts', what: 'could not be run', why: 'SyntaxError: unexpected end' }],
  ],
  [
    'a run that failed outside of every test',
    [file(UNIT, 'passed', 'passed')],
    1,
    unit,
    { unit: { passed: 1, failed: 0 } },
    [{ where: 'vitest', what: expect.stringContaining('outside of every test'), why: 'exit code 1' }],
  ],
  [
    'a run without a report',
    null,
    0,
    unit,
    { unit: { passed: 0, failed: 0 } },
    [{ where: 'vitest', what: 'left no report', why: 'exit code 0' }],
  ],
  ['a run without tests', [], 0, unit, { unit: { passed: 0, failed: 0 } }, [{ where: 'unit', what: 'no test ran', why: '' }]],
  [
    'a run in which all was skipped',
    [file(UNIT, 'passed', 'pending')],
    0,
    unit,
    { unit: { passed: 0, failed: 0 } },
    [{ where: 'unit', what: 'no test ran', why: '' }],
  ],
  [
    'one stage of two without tests',
    [file(UNIT, 'passed', 'passed')],
    0,
    ['unit', 'e2e'],
    { unit: { passed: 1, failed: 0 }, e2e: { passed: 0, failed: 0 } },
    [{ where: 'e2e', what: 'no test ran', why: '' }],
  ],
  [
    'each file to its own stage',
    [file(UNIT, 'passed', 'passed'), file(E2E, 'passed', 'passed', 'passed')],
    0,
    [],
    { unit: { passed: 1, failed: 0 }, e2e: { passed: 2, failed: 0 } },
    [],
  ],
];

it.each(cases)('counts %s', (_what, files, exitCode, stages, sums, failures) => {
  expect(readReport(files && { testResults: files }, exitCode, { root: '/here', stages })).toEqual({ sums, failures });
});

describe('stageOf', () => {
  it.each([
    ['test/simulation/arbitrage/arbitrage.test.ts', 'unit'],
    ['test/conformance/creative-suite.test.ts', 'integration'],
    ['test/integration/darkroom/client.test.ts', 'integration'],
    ['test/e2e/package/package.test.ts', 'package'],
    ['test/e2e/shell.test.ts', 'e2e'],
    ['scripts/a.test.ts', undefined],
  ])('%s: %s', (path, stage) => expect(stageOf(path)).toBe(stage));
});

it('the slowest files come first, and no more than asked for', () => {
  const took = (name: string, seconds: number) => ({
    ...file(`/here/${name}`, 'passed'),
    startTime: 1_000,
    endTime: 1_000 + seconds * 1_000,
  });
  const report = { testResults: [took('a', 1), took('b', 3), took('c', 2)] };
  expect(slowestFiles(report, '/here', 2)).toEqual([
    { file: 'b', seconds: 3 },
    { file: 'c', seconds: 2 },
  ]);
});
