/** The studio's log: one line per event in `<data>/logs/backlot.log`, the previous megabyte beside it. Holds no token and no picture. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Log {
  line(where: string, text: string): void;
  /** Writes the exception under a short reference and answers the reference. */
  fault(where: string, fault: unknown): string;
  readonly path: string;
}

const maxBytes = 1_000_000;

export function openLog(folder: string, now: () => Date): Log {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'backlot.log');
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(path, `${path}.1`);
  let count = 0;
  const line = (where: string, text: string): void => {
    // A full disk must not take the studio down: the log is the one thing that may be lost.
    try {
      appendFileSync(path, `${now().toISOString()} ${where}: ${text.replaceAll('\n', '\n    ')}\n`);
    } catch {}
  };
  return {
    path,
    line,
    fault(where, fault) {
      count += 1;
      const reference = `${now().getTime().toString(36)}-${count}`.toUpperCase();
      line(where, `[${reference}] ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`);
      return reference;
    },
  };
}
