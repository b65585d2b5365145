import { expect, it } from 'vitest';
import { countTests } from '../../../scripts/testing/count.mjs';

const file = (status: string, ...statuses: string[]) => ({ status, assertionResults: statuses.map((each) => ({ status: each })) });

const cases: [string, Parameters<typeof countTests>, ReturnType<typeof countTests>][] = [
  ['passed tests', [{ testResults: [file('passed', 'passed', 'passed')] }, 0], { passed: 2, failed: 0 }],
  ['failed tests', [{ testResults: [file('failed', 'passed', 'failed')] }, 1], { passed: 1, failed: 1 }],
  ['a file that could not be loaded', [{ testResults: [file('failed'), file('passed', 'passed')] }, 1], { passed: 1, failed: 1 }],
  ['a run that failed outside of every test', [{ testResults: [file('passed', 'passed')] }, 1], { passed: 1, failed: 1 }],
  ['a run without a report', [null, 0], { passed: 0, failed: 1 }],
  ['a run without tests', [{ testResults: [] }, 0], { passed: 0, failed: 1 }],
  ['a run in which all was skipped', [{ testResults: [file('passed', 'pending')] }, 0], { passed: 0, failed: 1 }],
];

it.each(cases)('counts %s', (_what, args, sum) => {
  expect(countTests(...args)).toEqual(sum);
});
