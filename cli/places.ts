/** Where the studio keeps its things; the same folder as the app's, so that both speak of one account. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AccountId } from '../shared/credits/model/quantities.ts';

/** `BACKLOT_DATA`, else what Electron calls userData. */
export function dataFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const chosen = environment['BACKLOT_DATA'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  if (platform === 'win32') return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Backlot');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Backlot');
  return join(environment['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'Backlot');
}

/** The command line's own copies: the app may be open on the others at the same time. */
export const ownFolder = (data: string): string => join(data, 'command-line');
/** Its library, results and unfinished work, apart for each account: one never pays for the other's. */
export const accountFolder = (data: string, accountId: AccountId): string =>
  join(ownFolder(data), accountId.replaceAll(/[^0-9A-Za-z_-]/g, '_'));
