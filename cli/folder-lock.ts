/** One command at a time on a folder. */
import { type FileLock, tryLock } from '../electron/storage/file-lock.ts';
import type { Session } from './command.ts';
import { CommandFailed, EXIT, failure } from './outcome.ts';

const PATIENCE_MS = 30_000;
/** How often it is looked whether the command before has ended; the lock is SQLite's and tells nobody. */
const LOOK_EVERY_MS = 200;

/** For something short, without letting anything else run meanwhile. Throws when another command has it for more than half a minute. */
export function lockFolder(folder: string): FileLock {
  const lock = tryLock(folder, PATIENCE_MS);
  if (lock !== null) return lock;
  throw failure(
    'folder_in_use',
    'Another backlot command is working in this data folder. Nothing was begun or charged. Wait until it has ended.',
  );
}

/**
 * For work that may be long: it waits its turn behind the command that works there, however long that takes, and says so. Throws when
 * it is interrupted meanwhile; then nothing was begun.
 */
export async function waitTurn({ screen, interrupted }: Pick<Session, 'screen' | 'interrupted'>, folder: string): Promise<FileLock> {
  let isSaid = false;
  for (;;) {
    if (interrupted.aborted) throw interruptedBefore;
    const lock = tryLock(folder);
    if (lock !== null) return lock;
    if (!isSaid)
      screen.note(
        'Another backlot command is working in this data folder. This one waits its turn; it holds and charges nothing meanwhile.',
      );
    isSaid = true;
    await pause(interrupted);
  }
}

const interruptedBefore = new CommandFailed(EXIT.interrupted, {
  code: 'cancelled',
  message: 'Cancelled while it waited its turn. Nothing was begun or charged by this command.',
});

function pause(interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      interrupted.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, LOOK_EVERY_MS);
    interrupted.addEventListener('abort', end);
  });
}
