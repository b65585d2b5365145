import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { electronEnvironment, installedElectron } from './scripts/setup/electron.mjs';
import { LongestFirst } from './scripts/testing/longest-first.ts';

/** Two more than cores: many files wait for a lease, a timer or a kill. Not more than the shared PostgreSQL and the memory carry. */
const WORKERS = Math.min(8, availableParallelism() + 2);

// So that a single file can be run without `npm test`, which names the runtime itself.
const runtime = installedElectron();
const env = runtime ? electronEnvironment(runtime) : {};

// Servers and command lines are started hundreds of times: the second time Node reads what it compiled the first.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules', '.cache', 'backlot', 'compiled');

/** `npm run check:long` lets random searches go on for so many times as long. */
const TIMES = Number(process.env['BACKLOT_TEST_TIMES'] ?? 1);

/** What is waited for comes when a busy machine has time for it: a second is no verdict. */
const PATIENT = { poll: { timeout: 30_000 } };
/** PostgreSQL, ONNX and SQLite are native: a process per file keeps one crash from taking the others along. */
const realParts = { pool: 'forks', testTimeout: 180_000, hookTimeout: 180_000, expect: PATIENT } as const;
const realApp = { pool: 'forks', env, testTimeout: 300_000, hookTimeout: 300_000, expect: PATIENT } as const;
/** It ends what takes too long, in seconds, and must end nothing else: it runs last, alone. */
const ALONE = ['test/integration/darkroom/client.test.ts'];

/** A page keeps what is shown in its modules: each of these files has modules of its own. */
const PAGES = ['test/unit/renderer/**/*.test.{ts,tsx}'];

export default defineConfig({
  test: {
    maxWorkers: WORKERS,
    // Those that wait for a limit of the server wait together.
    maxConcurrency: 10,
    sequence: { sequencer: LongestFirst },
    // Each file has its own data folder, its own database on the cluster of the run, and its own ports and screen.
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}', 'test/simulation/**/*.test.ts'],
          exclude: PAGES,
          pool: 'threads',
          // Pure functions: what one file has loaded the next need not load again.
          isolate: false,
          testTimeout: 60_000 * TIMES,
        },
      },
      { test: { name: 'pages', include: PAGES, pool: 'threads' } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/conformance/**/*.test.ts'],
          exclude: ALONE,
          globalSetup: './test/cluster/setup.ts',
          ...realParts,
        },
      },
      {
        test: {
          name: 'alone',
          include: ALONE,
          ...realParts,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/package/**'],
          globalSetup: './test/cluster/setup.ts',
          ...realApp,
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/e2e/package/**/*.test.ts'],
          ...realApp,
        },
      },
    ],
  },
});
