/** The darkroom in a process of its own, as the app and the command line have it, whose memory is read from outside. */
import { readFileSync } from 'node:fs';
import { DarkroomClient } from '../../../electron/darkroom/process/client.ts';
import { childOf, forkWorker } from '../../../electron/darkroom/process/forked.ts';

/** One such process. What the benchmark itself draws and holds does not count. */
export class WatchedDarkroom {
  readonly room: DarkroomClient;
  #pid: number | null = null;

  constructor() {
    const spawn = () => {
      const child = forkWorker('worker', { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      this.#pid = child.pid ?? null;
      return childOf(child);
    };
    this.room = new DarkroomClient({ spawn, spawnPreview: spawn });
  }

  /** Megabytes that it holds now. Null where the system does not say (anything but Linux), or before its first job. */
  held(): number | null {
    return this.#read('VmRSS');
  }

  /** The most that it ever held; null likewise. */
  most(): number | null {
    return this.#read('VmHWM');
  }

  #read(name: 'VmRSS' | 'VmHWM'): number | null {
    if (process.platform !== 'linux' || this.#pid === null) return null;
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${this.#pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : (Number(kilobytes) * 1024) / 1e6;
  }
}
