/**
 * `node scripts/run.mjs TASK [arguments]`: sets up what the task needs and runs it on Node 24. Every npm script that is more
 * than one command goes through here. Runs on Node 20 without dependencies.
 */
import { join } from 'node:path';
import { node24, root } from './setup/places.mjs';
import { entry, prepare } from './setup/prepare.mjs';
import { run } from './setup/programs.mjs';
import { log } from './setup/progress.mjs';
import { isLinuxRoot } from './setup/system.mjs';

const everything = { electron: true, model: true, build: true };
/** What one group of requests makes is gone before the next: room for it spares the collector from copying it about. */
const serverFlags = ['--max-semi-space-size=64'];
const program = (/** @type {string} */ path) => join('node_modules', path);

/** @type {Record<string, { needs: Parameters<typeof prepare>[0], commands: (args: string[]) => string[][] }>} */
const tasks = {
  demo: { needs: everything, commands: (args) => [['scripts/demo.ts', ...args]] },
  screenshots: { needs: everything, commands: (args) => [['scripts/screenshots.ts', ...args]] },
  bench: {
    needs: everything,
    commands: ([name = 'darkroom', ...args]) => [[...(name === 'ledger' ? serverFlags : []), `test/bench/${name}.bench.ts`, ...args]],
  },
  quality: { needs: { model: true }, commands: (args) => [['test/quality/run.ts', ...args]] },
  server: { needs: {}, commands: (args) => [[...serverFlags, 'server/main.ts', ...args]] },
  admin: { needs: {}, commands: (args) => [['server/admin/command-line.ts', ...args]] },
  conformance: { needs: {}, commands: (args) => [['test/conformance/run.ts', ...args]] },
  arbitrage: { needs: {}, commands: (args) => [['test/simulation/arbitrage/run.ts', ...args]] },
  docs: { needs: {}, commands: () => [['scripts/docs/docs.ts']] },
  build: { needs: { build: true }, commands: () => [] },
  dev: {
    needs: { electron: true, model: true },
    // The page reloads by itself; `--watch` builds the other processes anew, and the app starts again.
    commands: (args) => [
      [program('electron-vite/bin/electron-vite.js'), 'dev', '--watch', ...(isLinuxRoot() ? ['--noSandbox'] : []), ...args],
    ],
  },
  lint: { needs: {}, commands: (args) => [[program('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', ...args]] },
  format: { needs: {}, commands: (args) => [[program('@biomejs/biome/bin/biome'), 'check', '--write', ...args]] },
  typecheck: {
    needs: {},
    commands: () => [
      [program('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'],
      [program('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.shared.json'],
    ],
  },
};

await entry(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  const task = tasks[name];
  if (!task) {
    log(`There is no task ${name || 'without a name'}. There are: ${Object.keys(tasks).join(', ')}.`);
    return 1;
  }
  const { env } = await prepare(task.needs);
  for (const command of task.commands(args)) {
    const { code } = await run(node24(), command, { cwd: root, env });
    if (code !== 0) return code;
  }
  return 0;
});
