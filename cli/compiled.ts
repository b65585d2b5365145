/** What Node compiled of the command line is kept, so that the next command starts in about half the time. */
import { existsSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../electron/darkroom/matte/model-folder.ts';

/**
 * Before anything large is loaded. Also for what the command starts: its credit server and its darkroom. Where the folder cannot be
 * made everything works as without it; `NODE_DISABLE_COMPILE_CACHE` turns it off, `NODE_COMPILE_CACHE` names another folder.
 */
export function keepCompiled(environment: NodeJS.ProcessEnv = process.env): void {
  const folder = environment['NODE_COMPILE_CACHE'] || join(cacheFolder(environment), 'compiled');
  try {
    make(folder);
  } catch {
    return;
  }
  enableCompileCache(folder);
  environment['NODE_COMPILE_CACHE'] = folder;
}

/** Level by level: Node's own way down never ends where a file system says of a new folder that its parent is missing (/proc, autofs). */
function make(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) make(dirname(folder));
  mkdirSync(folder);
}
