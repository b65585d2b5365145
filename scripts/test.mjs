/**
 * `npm test`: sets up what is missing and runs every check, to the end even when one fails. At the end stand the ten slowest files,
 * every failure by name, and as the last line the sum. `npm test -- unit` runs one stage, `npm test -- unit wallet` only its files
 * with "wallet" in their path; `npm test -- package` packs the app and tries that, which takes too long for every run; what begins with a dash is handed to vitest: `npm test -- --changed`.
 * Runs on Node 20 without dependencies.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { node24, root } from './setup/places.mjs';
import { entry, prepare } from './setup/prepare.mjs';
import { run } from './setup/programs.mjs';
import { log } from './setup/progress.mjs';
import { readReport, slowestFiles } from './testing/report.mjs';
import { checks, stageNames, tests, usualStages } from './testing/stages.mjs';

/** @typedef {import('./testing/report.mjs').Failure} Failure */
/** @typedef {{ passed: number, failures: Failure[] }} Outcome */

const SLOWEST = 10;
const seconds = (/** @type {number} */ since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Its output comes in one piece, because others work beside it.
 * @param {string} name @param {NodeJS.ProcessEnv} env @returns {Promise<Outcome>}
 */
async function runCheck(name, env) {
  const { title, commands } = /** @type {import('./testing/stages.mjs').Check} */ (checks[name]);
  const started = performance.now();
  const ended = await Promise.all(commands.map((command) => run(node24(), command, { cwd: root, env, quiet: true })));
  const wrong = ended.filter(({ code }) => code !== 0);
  for (const { output } of wrong) process.stdout.write(`${output.trimEnd()}\n`);
  log(`${title}: ${wrong.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed'}, ${seconds(started)}`);
  return wrong.length === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [{ where: name, what: title, why: 'said above' }] };
}

/**
 * All chosen stages in one run of vitest: it keeps every core busy with the next file, whichever stage it is of.
 * @param {string[]} stages @param {string[]} words filters and flags @param {NodeJS.ProcessEnv} env @returns {Promise<Outcome>}
 */
async function runTests(stages, words, env) {
  const report = join(root, 'out', 'test', 'report.json');
  await mkdir(join(root, 'out', 'test'), { recursive: true });
  await rm(report, { force: true });
  const projects = stages.flatMap((name) => tests[name]?.projects ?? []).flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const started = performance.now();
  const { code } = await run(node24(), [join('node_modules', 'vitest/vitest.mjs'), 'run', ...projects, ...reporters, ...words], {
    cwd: root,
    env,
  });
  const found = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
  // Where only some files were asked for, a stage may have none of them.
  const partly = words.length > 0;
  const { sums, failures } = readReport(found, code, { root, stages: partly ? [] : stages });
  for (const [stage, { passed, failed }] of Object.entries(sums))
    log(`${tests[stage]?.title ?? stage}: ${passed} passed, ${failed} failed`);
  if (found) {
    log(`All tests: ${seconds(started)}. The slowest files:`);
    for (const { file, seconds: took } of slowestFiles(found, root, SLOWEST)) log(`  ${took.toFixed(1).padStart(6)} s  ${file}`);
  }
  return { passed: Object.values(sums).reduce((sum, { passed }) => sum + passed, 0), failures };
}

/** @param {string[]} names of stages */
function needsOf(names) {
  const chosen = names.flatMap((name) => tests[name] ?? []);
  const electron = chosen.some((stage) => stage.electron);
  const model = chosen.some((stage) => stage.model);
  return { electron, build: electron, model, programs: chosen.flatMap((stage) => stage.programs ?? []) };
}

await entry(async () => {
  const args = process.argv.slice(2);
  const chosen = args.filter((arg) => stageNames.includes(arg));
  const words = args.filter((arg) => !stageNames.includes(arg));
  const names = chosen.length > 0 ? chosen : usualStages;
  const started = performance.now();
  /** @type {Outcome[]} */
  const outcomes = [];
  try {
    const { env } = await prepare(needsOf(names));
    outcomes.push(...(await Promise.all(names.filter((name) => name in checks).map((name) => runCheck(name, env)))));
    const stages = names.filter((name) => name in tests);
    if (stages.length > 0) outcomes.push(await runTests(stages, words, env));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    outcomes.push({ passed: 0, failures: [{ where: 'set-up', what: 'did not end well', why }] });
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  log(`Everything: ${seconds(started)}`);
  for (const { where, what, why } of failures) process.stdout.write(`FAILED ${where}: ${what}${why ? `\n       ${why}` : ''}\n`);
  process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
  const nothingTouched = words.some((word) => word.startsWith('--changed'));
  return failures.length === 0 && (passed > 0 || nothingTouched) ? 0 : 1;
});
