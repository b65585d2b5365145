/** `npm run admin`: the administrators' command line against a real server. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administer } from '../../../server/admin/administer.ts';
import { type Account, applied, type Json, opId, type RunningServer, startServer } from './running-server.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../server/admin/command-line.ts');
let server: RunningServer;
let account: Account;

beforeAll(async () => {
  server = await startServer();
  account = await server.account({ email: 'someone@example.com' });
});
afterAll(() => server.stop());

interface Ended {
  readonly code: number;
  readonly out: Json;
  readonly said: string;
}
const owner = () => ({ BACKLOT_SERVER_URL: server.url, BACKLOT_ADMIN_TOKEN: server.admin.token });
const read = (out: string): Json => (out.startsWith('{') || out.startsWith('[') ? JSON.parse(out) : out);

/** In this process; nothing of its environment is read but what is given. */
async function admin(words: readonly string[], env: Record<string, string> = owner()): Promise<Ended> {
  const [log, error]: [string[], string[]] = [[], []];
  const code = await administer(words, env, { log: (line) => log.push(line), error: (line) => error.push(line) });
  return { code, out: read(log.join('\n')), said: error.join('\n') };
}

/** As a terminal starts it. */
const started = (words: readonly string[]): Promise<Ended> =>
  new Promise((done) => {
    const { PATH = '' } = process.env;
    const child = execFile(process.execPath, [PROGRAM, ...words], { env: { PATH, ...owner() } }, (_error, out, said) =>
      done({ code: child.exitCode ?? -1, out: read(out), said }),
    );
  });

test('started from a terminal: the answer on standard output, the exit code, what went wrong on standard error', async () => {
  const found = await started(['find', 'someone@']);
  expect(found).toEqual({ ...(await admin(['find', 'someone@'])), code: 0, said: '' });
  const loud = await started(['find', '--loud']);
  expect(loud).toMatchObject({ code: 2, out: '', said: expect.stringContaining('--loud') });
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

test('changes a plan for what it said beforehand, records a chargeback and its end, refunds, and answers a report', async () => {
  const { accountId } = account;
  const quote = await admin(['plan-quote', accountId, 'subscribe', 'professional', '--interval', 'month']);
  const plan = await admin(['plan', accountId, 'subscribe', 'professional', '--interval', 'month', '--reason', 'asked by phone']);
  expect([plan.code, plan.out.quote.net]).toEqual([0, quote.out.net]);
  const buy = async (): Promise<string> => (await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body.purchase.opId;
  const [first, second] = [await buy(), await buy()];
  expect((await admin(['chargeback', accountId, first, 'the bank took it'])).out.refunded.amount).toBe('10.00');
  expect((await admin(['dispute-won', accountId, first, 'the bank gave it back'])).code).toBe(0);
  expect((await admin(['refund', accountId, second, 'kindness', '--money', '5.00'])).out.refunded).toEqual({
    amount: '5.00',
    currency: 'EUR',
  });
  await account.post('/v1/reports', { opId: opId(), photo: 'a.jpg', resultOpId: await applied(account), note: 'halo' });
  const [report] = (await admin(['reports'])).out;
  const answered = await admin(['answer', report.id, 'corrected', 'Put right.', '--bucket', 'purchased', '--amount', '1']);
  expect(answered.out).toMatchObject({ state: 'corrected', answer: 'Put right.' });
  const { acts } = (await admin(['audit', accountId])).out;
  expect(acts.slice(0, 6).map((act: Json) => [act.action, act.detail.reason ?? act.detail.answer])).toEqual([
    ['report.answer', 'Put right.'],
    ['report.grant-back', expect.anything()],
    ['refund', 'kindness'],
    ['dispute.won', 'the bank gave it back'],
    ['refund', 'the bank took it'],
    ['plan', 'asked by phone'],
  ]);
});

test('a token that was ended is told so, and that nothing was changed', async () => {
  const { out } = await admin(['staff-add', 'Lou', 'support', '--reason', 'new']);
  await admin(['staff-revoke', out.member.id, '--reason', 'left']);
  const late = await admin(['grant', account.accountId, 'purchased', '1', 'x'], {
    BACKLOT_SERVER_URL: server.url,
    BACKLOT_ADMIN_TOKEN: out.token,
  });
  expect([late.code, late.out.code, /ended on .*Nothing was changed/.test(late.out.detail)]).toEqual([1, 'unauthorized', true]);
});

test('tokens of an account and of the first owner are issued, replaced and ended; each is printed once', async () => {
  const { accountId } = account;
  const issue = ['token-issue', accountId, 'Laptop', '--expires', '2099-01-31T00:00:00Z', '--reason', 'new', '--op-id', opId()];
  const made = await admin(issue);
  expect(made.out).toMatchObject({
    token: expect.stringMatching(/^blt_/),
    entry: { label: 'Laptop', expiresAt: '2099-01-31T00:00:00.000Z' },
  });
  expect((await admin(issue)).out).toEqual({ entry: made.out.entry, notice: expect.any(String) });
  const { out } = await admin(['token-replace', accountId, made.out.entry.id]);
  expect([out.entry.label, (await server.as(made.out.token).get('/v1/wallet')).status]).toEqual(['Laptop', 401]);
  expect((await admin(['token-revoke', accountId, out.entry.id])).out.state).toBe('ended');
  expect((await server.as(out.token).get('/v1/wallet')).status).toBe(401);
  expect((await admin(['tokens', accountId])).out.map((one: Json) => one.state)).toEqual(['ended', 'ended', 'works']);
  const another = (await admin(['token-issue', 'owner', 'Safe'])).out;
  expect((await admin(['tokens', 'owner'], { BACKLOT_SERVER_URL: server.url, BACKLOT_ADMIN_TOKEN: another.token })).code).toBe(0);
});

test.each([[['dance']], [['plan', 'acc_1', 'change', '--slots', 'many']], [['grant', 'acc_1']], [['find', '--loud']]])(
  '%j is not understood',
  async (words) => {
    expect((await admin(words)).code).toBe(2);
  },
);

test('a server that is not there: the operation id to go on with is said, the token is not', async () => {
  const gone = { BACKLOT_SERVER_URL: 'http://127.0.0.1:1', BACKLOT_ADMIN_TOKEN: 'blt_nobody-may-read-this' };
  const { code, said } = await admin(['grant', 'acc_1', 'purchased', '1', 'x'], gone);
  expect([code, /--op-id [0-9a-f-]{36}/.test(said), said.includes('blt_')]).toEqual([3, true, false]);
});
