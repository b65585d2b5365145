import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, SetupError } from './programs.mjs';

/** Debian's package for each library that the Electron runtime links to; newer releases append t64 to some of them. */
const electronPackages = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libatk-bridge2.0-0', 'libcups2', 'libdrm2', 'libxkbcommon0'];
/** Debian's packages for each program that is started by name. */
const programPackages = /** @type {Record<string, string[]>} */ ({ Xvfb: ['xvfb', 'fonts-liberation'], pdftotext: ['poppler-utils'] });

/** Whether this machine shows windows by itself. Always so but on Linux. */
export const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** Chromium's sandbox does not start for root. */
export const isLinuxRoot = () => process.platform === 'linux' && process.getuid?.() === 0;

/** @typedef {{ platform: NodeJS.Platform, path: string, isRoot: boolean }} Host */

/** @returns {Host} */
const thisHost = () => ({ platform: process.platform, path: process.env.PATH ?? '', isRoot: process.getuid?.() === 0 });

/** @param {Host} host @param {string} program */
const onPath = ({ path }, program) => path.split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)));

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
 * Makes sure that the runtime can start here: its system libraries, a virtual display where there is no real one, and the programs that
 * are asked for besides. As root on Debian and Ubuntu it installs what is missing; anybody else is told the one command.
 * @param {{ executable: string | null, programs: readonly string[], log: import('./progress.mjs').Log, host?: Host }} options
 */
export async function ensureSystem({ executable, programs, log, host = thisHost() }) {
  if (host.platform !== 'linux') return;
  const libraries = executable ? await missingLibraries(executable) : [];
  const wantedPrograms = [...(executable && !hasDisplay() ? ['Xvfb'] : []), ...programs];
  const absent = wantedPrograms.filter((program) => !onPath(host, program));
  if (libraries.length === 0 && absent.length === 0) return;
  const packages = [...(libraries.length > 0 ? electronPackages : []), ...absent.flatMap((program) => programPackages[program] ?? [])];
  const lacking = [...libraries, ...absent].join(', ');
  if (!onPath(host, 'apt-get')) {
    throw new SetupError(
      `This system lacks ${lacking}. Install the packages that bring them (on Debian: ${packages.join(' ')}) and run the same command again.`,
    );
  }
  if (!host.isRoot) {
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
