/** Writing a finished picture so that it is on the disk when we say so, and leaving nothing behind when it is not. */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { DarkroomError, writeProblem } from '../problems.ts';

/**
 * Creates `path` (which must not exist yet, or is replaced), writes its pieces one behind the other, and fsyncs it.
 * @returns hex sha256 of the content
 * @throws DarkroomError after the partial file was removed
 */
export async function writeDurably(path: string, pieces: readonly Uint8Array[]): Promise<string> {
  let created = false;
  try {
    const file = await open(path, 'w');
    created = true;
    try {
      for (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    const hash = createHash('sha256');
    for (const piece of pieces) hash.update(piece);
    return hash.digest('hex');
  } catch (error) {
    if (created) await rm(path, { force: true }).catch(() => undefined);
    throw new DarkroomError(writeProblem(error, path), error);
  }
}

/** How many bytes the pieces of a file are together. */
export const bytesOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0);

let written = 0;

/** For caches: complete under its name or not there at all. Not fsynced: what is lost can be made again. */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  // Two jobs may make the same thing at the same time: each writes its own file, the later rename wins.
  const temporary = `${path}.${process.pid}-${++written}.part`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new DarkroomError(writeProblem(error, path), error);
  }
}
