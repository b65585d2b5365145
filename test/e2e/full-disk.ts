/** A disk without room below a folder: a tiny one mounted over it where this user may mount, else the folder is closed for writing. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';

export interface FullDisk {
  /** What a result that finds no room is refused with. */
  readonly code: string;
  readonly says: string;
  /** There is room again, and what lay there before is back. */
  free(): void;
}

export function fillDisk(folder: string): FullDisk {
  mkdirSync(folder, { recursive: true });
  let full = true;
  const freeing = (release: () => void) => () => {
    if (full) release();
    full = false;
  };
  const disk = mounted(folder)
    ? { code: 'disk_full', says: 'The disk is full', free: freeing(() => void execFileSync('umount', ['--lazy', folder])) }
    : { code: 'permission_denied', says: 'Change its permissions', free: freeing(() => chmodSync(folder, 0o755)) };
  onTestFinished(disk.free);
  return disk;
}

function mounted(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    chmodSync(folder, 0o555);
    return false;
  }
}
