/** Where the set-up puts the models (scripts/setup/places.mjs says the same for Node 20). */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** `BACKLOT_CACHE` moves it. */
export function modelFolder(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  return join(cacheFolder(environment, platform), 'models');
}

/** What may be deleted at any time, and is brought back. `BACKLOT_CACHE` moves it. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  const chosen = environment['BACKLOT_CACHE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Backlot', 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Backlot');
  const named = environment['XDG_CACHE_HOME'];
  // The XDG base directory specification has an empty or a relative path ignored.
  return join(named !== undefined && isAbsolute(named) ? named : join(homedir(), '.cache'), 'backlot');
}
