/** The command line as a shell starts it: a process of its own, with its words, its environment and its exit code. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../../scripts/setup/places.mjs';
import type { Account, RunningServer } from '../server/running-server.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

// Never called: it tells `npm test -- --changed`, which follows imports, what a started command stands on.
void (() => import('../../../cli/main.ts'));
export const backlotScript = join(root, 'cli/backlot.mjs');

/** What the command line reads of the environment, for this account and data folder. */
export const environmentFor = (server: Pick<RunningServer, 'url'>, account: Pick<Account, 'token'>, data: string): NodeJS.ProcessEnv => ({
  ...process.env,
  BACKLOT_SERVER_URL: server.url,
  BACKLOT_TOKEN: account.token,
  BACKLOT_DATA: data,
});

export function backlot(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [backlotScript, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}
