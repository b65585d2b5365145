import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { node24, root } from './places.mjs';
import { run, SetupError } from './programs.mjs';

const inputs = ['electron', 'renderer', 'server', 'shared', 'resources', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];
const stamp = join(root, 'out', 'app', '.inputs');

/** @param {string} path @param {(file: string) => void} visit */
function eachFile(path, visit) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) return visit(path);
  for (const name of readdirSync(path).sort()) eachFile(join(path, name), visit);
}

/** Name, size and time of every source file: any edit changes it, and it costs milliseconds. */
function inputsKey() {
  const hash = createHash('sha256');
  for (const input of inputs) {
    eachFile(join(root, input), (file) => {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\n${size}\n${mtimeMs}\n`);
    });
  }
  return hash.digest('hex');
}

const built = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === inputsKey();

/**
 * Builds out/app when a source file changed since the last build.
 * @param {{ log: import('./progress.mjs').Log, env: NodeJS.ProcessEnv, force?: boolean }} options
 */
export async function ensureBuild({ log, env, force = false }) {
  if (built() && !force) return;
  log('Building the app.');
  const key = inputsKey();
  await rm(stamp, { force: true });
  const program = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const build = await run(node24(), [program, 'build', '--logLevel', 'warn'], { cwd: root, env, quiet: true });
  if (build.code !== 0) throw new SetupError(`The app could not be built:\n${build.output.trim()}`);
  await writeFile(stamp, key);
}
