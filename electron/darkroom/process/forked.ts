/** The darkroom's workers as children of Node, run from source: how the command line and the tests have them. The app forks what they were built to. */
import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildLike } from './client.ts';

/**
 * What one of the darkroom's processes has in its environment: what it is told about the one before it, and that its threads share two
 * of the C library's heaps. With one for each thread, buffers that are done with stay apart and add up to 200 MB.
 */
export const workerEnvironment = (afterCrash = false): NodeJS.ProcessEnv => ({
  MALLOC_ARENA_MAX: '2',
  ...(afterCrash ? { BACKLOT_DARKROOM_CRASHED: '1' } : {}),
});

/** The darkroom's processes: `worker.ts` does the jobs, `preview-worker.ts` draws previews, `gpu-worker.ts` asks the graphics processor. */
export type WorkerName = 'worker' | 'preview-worker' | 'gpu-worker';

/** Starts one of them. */
export const forkWorker = (name: WorkerName, options: ForkOptions = {}): ChildProcess =>
  fork(fileURLToPath(new URL(`${name}.ts`, import.meta.url)), {
    ...options,
    env: { ...workerEnvironment(), ...(options.env ?? process.env) },
    serialization: 'advanced',
  });

/** What the client of the darkroom needs of such a child. */
export function childOf(child: ChildProcess): ChildLike {
  return {
    // A process that is gone says so by its exit; what was to be told it is lost with it.
    postMessage: (message) => void (child.connected && child.send(Object(message), () => undefined)),
    // One of the two events of ChildLike; Node's types know each by itself.
    on: (event: 'message' | 'exit', listener: (...values: never[]) => void) => child.on(event, listener as (...values: unknown[]) => void),
    kill: () => child.kill('SIGKILL'),
  };
}
