/**
 * A file that lies there while the eight-bit network is at work. One whose process is gone says what that process died of doing; it
 * counts only together with the word of whoever started it that it crashed, and was not ended.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^\.int8-at-work-(\d+)$/;

/** The mark of this process, and the marks that others left. Never throws. */
export class RunMark {
  readonly #folder: string;
  readonly #path: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, `.int8-at-work-${process.pid}`);
  }

  /** Synchronous, and so there before what might end this process. A folder that cannot be written to has none. */
  begin(): void {
    try {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(this.#path, '');
    } catch {
      // Then a crash is not told from any other.
    }
  }

  end(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // It goes the next time.
    }
  }

  /** Whether a process left one behind. Takes away what was left. */
  wasLeft(): boolean {
    let found = false;
    try {
      for (const name of readdirSync(this.#folder)) {
        const pid = NAME.exec(name)?.[1];
        if (pid === undefined || isRunning(Number(pid))) continue;
        rmSync(join(this.#folder, name), { force: true });
        found = true;
      }
    } catch {
      return found;
    }
    return found;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
