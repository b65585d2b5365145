/**
 * `npm test`: sets up what is missing and runs every check, to the end even when one fails; the last line is the sum.
 * `npm test -- unit` runs one stage, `npm test -- unit wallet` only its files with "wallet" in their path.
 * Runs on Node 20 without dependencies.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { node24, root } from './setup/places.mjs';
import { entry, prepare } from './setup/prepare.mjs';
import { run } from './setup/programs.mjs';
import { log } from './setup/progress.mjs';
import { countTests } from './testing/count.mjs';

const program = (/** @type {string} */ path) => join('node_modules', path);
const tsc = program('typescript/bin/tsc');
const biome = program('@biomejs/biome/bin/biome');

/** @typedef {{ title: string, commands: string[][], vitest?: string, electron?: boolean }} Stage */
/** @type {Record<string, Stage>} */
const stages = {
  lint: { title: 'Lint and format', commands: [[biome, 'check', '--error-on-warnings', '--max-diagnostics=60']] },
  types: {
    title: 'Types',
    commands: [
      [tsc, '--noEmit', '-p', 'tsconfig.json'],
      [tsc, '--noEmit', '-p', 'tsconfig.shared.json'],
    ],
  },
  layering: {
    title: 'Layering',
    commands: [
      [
        '--import',
        './scripts/lint/typescript-api.mjs',
        program('dependency-cruiser/bin/dependency-cruiser.mjs'),
        '--config',
        '.dependency-cruiser.mjs',
        'shared',
        'electron',
        'renderer',
        'server',
        'cli',
      ],
    ],
  },
  unused: { title: 'Unused files, exports and dependencies', commands: [[program('knip/bin/knip.js'), '--no-progress']] },
  unit: { title: 'Unit tests', commands: [], vitest: 'unit' },
  integration: { title: 'Integration tests', commands: [], vitest: 'integration' },
  e2e: { title: 'End-to-end tests in Electron', commands: [], vitest: 'e2e', electron: true },
  package: { title: 'Packaged app', commands: [], vitest: 'package', electron: true },
};

/** @typedef {{ passed: number, failed: number }} Sum */

/**
 * @param {string} name @param {Stage} stage @param {string[]} filters @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Sum>}
 */
async function runStage(name, stage, filters, env) {
  for (const command of stage.commands) {
    if ((await run(node24(), command, { cwd: root, env })).code !== 0) return { passed: 0, failed: 1 };
  }
  if (!stage.vitest) return { passed: 1, failed: 0 };
  const report = join(root, 'out', 'test', `${name}.json`);
  await mkdir(join(root, 'out', 'test'), { recursive: true });
  await rm(report, { force: true });
  const vitest = [
    program('vitest/vitest.mjs'),
    'run',
    '--project',
    stage.vitest,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...filters,
  ];
  const { code } = await run(node24(), vitest, { cwd: root, env });
  return countTests(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null, code);
}

await entry(async () => {
  const args = process.argv.slice(2);
  const chosen = args.filter((arg) => arg in stages);
  const filters = args.filter((arg) => !(arg in stages));
  const names = chosen.length > 0 ? chosen : Object.keys(stages);
  const inElectron = names.some((name) => stages[name]?.electron);
  let sum = { passed: 0, failed: 0 };
  try {
    const onRealParts = inElectron || names.includes('integration');
    const programs = names.includes('integration') ? ['pdftotext'] : [];
    const { env } = await prepare({ electron: inElectron, model: onRealParts, build: inElectron, programs });
    for (const name of names) {
      const stage = /** @type {Stage} */ (stages[name]);
      const started = performance.now();
      log(`${stage.title} …`);
      const { passed, failed } = await runStage(name, stage, filters, env);
      sum = { passed: sum.passed + passed, failed: sum.failed + failed };
      log(`${stage.title}: ${passed} passed, ${failed} failed, ${((performance.now() - started) / 1000).toFixed(1)} s`);
    }
  } catch (error) {
    log(error instanceof Error ? error.message : String(error));
    sum = { ...sum, failed: sum.failed + 1 };
  }
  process.stdout.write(`${sum.passed} passed, ${sum.failed} failed\n`);
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
});
