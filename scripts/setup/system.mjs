// @ts-check
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, SetupError } from './programs.mjs';

/** Debian's package for each library that the Electron runtime links to; newer releases append t64 to some of them. */
const electronPackages = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libatk-bridge2.0-0', 'libcups2', 'libdrm2', 'libxkbcommon0'];
const displayPackages = ['xvfb', 'fonts-liberation'];

export const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** @param {string} program */
const onPath = (program) => (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)));

/** @param {string} executable @returns {Promise<string[]>} names of shared libraries that the system lacks */
async function missingLibraries(executable) {
  const { output } = await run('ldd', [executable], { quiet: true });
  return [...output.matchAll(/^\s*(\S+) => not found$/gm)].map((found) => found[1] ?? '');
}

/** @param {readonly string[]} packages @returns {Promise<string[]>} as this Debian or Ubuntu release names them */
async function named(packages) {
  const names = [];
  for (const name of packages) {
    const t64 = await run('apt-cache', ['show', '--no-all-versions', `${name}t64`], { quiet: true });
    names.push(t64.code === 0 ? `${name}t64` : name);
  }
  return names;
}

/**
 * Makes sure that the runtime can start here: its system libraries, and a virtual display where there is no real one.
 * As root on Debian and Ubuntu it installs what is missing; anybody else is told the one command.
 * @param {{ executable: string, log: import('./progress.mjs').Log }} options
 */
export async function ensureSystem({ executable, log }) {
  if (process.platform !== 'linux') return;
  const libraries = await missingLibraries(executable);
  const lacksDisplay = !hasDisplay() && !onPath('Xvfb');
  if (libraries.length === 0 && !lacksDisplay) return;
  const packages = [...(libraries.length > 0 ? electronPackages : []), ...(lacksDisplay ? displayPackages : [])];
  const lacking = [...libraries, ...(lacksDisplay ? ['a virtual display (Xvfb)'] : [])].join(', ');
  if (!onPath('apt-get')) {
    throw new SetupError(
      `This system lacks ${lacking}. Install the packages that bring them (on Debian: ${packages.join(' ')}) and run the same command again.`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      `This system lacks ${lacking}. Install them with\n  sudo apt-get install -y --no-install-recommends ${packages.join(' ')}\nand run the same command again.`,
    );
  }
  log(`Installing system packages: ${packages.join(' ')}.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env, quiet: true });
  const wanted = await named(packages);
  const installed = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], { env, quiet: true });
  if (installed.code !== 0) throw new SetupError(`apt-get could not install ${wanted.join(' ')}:\n${installed.output.trim()}`);
}
