/** Writing one result to a file: whole under its own name, or not at all. */
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemCode } from '../electron/darkroom/problems.ts';
import { problemOf, whyNotPlaced } from '../electron/library/problems.ts';
import { failedBy, usageError } from './outcome.ts';

/** Before anything is ordered. Throws when something is there already. */
export function freeName(path: string): string {
  const target = resolve(path);
  if (existsSync(target)) throw usageError(`${path} is there already and is not overwritten. Nothing was charged. Choose another name.`);
  return target;
}

/** @param pieces in order; strings are UTF-8 */
export async function saveFile(target: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  const temporary = `${target}.${process.pid}.part`;
  try {
    await mkdir(dirname(target), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      for (const piece of pieces) await file.write(typeof piece === 'string' ? Buffer.from(piece) : piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const message = `${target} could not be saved: ${whyNotPlaced(systemCode(error))}.`;
    throw failedBy({ code: problemOf(error, target).code, message });
  }
}
