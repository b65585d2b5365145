/** Processes by their ids: the app with all its children, and how to end them the hard way. */

import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';

/** The process and everything below it, children last. */
export function processTree(root: number): readonly number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const tree = [root];
  for (const parent of tree) {
    for (const [pid, ppid] of table) if (ppid === parent && pid !== undefined && !tree.includes(pid)) tree.push(pid);
  }
  return tree;
}

/** Ends a process tree as a power cut would, and waits until its root has gone. */
export async function killTree(root: ChildProcess): Promise<void> {
  if (root.pid === undefined) throw new Error('The process never started.');
  const gone = new Promise<void>((resolve) => {
    if (root.exitCode !== null || root.signalCode !== null) resolve();
    else root.once('exit', () => resolve());
  });
  for (const pid of processTree(root.pid)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It left by itself between the list and the signal.
    }
  }
  await gone;
}
