/**
 * The darkroom of the command line, in processes of its own as the app has it: a job that gets nowhere can be ended by name, and what
 * a decoder prints never gets between the lines of a document on standard output.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { WholeDarkroom } from '../../electron/darkroom/port.ts';
import { type ChildLike, createDarkroomClient } from '../../electron/darkroom/process/client.ts';

/** Loading its code and the model takes seconds and memory: its processes start with the first job. */
export function darkroomOnFirstUse(environment: NodeJS.ProcessEnv, log: (line: string) => void): WholeDarkroom {
  const { BACKLOT_TOKEN: _token, DATABASE_URL: _database, ...env } = environment;
  const forked = (entry: 'worker' | 'glance') => (): ChildLike => {
    const file = fileURLToPath(new URL(`../../electron/darkroom/${entry}.ts`, import.meta.url));
    const child = fork(file, { env, serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', (line) => log(`darkroom: ${line}`));
    return childOf(child);
  };
  return createDarkroomClient({ spawn: forked('worker'), spawnGlance: forked('glance'), log });
}

function childOf(child: ChildProcess): ChildLike {
  return {
    // A process that is gone says so by its exit; what was to be told it is lost with it.
    postMessage: (message) => void (child.connected && child.send(Object(message), () => undefined)),
    // One of the two events of ChildLike; Node's types know each by itself.
    on: (event: 'message' | 'exit', listener: (value: never) => void) => child.on(event, listener as (value: unknown) => void),
    kill: () => child.kill('SIGKILL'),
  };
}
