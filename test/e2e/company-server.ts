/** A company's credit server for tests: the real `server/main.ts` on its own database, with a clock that the test sets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../scripts/driving/launch.ts';
import { accountAnswer } from '../../shared/api/admin.ts';
import { makeDatabase } from '../cluster/databases.ts';

export interface Account {
  readonly accountId: string;
  readonly token: string;
}

export interface AccountWish {
  readonly policy?: string;
  readonly plan?: string;
  readonly slots?: number;
  readonly interval?: 'month' | 'year';
  /** Germany unless another is named. */
  readonly country?: string;
  /** What it may owe, with tax; the policy's default unless it is named. */
  readonly onAccount?: { readonly limit: string };
}

export interface CompanyServer {
  readonly url: string;
  /** Any call with the administrator's token; throws unless it succeeds. */
  admin(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
  /** Any call as an account. */
  as(account: Account, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown>;
  /** Under the background studio unless another policy is named. */
  openAccount(wanted?: AccountWish): Promise<Account>;
  /** Grants so many purchased credits. */
  grant(account: Account, credits: number): Promise<void>;
  /** Sets the test clock. */
  setClock(now: number): Promise<void>;
  /** An account without a plan and exactly so many credits. */
  openAccountWith(credits: number): Promise<Account>;
  stop(): Promise<void>;
}

async function request(url: string, token: string, method: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

function readyLine(child: ChildProcess): Promise<{ readonly url: string; readonly adminToken: string }> {
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.once('exit', (code) => reject(new Error(`The server left with code ${code ?? 'none'}: ${errors.slice(-2000)}`)));
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{') && line.includes('"adminToken"')) resolve(JSON.parse(line));
    });
  });
}

/** `more`: added to its environment (payment providers). */
export async function startCompanyServer(folder: string, more: Readonly<Record<string, string>> = {}): Promise<CompanyServer> {
  const { DATABASE_URL: _database, ...inherited } = process.env;
  const databaseUrl = await makeDatabase(folder);
  const env = { ...inherited, ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }), ...more };
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'server', 'main.ts'), '--port', '0', '--data', folder, '--policy', 'background-studio', '--test-clock'],
    { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'], env },
  );
  const { url, adminToken } = await readyLine(child);
  const admin: CompanyServer['admin'] = (method, path, body) => request(url, adminToken, method, path, body);
  const openAccount: CompanyServer['openAccount'] = async (wanted = { plan: 'professional-plus', slots: 50 }) =>
    accountAnswer
      .required({ token: true })
      .parse(
        await admin('POST', '/v1/admin/accounts', { policy: 'background-studio', timeZone: 'Europe/Berlin', country: 'DE', ...wanted }),
      );
  let operations = 0;
  const grant: CompanyServer['grant'] = async ({ accountId }, credits) => {
    operations += 1;
    const opId = `0000000000000000${String(operations).padStart(10, '0')}`;
    const wanted = { opId, bucket: 'purchased', amount: String(credits), reason: 'test' };
    await admin('POST', `/v1/admin/accounts/${accountId}/grants`, wanted);
  };
  return {
    url,
    admin,
    openAccount,
    grant,
    async setClock(now) {
      await admin('POST', '/v1/admin/clock', { now: new Date(now).toISOString() });
    },
    as: (account, method, path, body) => request(url, account.token, method, path, body),
    async openAccountWith(credits) {
      const account = await openAccount({ plan: 'basic' });
      if (credits > 0) await grant(account, credits);
      return account;
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}
