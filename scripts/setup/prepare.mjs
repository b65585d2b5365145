import { delimiter, dirname } from 'node:path';
import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { electronEnvironment, ensureElectron } from './electron.mjs';
import { ensureModel } from './model.mjs';
import { binDir, cacheDir, node24 } from './places.mjs';
import { SetupError } from './programs.mjs';
import { log } from './progress.mjs';
import { ensureSystem } from './system.mjs';

/**
 * @typedef {object} Prepared
 * @property {NodeJS.ProcessEnv} env for everything that follows: Node 24 first in PATH, the Electron runtime named
 * @property {import('./electron.mjs').ElectronRuntime | null} electron
 */

/**
 * Brings this machine to the point where the project runs, skipping what is already there.
 * @param {{ electron?: boolean, model?: boolean, build?: boolean, programs?: readonly string[] }} needs besides the dependencies
 * @returns {Promise<Prepared>}
 */
export async function prepare({ electron = false, model = false, build = false, programs = [] }) {
  await ensureDependencies({ log });
  const runtime = electron ? await ensureElectron({ log }) : null;
  await ensureSystem({ executable: runtime?.executable ?? null, programs, log });
  if (model) await ensureModel({ cacheDir: cacheDir(), log });
  const env = {
    ...process.env,
    PATH: [dirname(node24()), binDir, process.env.PATH ?? ''].join(delimiter),
    ...(runtime ? electronEnvironment(runtime) : {}),
  };
  if (build) await ensureBuild({ log, env });
  return { env, electron: runtime };
}

/** npm that is ended by a signal leaves its script running: this one then ends too, and what it started with it. */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

/**
 * The frame of every entry script: an expected failure is told in its own words, without a stack.
 * @param {() => Promise<number>} main answers the exit code
 */
export async function entry(main) {
  endWithNpm();
  try {
    process.exitCode = await main();
  } catch (error) {
    log(error instanceof SetupError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
}
