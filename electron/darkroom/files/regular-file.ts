/**
 * Opening a file that somebody named. A pipe, a device or a socket is waited for without end, and every such wait holds one of the few
 * threads that read files; so a path is opened without waiting, and looked at before anything is read from it.
 */
import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Not a file with content of its own: a folder, a pipe, a device, a socket. */
export class NotRegularFile extends Error {
  constructor() {
    super('not a regular file');
    this.name = 'NotRegularFile';
  }
}

/** Windows knows no such flag, and has no files that need it. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

/**
 * Reads from a regular file; the handle is closed afterwards.
 *
 * @throws NotRegularFile before anything is read; the file system's own errors
 */
export async function readRegularFile<T>(path: string, read: (file: FileHandle, facts: Stats) => Promise<T>): Promise<T> {
  const file = await open(path, constants.O_RDONLY | WITHOUT_WAITING);
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new NotRegularFile();
    return await read(file, facts);
  } finally {
    await file.close();
  }
}

/** Hex SHA-256 of the file's content: the key under which everything made from it is kept. Throws as readRegularFile does. */
export async function contentFingerprint(path: string): Promise<string> {
  return readRegularFile(path, fingerprintOf);
}

/** The same of a file that is open already. */
export async function fingerprintOf(file: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20, autoClose: false })) hash.update(chunk);
  return hash.digest('hex');
}
