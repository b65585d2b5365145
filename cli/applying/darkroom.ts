/**
 * The darkroom of the command line, in processes of its own as the app has it: a job that gets nowhere can be ended by name, and what
 * a decoder prints never gets between the lines of a document on standard output.
 */
import { createInterface } from 'node:readline';
import type { WholeDarkroom } from '../../electron/darkroom/port.ts';
import { type ChildLike, DarkroomClient } from '../../electron/darkroom/process/client.ts';
import { childOf, forkWorker, type WorkerName, workerEnvironment } from '../../electron/darkroom/process/forked.ts';

/** Loading its code and the model takes seconds and memory: its processes start with the first job. */
export function darkroomOnFirstUse(environment: NodeJS.ProcessEnv, log: (line: string) => void): WholeDarkroom {
  const { BACKLOT_TOKEN: _token, DATABASE_URL: _database, ...env } = environment;
  const forked =
    (name: WorkerName) =>
    (afterCrash?: boolean): ChildLike => {
      const child = forkWorker(name, { env: { ...env, ...workerEnvironment(afterCrash) }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
      for (const stream of [child.stdout, child.stderr])
        if (stream) createInterface({ input: stream }).on('line', (line) => log(`darkroom: ${line}`));
      return childOf(child);
    };
  return new DarkroomClient({
    spawn: forked('worker'),
    spawnPreview: forked('preview-worker'),
    spawnGpu: forked('gpu-worker'),
    log,
  });
}
