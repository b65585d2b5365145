/**
 * `npm run check:long [-- --times 20 --rounds 5 --only PART]`: what `npm test` has no time for. The same tests: random searches with so many
 * times the usual runs and samples, and then what kills processes, so many times over, because a kill meets another moment each time.
 * `--only` takes the files with this in their path. The last line is the sum.
 * Runs on Node 20 without dependencies.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { node24, root } from './setup/places.mjs';
import { entry, prepare } from './setup/prepare.mjs';
import { run } from './setup/programs.mjs';
import { log } from './setup/progress.mjs';
import { readReport } from './testing/report.mjs';

/** Each kills something with SIGKILL in the middle of its work, or cuts its line. */
const KILLING = [
  'applying/kill',
  'applying/damaged',
  'processing/killed',
  'cli/applying',
  'cli/interrupted',
  'cli/ordering',
  'cli/paid-and-lost',
  'messages/webhooks',
  'payments/automatic',
  'payments/renewals',
  'server/invoice-crash',
  'server/lost-database',
  'server/many-clients',
].map((name) => `test/integration/${name}.test.ts`);

/** Each takes more of its cases the longer the searches are. */
const SAMPLED = ['darkroom/samples', 'darkroom/hostile-pictures', 'payments/storm', 'server/lost-database', 'wallet/whose-answer'].map(
  (name) => `test/integration/${name}.test.ts`,
);

/** The stage of `npm test` to which each project's tests belong. */
const STAGE = { unit: 'unit', integration: 'integration' };

/**
 * @param {keyof typeof STAGE} project @param {readonly string[]} files paths, or parts of them; none: all of the project
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} partly there may be no such file
 */
async function once(project, files, env, partly) {
  const report = join(root, 'out', 'test', 'long.json');
  await mkdir(join(root, 'out', 'test'), { recursive: true });
  await rm(report, { force: true });
  const flags = ['--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const words = ['run', '--project', project, ...flags, ...files];
  const { code } = await run(node24(), [join('node_modules', 'vitest/vitest.mjs'), ...words], { cwd: root, env });
  const found = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
  const { sums, failures } = readReport(found, code, { root, stages: partly ? [] : [STAGE[project]] });
  return { passed: Object.values(sums).reduce((sum, { passed }) => sum + passed, 0), failures };
}

await entry(async () => {
  const { values } = parseArgs({
    options: {
      times: { type: 'string', default: '20' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
    },
  });
  const { times, rounds, only } = values;
  const of = (/** @type {readonly string[]} */ files) => files.filter((file) => file.includes(only));
  const { env } = await prepare({ model: true });
  const longer = { ...env, BACKLOT_TEST_TIMES: times };
  log(`Random searches, ${times} times as long as usual …`);
  const outcomes = [await once('unit', only === '' ? [] : [only], longer, only !== '')];
  if (of(SAMPLED).length > 0) {
    log(`Samples, ${times} times as many as usual …`);
    outcomes.push(await once('integration', of(SAMPLED), longer, false));
  }
  for (let round = 1; round <= Number(rounds) && of(KILLING).length > 0; round += 1) {
    log(`What is killed, round ${round} of ${rounds} …`);
    outcomes.push(await once('integration', of(KILLING), env, false));
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  for (const { where, what, why } of failures) process.stdout.write(`FAILED ${where}: ${what}${why ? `\n       ${why}` : ''}\n`);
  process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
  return failures.length === 0 && passed > 0 ? 0 : 1;
});
