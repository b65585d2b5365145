/**
 * What vitest's JSON report adds to the sum. A file that could not even be loaded has no tests, and a run that ended without a
 * report or without a single test proves nothing: each counts as one failure.
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] } | null} report @param {number} exitCode
 * @returns {{ passed: number, failed: number }}
 */
export function countTests(report, exitCode) {
  if (report === null) return { passed: 0, failed: 1 };
  let passed = 0;
  let failed = 0;
  for (const file of report.testResults) {
    const statuses = file.assertionResults.map(({ status }) => status);
    passed += statuses.filter((status) => status === 'passed').length;
    const failures = statuses.filter((status) => status === 'failed').length;
    failed += failures === 0 && file.status === 'failed' ? 1 : failures;
  }
  // An unhandled rejection fails the run without failing a test.
  if (failed === 0 && (exitCode !== 0 || passed === 0)) failed = 1;
  return { passed, failed };
}
