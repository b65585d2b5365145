/** What a run of vitest has shown, from its JSON report: sums by stage, every failure by name, and the files that took longest. */
import { relative, sep } from 'node:path';
import { stageOf } from './stages.mjs';

/**
 * @typedef {{ status: string, fullName: string, failureMessages?: string[] | null }} Assertion
 * @typedef {{ name: string, status: string, message?: string, startTime: number, endTime: number, assertionResults: Assertion[] }} TestFile
 * @typedef {{ testResults: TestFile[] }} Report
 * @typedef {{ passed: number, failed: number }} Sum
 * @typedef {{ where: string, what: string, why: string }} Failure where: a file or a stage; why: one line
 */

const firstLine = (/** @type {string | undefined} */ text) => (text ?? '').trim().split('\n')[0] ?? '';

/**
 * A file that could not even be loaded has no tests; a run that ended without a report, badly without a failed test, or without any
 * test of a stage proves nothing: each counts as one failure.
 * @param {Report | null} report @param {number} exitCode vitest's
 * @param {{ root: string, stages: readonly string[] }} expected stages: each must have run at least one test
 * @returns {{ sums: Record<string, Sum>, failures: Failure[] }}
 */
export function readReport(report, exitCode, { root, stages }) {
  /** @type {Record<string, Sum>} */
  const sums = Object.fromEntries(stages.map((stage) => [stage, { passed: 0, failed: 0 }]));
  if (report === null) return { sums, failures: [{ where: 'vitest', what: 'left no report', why: `exit code ${exitCode}` }] };
  /** @type {Failure[]} */
  const failures = [];
  for (const file of report.testResults) {
    const where = pathOf(file, root);
    const failed = failuresOf(file, where);
    failures.push(...failed);
    const stage = stageOf(where) ?? where;
    const passed = file.assertionResults.filter(({ status }) => status === 'passed').length;
    const before = sums[stage] ?? { passed: 0, failed: 0 };
    sums[stage] = { passed: before.passed + passed, failed: before.failed + failed.length };
  }
  for (const stage of stages) {
    const sum = sums[stage];
    if (sum && sum.passed + sum.failed === 0) failures.push({ where: stage, what: 'no test ran', why: '' });
  }
  // An unhandled rejection fails the run without failing a test.
  if (failures.length === 0 && exitCode !== 0)
    failures.push({ where: 'vitest', what: 'an error outside of every test, said above', why: `exit code ${exitCode}` });
  return { sums, failures };
}

/** @param {TestFile} file @param {string} root */
const pathOf = (file, root) => relative(root, file.name).split(sep).join('/');

/** @param {TestFile} file @param {string} where @returns {Failure[]} */
function failuresOf(file, where) {
  const failed = file.assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0 && file.status === 'failed') return [{ where, what: 'could not be run', why: firstLine(file.message) }];
  return failed.map(({ fullName, failureMessages }) => ({ where, what: fullName, why: firstLine(failureMessages?.[0]) }));
}

/**
 * The files that took longest, the longest first.
 * @param {Report} report @param {string} root @param {number} count @returns {{ file: string, seconds: number }[]}
 */
export function slowestFiles(report, root, count) {
  return report.testResults
    .map((file) => ({ file: pathOf(file, root), seconds: (file.endTime - file.startTime) / 1000 }))
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, count);
}
