/**
 * `npm ci` refuses a lock file that leaves out an optional package for another system, and npm leaves it out whenever the
 * registry at hand does not carry that package. Run directly, this writes the missing entries (version and system; the integrity is
 * the registry's own where the package exists); a test sees to it that none is missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/places.mjs';

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[], optionalDependencies?: Record<string, string> }} Locked
 * @typedef {{ packages: Record<string, Locked> }} LockFile
 */

const systems = /** @type {Record<string, string>} */ ({
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  win32: 'win32',
  windows: 'win32',
});
const processors = /** @type {Record<string, string>} */ ({
  x64: 'x64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: 'ia32',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
});

/** Node's rule: the nearest node_modules upwards. @param {LockFile} lock @param {string} from @param {string} name */
function isLocked(lock, from, name) {
  for (let at = from; ; at = at.includes('/node_modules/') ? at.slice(0, at.lastIndexOf('/node_modules/')) : '') {
    if (lock.packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`]) return true;
    if (at === '') return false;
  }
}

/**
 * @param {LockFile} lock
 * @returns {{ path: string, entry: Locked }[]} one entry per optional package that is named but not locked
 */
export function lockGaps(lock) {
  const gaps = [];
  for (const [from, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isLocked(lock, from, name) || !/^\d/.test(version)) continue;
      const words = name.split(/[/-]/);
      const os = words.map((word) => systems[word]).find((word) => word !== undefined);
      const cpu = words.map((word) => processors[word]).find((word) => word !== undefined);
      const libc = os !== 'linux' ? undefined : words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
      gaps.push({
        path: `node_modules/${name}`,
        entry: {
          version,
          ...(cpu ? { cpu: [cpu] } : {}),
          ...(dev ? { dev } : {}),
          ...(libc ? { libc: [libc] } : {}),
          optional: true,
          ...(os ? { os: [os] } : {}),
        },
      });
    }
  }
  return gaps;
}

if (process.argv[1] === import.meta.filename) {
  const file = join(root, 'package-lock.json');
  /** @type {LockFile} */
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  for (const { path, entry } of lockGaps(lock)) lock.packages[path] = entry;
  const inOrder = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(inOrder) }, null, 2)}\n`);
}
