/** Processes by their ids: the app with all its children, and how to end them the hard way. */

import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import type { ElectronApplication } from 'playwright';

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

/** How often the app looks for the file, in milliseconds: it hands out the next picture in between. */
const LOOK_MS = 2;

/**
 * Stops the darkroom where it stands as soon as the folder holds a file with this ending, besides those that it held before: what is then
 * being made stays half made for as long as the test likes. The app itself looks: it hands out the pictures, so few are made before it sees.
 */
export async function stopDarkroomAt(app: ElectronApplication, folder: string, ending: string): Promise<void> {
  const wanted = { folder, ending, everyMs: LOOK_MS };
  await app.evaluate(({ app: running }, { folder: place, ending: end, everyMs }) => {
    const { existsSync, readdirSync } = process.getBuiltinModule('node:fs');
    const names = () => (existsSync(place) ? readdirSync(place, { recursive: true, encoding: 'utf8' }) : []);
    const before = new Set(names());
    const look = setInterval(() => {
      if (!names().some((name) => name.endsWith(end) && !before.has(name))) return;
      clearInterval(look);
      for (const { name, pid } of running.getAppMetrics()) if (name === 'Backlot darkroom') process.kill(pid, 'SIGSTOP');
    }, everyMs);
  }, wanted);
}
