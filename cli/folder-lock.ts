/** One command at a time on a folder. */
import { type FileLock, tryLock } from '../electron/storage/file-lock.ts';
import { failure } from './outcome.ts';

const patienceMs = 30_000;

/** `wait`: for up to half a minute; `now`: not at all. Throws when another command has it for longer. */
export function lockFolder(folder: string, how: 'wait' | 'now'): FileLock {
  const lock = tryLock(folder, how === 'wait' ? patienceMs : 0);
  if (lock !== null) return lock;
  throw failure('busy', 'Another backlot command is working in this data folder. Nothing was begun or charged. Wait until it has ended.');
}
