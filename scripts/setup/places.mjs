import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where npm puts the programs of the dependencies; Node 24 is one of them. */
export const binDir = join(root, 'node_modules', '.bin');

/**
 * Downloads that outlive a clone: the Electron runtime and the models. `BACKLOT_CACHE` moves it. The XDG base directory specification
 * has an empty or a relative path ignored.
 * @param {NodeJS.ProcessEnv} [environment]
 * @param {NodeJS.Platform} [platform]
 * @returns {string} an absolute folder that may not exist yet
 */
export function cacheDir(environment = process.env, platform = process.platform) {
  const chosen = environment.BACKLOT_CACHE;
  if (chosen) return chosen;
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Backlot', 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Backlot');
  const { XDG_CACHE_HOME: named } = environment;
  return join(named !== undefined && isAbsolute(named) ? named : join(homedir(), '.cache'), 'backlot');
}

/**
 * A program of the dependencies, as it has to be started on this system.
 * @param {string} name
 */
export const bin = (name) => join(binDir, process.platform === 'win32' ? `${name}.cmd` : name);

/** Node 24, which runs everything after the set-up. */
export const node24 = () => join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
