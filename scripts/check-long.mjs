/**
 * `npm run check:long [-- --times 20 --rounds 5]`: what `npm test` has no time for. The same tests: random searches with so many times
 * the usual runs, and then what kills processes, so many times over, because a kill meets another moment each time. The last line is the sum.
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

/** Each kills something with SIGKILL in the middle of its work. */
const KILLING = [
  'applying/kill',
  'applying/damaged',
  'processing/killed',
  'cli/interrupted',
  'cli/paid-and-lost',
  'messages/webhooks',
  'payments/automatic',
  'payments/renewals',
  'server/invoice-crash',
  'server/lost-database',
  'server/many-clients',
].map((name) => `test/integration/${name}.test.ts`);

/** @param {string} project @param {string[]} files @param {NodeJS.ProcessEnv} env */
async function once(project, files, env) {
  const report = join(root, 'out', 'test', 'long.json');
  await mkdir(join(root, 'out', 'test'), { recursive: true });
  await rm(report, { force: true });
  const words = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...files];
  const { code } = await run(node24(), [join('node_modules', 'vitest/vitest.mjs'), ...words], { cwd: root, env });
  const { sums, failures } = readReport(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null, code, {
    root,
    stages: [project],
  });
  return { passed: Object.values(sums).reduce((sum, { passed }) => sum + passed, 0), failures };
}

await entry(async () => {
  const { values } = parseArgs({
    options: { times: { type: 'string', default: '20' }, rounds: { type: 'string', default: '5' } },
  });
  const { env } = await prepare({ model: true });
  log(`Random searches, ${values.times} times as long as usual …`);
  const outcomes = [await once('unit', [], { ...env, BACKLOT_TEST_TIMES: values.times })];
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    log(`What is killed, round ${round} of ${values.rounds} …`);
    outcomes.push(await once('integration', KILLING, env));
  }
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  for (const { where, what, why } of failures) process.stdout.write(`FAILED ${where}: ${what}${why ? `\n       ${why}` : ''}\n`);
  process.stdout.write(`${outcomes.reduce((sum, { passed }) => sum + passed, 0)} passed, ${failures.length} failed\n`);
  return failures.length === 0 ? 0 : 1;
});
