/** The studio's log: one line per event in `<data>/logs/backlot.log`, the previous megabyte beside it. Holds no token and no picture. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MAX_BYTES = 1_000_000;

/** Where the studio notes what happened. Writing never fails; a file that grew past a megabyte is renamed when it is opened. */
export class Log {
  readonly path: string;
  readonly #now: () => Date;
  #faults = 0;

  /** Begins a new file when the last one is full. */
  constructor(folder: string, now: () => Date) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, 'backlot.log');
    this.#now = now;
    if ((statSync(this.path, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(this.path, `${this.path}.1`);
  }

  line(where: string, text: string): void {
    // A full disk must not take the studio down: the log is the one thing that may be lost.
    try {
      appendFileSync(this.path, `${this.#now().toISOString()} ${where}: ${text.replaceAll('\n', '\n    ')}\n`);
    } catch {}
  }

  /** Writes the exception under a short reference and answers the reference. */
  fault(where: string, fault: unknown): string {
    this.#faults += 1;
    const reference = `${this.#now().getTime().toString(36)}-${this.#faults}`.toUpperCase();
    this.line(where, `[${reference}] ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`);
    return reference;
  }
}
