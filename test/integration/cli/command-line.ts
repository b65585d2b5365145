/** The command line as a shell starts it: a process of its own, with its words, its environment and its exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { root } from '../../../scripts/setup/places.mjs';
import { type StandIn, standInModel } from '../../stand-in-model.ts';
import type { Account, RunningServer } from '../server/running-server.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

// Never called: it tells `npm test -- --changed`, which follows imports, what a started command stands on.
void (() => import('../../../cli/main.ts'));
export const backlotScript = join(root, 'cli/backlot.mjs');

let quick: StandIn | null = null;
afterAll(() => {
  if (quick !== null) rmSync(quick.BACKLOT_CACHE, { recursive: true, force: true });
});

/** What the command line reads of the environment, for this account and data folder, with the stand-in for the model. */
export function environmentFor(server: Pick<RunningServer, 'url'>, account: Pick<Account, 'token'>, data: string): NodeJS.ProcessEnv {
  quick ??= standInModel();
  return { ...process.env, ...quick, BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: account.token, BACKLOT_DATA: data };
}

/** The same with this machine's own model: for pictures that are looked at, and for what has to last until a signal hits it. */
export const realNetwork = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  BACKLOT_CACHE: process.env['BACKLOT_CACHE'],
  BACKLOT_MODEL_SOURCE: process.env['BACKLOT_MODEL_SOURCE'],
});

/** A command that runs. */
export interface Started {
  readonly ended: Promise<Ended>;
  /** Does something as soon as standard error has said that; answers how the command ended. */
  said(words: string, then: (child: ChildProcess) => void): Promise<Ended>;
}

/** Starts it; `ended` resolves when it has, whatever its exit code. */
export function started(env: NodeJS.ProcessEnv, ...args: string[]): Started {
  const child = spawn(process.execPath, [backlotScript, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  let look = (): void => undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    look();
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  return {
    ended,
    said(words, then) {
      look = () => {
        if (!err.includes(words)) return;
        look = () => undefined;
        then(child);
      };
      look();
      return ended;
    },
  };
}

/** Runs it to its end. */
export const backlot = (env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> => started(env, ...args).ended;
