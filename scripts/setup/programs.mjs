import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Runs a program to its end.
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean }} [options] quiet keeps the output back unless it fails
 * @returns {Promise<{ code: number, output: string }>} 127 when the program does not exist
 */
export function run(command, args, { cwd, env, quiet = false } = {}) {
  return new Promise((resolve) => {
    const shell = process.platform === 'win32' && !command.endsWith('.exe');
    const quoted = (/** @type {string} */ word) => (shell && /\s/.test(word) ? `"${word}"` : word);
    const child = spawn(quoted(command), args.map(quoted), {
      cwd,
      env,
      shell,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    const relay = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.on('SIGINT', relay).on('SIGTERM', relay);
    const end = (/** @type {number} */ code) => {
      process.off('SIGINT', relay).off('SIGTERM', relay);
      resolve({ code, output });
    };
    child.once('error', (error) => {
      output += String(error);
      end(127);
    });
    child.once('close', (code, signal) => end(code ?? (signal === null ? 1 : 130)));
  });
}

/**
 * A Node that is there now. npm puts the dependencies' own Node 24 first, so the set-up may run on it, and installing anew has then
 * taken it away.
 * @returns {string}
 */
export const presentNode = () =>
  [process.execPath, process.env.npm_node_execpath].find((path) => path !== undefined && existsSync(path)) ?? 'node';

/** Says what went wrong and what to do; the entry scripts print it without a stack. */
export class SetupError extends Error {}
