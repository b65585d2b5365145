/** The real server, started as `npm run server` starts it, on a database of its own; its data folder is a temporary one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { databaseUrlOf, dropDatabase, makeDatabase } from '../../cluster/databases.ts';

export const opId = (): string => randomUUID();

/** The body is read as each test expects it: what the contract promises is checked by the test itself. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads members of unknown JSON and fails where they are not.
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

export interface Client {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** GET /v1/ledger/stream, which says at once where the ledger stands and then wakes. */
  stream(signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  readonly token: string;
}

export interface Account extends Client {
  readonly accountId: string;
}

export interface RunningServer {
  readonly url: string;
  readonly folder: string;
  readonly pid: number;
  readonly admin: Client;
  as(token: string): Client;
  /** Everything on its standard output and error so far. */
  said(): string;
  /** A new account; `credits` are granted into `bucket`. */
  account(request?: Record<string, unknown>): Promise<Account>;
  grant(accountId: string, bucket: string, amount: string, expiresAt?: string): Promise<Json>;
  clock(now: string): Promise<void>;
  sweep(): Promise<Json>;
  /** SIGKILL, as a crash is. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly folder?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly policy?: string;
  /** Leaves the folder and its database there when it stops. */
  readonly keep?: boolean;
  /** On a PostgreSQL of its own in the folder: for tests of that, and of what is on the disk after a crash. */
  readonly embedded?: boolean;
}

// Never called: it tells `npm test -- --changed`, which follows imports, what a started server stands on.
void (() => import('../../../server/main.ts'));
const MAIN = resolve(import.meta.dirname, '../../../server/main.ts');

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-server-'));
  // Where PostgreSQL runs as another account, it has to get in.
  chmodSync(folder, 0o755);
  return folder;
}

export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const folder = options.folder ?? temporaryFolder();
  const args = [
    '--port',
    '0',
    '--data',
    folder,
    '--policy',
    options.policy ?? 'background-studio',
    ...(options.args ?? ['--test-clock', '--launch', '2026-01-01T00:00:00Z']),
  ];
  const brought = options.embedded || options.env?.['DATABASE_URL'] !== undefined;
  const databaseUrl = brought ? undefined : await makeDatabase(folder);
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...environment(databaseUrl), NODE_ENV: 'test', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  const { url, adminToken } = await ready(child);
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const as = (token: string): Client => client(url, token);
  const admin = as(adminToken);
  const ok = async (call: Promise<Answer>): Promise<Json> => {
    const { status, body } = await call;
    if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  };
  return {
    url,
    folder,
    pid: child.pid ?? 0,
    admin,
    as,
    said: () => said,
    async account(request = {}) {
      const { accountId, token } = await ok(
        admin.post('/v1/admin/accounts', { policy: options.policy ?? 'background-studio', ...request }),
      );
      return { accountId, ...as(token) };
    },
    grant: (accountId, bucket, amount, expiresAt) =>
      ok(
        admin.post(`/v1/admin/accounts/${accountId}/grants`, {
          opId: opId(),
          bucket,
          amount,
          reason: 'test',
          ...(expiresAt === undefined ? {} : { expiresAt }),
        }),
      ),
    clock: async (now) => {
      await ok(admin.post('/v1/admin/clock', { now }));
    },
    sweep: () => ok(admin.post('/v1/admin/sweep')),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      if (options.keep) return;
      await dropDatabase(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function environment(databaseUrl: string | undefined): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, ...env } = process.env;
  return databaseUrl === undefined ? env : { ...env, DATABASE_URL: databaseUrl };
}

function ready(child: ChildProcess): Promise<{ url: string; adminToken: string }> {
  return new Promise((done, fail) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('exit', (code) => fail(new Error(`The server ended with ${code}: ${said}`)));
    if (child.stdout) createInterface({ input: child.stdout }).once('line', (line) => done(JSON.parse(line)));
  });
}

/**
 * Waits for a generation: looks again whenever the account's stream wakes. A server that draws may be too busy to open a stream within a
 * request's time and says so; it is asked for another then, as every client does.
 */
export async function finished(account: Client, id: string): Promise<Json> {
  for (;;) {
    const aborting = new AbortController();
    try {
      for await (const _ of await account.stream(aborting.signal)) {
        const { body } = await account.get(`/v1/generations/${id}`);
        if (body.status === 'done' || body.status === 'failed') return body;
      }
    } catch (error) {
      if (!(error instanceof NoStream) || error.status !== 503) throw error;
    } finally {
      aborting.abort();
    }
  }
}

/** What was asked for as a stream was answered by something else. */
class NoStream extends Error {
  readonly status: number;

  constructor(status: number, body: string) {
    super(`There is no stream: ${status} ${body}`);
    this.status = status;
  }
}

/** How a start that must fail ends: its exit code and what it said. */
export function failingStart(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; said: string }> {
  const folder = args[args.indexOf('--data') + 1];
  const databaseUrl = folder === undefined ? undefined : databaseUrlOf(folder);
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...environment(databaseUrl), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((done) => child.once('close', (code) => done({ code, said })));
}

function client(url: string, token: string): Client {
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const type = response.headers.get('content-type') ?? '';
    const content = type.includes('json') ? await response.json() : Buffer.from(await response.arrayBuffer());
    return { status: response.status, body: content, headers: response.headers };
  };
  const stream = async (signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> => {
    const response = await fetch(new URL('/v1/ledger/stream', url), { headers: { authorization: `Bearer ${token}` }, signal });
    if (response.status !== 200 || !response.body) throw new NoStream(response.status, await response.text());
    return response.body;
  };
  return {
    token,
    stream,
    call,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
  };
}

/** A photo applied and paid by this account: the operation's id. */
export async function applied(account: Client, photo = 'IMG_1'): Promise<string> {
  const id = opId();
  const operation = { opId: id, kind: 'apply', photo, recipe: { background: 'paper' } };
  for (const [path, body] of [
    ['/v1/operations', { operations: [operation] }],
    [`/v1/operations/${id}/settle`, {}],
  ] as const) {
    const { status, body: said } = await account.post(path, body);
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(said)}`);
  }
  return id;
}
