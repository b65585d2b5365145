/** What `npm test` checks: the stages by name, in the order in which their sums are said. */
import { join } from 'node:path';

const program = (/** @type {string} */ path) => join('node_modules', path);
const types = (/** @type {string} */ config) => {
  const known = join('node_modules', '.cache', 'backlot', `${config}.tsbuildinfo`);
  return [program('typescript/bin/tsc'), '--noEmit', '--incremental', '--tsBuildInfoFile', known, '-p', config];
};

/**
 * A stage either runs programs, each of which has to end well, or the test files below some folders. `byName`: only when it is asked for.
 * @typedef {{ title: string, commands: string[][] }} Check
 * @typedef {{ title: string, projects: string[], folders: string[], electron?: boolean, model?: boolean, programs?: string[], byName?: true }} Tests
 */

/** @type {Record<string, Check>} */
export const checks = {
  lint: {
    title: 'Lint and format',
    commands: [[program('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '--max-diagnostics=60']],
  },
  types: { title: 'Types', commands: [types('tsconfig.json'), types('tsconfig.shared.json')] },
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
};

/** A file belongs to the first stage that has its folder. @type {Record<string, Tests>} */
export const tests = {
  unit: { title: 'Unit tests', projects: ['unit', 'pages'], folders: ['test/unit/', 'test/simulation/'] },
  integration: {
    title: 'Integration tests',
    projects: ['integration', 'alone'],
    folders: ['test/integration/', 'test/conformance/'],
    model: true,
    programs: ['pdftotext'],
  },
  package: { title: 'Packaged app', projects: ['package'], folders: ['test/e2e/package/'], electron: true, model: true, byName: true },
  e2e: { title: 'End-to-end tests in Electron', projects: ['e2e'], folders: ['test/e2e/'], electron: true, model: true },
};

/** In the order in which they run. */
export const stageNames = [...Object.keys(checks), ...Object.keys(tests)];

/** What `npm test` runs when no stage is named. */
export const usualStages = stageNames.filter((name) => tests[name]?.byName !== true);

/** @param {string} file relative to the project, with slashes @returns {string | undefined} */
export const stageOf = (file) => Object.keys(tests).find((name) => tests[name]?.folders.some((folder) => file.startsWith(folder)));
