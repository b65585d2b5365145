/** The command line, with its words, its environment and its exit code: inside the test's own process, or as a shell starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll } from 'vitest';
import { type Host, STOP_SIGNALS } from '../../../cli/host.ts';
import { main } from '../../../cli/main.ts';
import { root } from '../../../scripts/setup/places.mjs';
import { type StandIn, standInModel } from '../../stand-in-model.ts';
import type { Account, RunningServer } from '../server/running-server.ts';
import { machineBetween } from '../wallet/machine-between.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

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

/** The same with this machine's own model, whose seconds are what a signal has to hit. */
export const realNetwork = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  BACKLOT_CACHE: process.env['BACKLOT_CACHE'],
  BACKLOT_MODEL_SOURCE: process.env['BACKLOT_MODEL_SOURCE'],
});

/** A standard stream whose other end, a pipe or a terminal, keeps what comes. */
class Kept extends Writable {
  text = '';
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    this.emit('came');
    done();
  }
}

/** Stands for the process of one command. The test sends it signals by `emit`, and types into `stdin` where that is a terminal. */
class TestHost extends EventEmitter implements Host {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: PassThrough & { readonly isTTY: boolean };
  /** A pipe, so that nothing of it is dressed. */
  readonly stdout = new Kept(false);
  readonly stderr: Kept;
  readonly #gone = Promise.withResolvers<number>();

  constructor(env: NodeJS.ProcessEnv, atTerminal = false) {
    super();
    this.env = env;
    this.stdin = Object.assign(new PassThrough(), { isTTY: atTerminal });
    this.stderr = new Kept(atTerminal);
    if (!atTerminal) this.stdin.end();
  }

  exit(code: number): void {
    this.#gone.resolve(code);
  }

  /** The command from its arguments to its end; what it opened on this host has to be closed by then. */
  async run(args: readonly string[]): Promise<Ended> {
    const code = await Promise.race([main(args, this), this.#gone.promise]);
    for (const signal of STOP_SIGNALS) if (this.listenerCount(signal) > 0) throw new Error(`${args[0]} still listens to ${signal}`);
    return { code, out: this.stdout.text, err: this.stderr.text };
  }

  /** Does it once standard error has said that. */
  whenSaid(words: string, then: () => void): void {
    const look = (): void => {
      if (!this.stderr.text.includes(words)) return;
      this.stderr.off('came', look);
      then();
    };
    this.stderr.on('came', look);
  }
}

/** Runs it to its end, in this process. */
export const backlot = (env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> => new TestHost(env).run(args);

/** Runs it in this process, does something as soon as standard error has said that, and answers how it ended. */
export function backlotUntil(words: string, then: (host: EventEmitter) => void, env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const host = new TestHost(env);
  host.whenSaid(words, () => then(host));
  return host.run(args);
}

/** Runs it in this process with a person at the terminal, who answers its one question with this line. */
export function backlotAnswered(line: string, env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const host = new TestHost(env, true);
  host.whenSaid('[y/N]', () => host.stdin.write(`${line}\n`));
  return host.run(args);
}

/** A command in a process of its own. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts it as a shell does: for what only a process shows, which is being killed, a reader that leaves, two at once, and the way in. */
export function started(env: NodeJS.ProcessEnv, ...args: string[]): Started {
  const child = spawn(process.execPath, [backlotScript, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return { child, ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err }))) };
}

/** Once the server knows of what `look` waits for: it is asked again whenever the account's ledger moves. */
export async function ledgerShows(account: Account, look: () => Promise<boolean>): Promise<void> {
  const stop = new AbortController();
  for await (const _ of await account.stream(stop.signal)) if (await look()) break;
  stop.abort();
}

/** How many entries of this kind the server's ledger has. */
export const entriesOf = async (account: Account, kind: 'held' | 'settled'): Promise<number> =>
  (await account.get('/v1/ledger?limit=1000')).body.entries.filter((entry: { kind: string }) => entry.kind === kind).length;

/**
 * Starts it in a process of its own and kills it in the middle of its paid work: when credit is held and so many operations are settled.
 * No settlement after them gets through, however fast the work is.
 */
export async function killedAfter(
  settlements: number,
  { server, account, env }: { readonly server: RunningServer; readonly account: Account; readonly env: NodeJS.ProcessEnv },
  ...args: string[]
): Promise<void> {
  const machine = await machineBetween(server.url);
  let left = settlements;
  machine.rule = (_method, url) => (url.endsWith('/settle') && left-- <= 0 ? 'say nothing' : 'pass');
  const { child, ended } = started({ ...env, BACKLOT_SERVER_URL: machine.url }, ...args);
  await ledgerShows(account, async () => (await entriesOf(account, 'held')) > 0 && (await entriesOf(account, 'settled')) === settlements);
  child.kill('SIGKILL');
  await ended;
  await machine.close();
}
