#!/usr/bin/env node
/**
 * The first step of the command line, on whatever Node is there: what needs nothing is said at once, everything else runs on
 * Node 24 from the dependencies (better-sqlite3 does not work on Node 20).
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { firstHelp } from './overview.mjs';

const [major = 0] = process.versions.node.split('.').map(Number);
const own = fileURLToPath(new URL(`../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`, import.meta.url));
const [first] = process.argv.slice(2);

if (first === '--version' || first === '-V') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${version}\n`);
} else if (first === undefined || first === '--help' || first === '-h') {
  process.stdout.write(firstHelp());
  process.exitCode = first === undefined ? 2 : 0;
} else if (major >= 24) {
  const { keepCompiled } = await import('./compiled.ts');
  keepCompiled();
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2), process);
} else if (existsSync(own)) {
  handOver(own);
} else {
  process.stderr.write('Backlot needs its dependencies first: run "npm start" or "npm ci" in its folder once. Nothing was charged.\n');
  process.exitCode = 1;
}

/** Its exit code is ours; a signal that reaches only us reaches it too. @param {string} node */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // Ctrl-C in a terminal reaches both by itself; there the second one counts as the same.
    process.on(signal, () => child.kill(signal));
  }
  child.once('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
