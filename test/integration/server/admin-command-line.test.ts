/** `npm run admin`: the administrators' command line against a real server. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../server/admin/command-line.ts');
let server: RunningServer;
let account: Account;

beforeAll(async () => {
  server = await startServer();
  account = await server.account({ email: 'someone@example.com' });
});
afterAll(() => server.stop());

const admin = (
  words: readonly string[],
  env: Record<string, string> = { BACKLOT_SERVER_URL: server.url, BACKLOT_ADMIN_TOKEN: server.admin.token },
): Promise<{ code: number; out: Json; said: string }> =>
  new Promise((done) => {
    const { PATH = '' } = process.env;
    const child = execFile(process.execPath, [PROGRAM, ...words], { env: { PATH, ...env } }, (_error, out, said) =>
      done({ code: child.exitCode ?? -1, out: out.startsWith('{') || out.startsWith('[') ? JSON.parse(out) : out, said }),
    );
  });

test('finds, shows, grants once, adjusts, and reads the log', async () => {
  expect((await admin(['find', 'someone@'])).out.accounts[0].accountId).toBe(account.accountId);
  const grant = ['grant', account.accountId, 'purchased', '12', 'promised', '--op-id', opId()];
  expect((await admin(grant)).code).toBe(0);
  expect((await admin(grant)).code).toBe(0);
  expect((await admin(['adjust', account.accountId, 'take', 'purchased', '2', 'too much'])).code).toBe(0);
  expect((await admin(['show', account.accountId])).out.wallet.available).toBe('10');
  const { out } = await admin(['audit', account.accountId]);
  expect(out.acts.map((act: Json) => act.action)).toEqual(['adjustment', 'grant', 'account.open']);
});

test('a refusal ends with 1 and says why; a role with its token is made and ended', async () => {
  const refused = await admin(['adjust', account.accountId, 'take', 'purchased', '1000', 'x']);
  expect([refused.code, refused.out.code]).toEqual([1, 'invalid_amount']);
  const { out } = await admin(['staff-add', 'Sam', 'read-only']);
  const asSam = { BACKLOT_SERVER_URL: server.url, BACKLOT_ADMIN_TOKEN: out.token };
  expect((await admin(['grant', account.accountId, 'purchased', '1', 'x'], asSam)).out.code).toBe('forbidden');
  expect((await admin(['staff-revoke', out.member.id])).code).toBe(0);
  expect((await admin(['policies'], asSam)).out.code).toBe('unauthorized');
});

test.each([[['dance']], [['grant', 'acc_1']], [['find', '--loud']]])('%j is not understood', async (words) => {
  expect((await admin(words)).code).toBe(2);
});

test('a server that is not there: the operation id to go on with is said, the token is not', async () => {
  const gone = { BACKLOT_SERVER_URL: 'http://127.0.0.1:1', BACKLOT_ADMIN_TOKEN: 'blt_nobody-may-read-this' };
  const { code, said } = await admin(['grant', 'acc_1', 'purchased', '1', 'x'], gone);
  expect([code, /--op-id [0-9a-f-]{36}/.test(said), said.includes('blt_')]).toEqual([3, true, false]);
});
