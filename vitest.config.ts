import { defineConfig } from 'vitest/config';
import { electronEnvironment, installedElectron } from './scripts/setup/electron.mjs';

const serial = { fileParallelism: false, maxWorkers: 1 } as const;

// So that a single file can be run without `npm test`, which names the runtime itself.
const runtime = installedElectron();
const env = runtime ? electronEnvironment(runtime) : {};

export default defineConfig({
  test: {
    passWithNoTests: false,
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}', 'test/simulation/**/*.test.ts'],
          testTimeout: 60_000,
          pool: 'threads',
        },
      },
      {
        test: {
          name: 'integration',
          globalSetup: './test/cluster/setup.ts',
          include: ['test/integration/**/*.test.ts', 'test/conformance/**/*.test.ts'],
          // PostgreSQL, ONNX and SQLite are native: a process per file keeps one crash from taking the others along.
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 180_000,
          ...serial,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: './test/cluster/setup.ts',
          env,
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/package/**'],
          pool: 'forks',
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...serial,
        },
      },
      {
        test: {
          name: 'package',
          env,
          include: ['test/e2e/package/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...serial,
        },
      },
    ],
  },
});
