/** Buying on account: what staff allows, up to what may be open; overdue invoices; a payment that staff notes (ST-15, PG-15, AS-12). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, type Answer, type Client, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let support: Client;

beforeAll(async () => {
  server = await startServer();
  support = server.as((await server.admin.post('/v1/admin/staff', { opId: opId(), name: 'Sam', role: 'support' })).body.token);
});
afterAll(() => server.stop());

const START = '2026-03-02T10:00:00Z';
const dealer = async (more: object = {}): Promise<Account> => {
  await server.clock(START);
  return server.account({ country: 'DE', plan: 'professional-plus', slots: 1, ...more });
};
/** 10.00 and 19% tax. */
const buy = (account: Account, packId = 'pack-50', more: object = {}): Promise<Answer> =>
  account.post('/v1/purchases', { opId: opId(), packId, ...more });
const available = async (account: Account): Promise<number> => Number((await account.get('/v1/wallet')).body.available);
const invoices = async (account: Account): Promise<Json[]> => (await account.get('/v1/invoices')).body;
const standing = async (account: Account): Promise<Json> => (await account.get('/v1/payment')).body.onAccount;
const at = (account: Account, rest: string) => `/v1/admin/accounts/${account.accountId}${rest}`;
const pay = (account: Account, number: string, more: object = {}) =>
  support.post(at(account, `/invoices/${number}/paid`), { opId: opId(), reason: 'bank transfer', ...more });
const allow = (account: Account, more: object) =>
  server.admin.post(at(account, '/on-account'), { opId: opId(), reason: 'agreed', ...more });

describe('a limit of what may be open', () => {
  test('past it: 402 with what is open, the limit and what to do; nothing is written, and the same id may be asked again', async () => {
    const account = await dealer({ onAccount: { limit: '30.00' } });
    expect([(await buy(account)).status, (await buy(account)).status]).toEqual([200, 200]);
    const [credit, bills] = [await available(account), await invoices(account)];
    const third = { opId: opId(), packId: 'pack-50' };
    const { status, body } = await account.post('/v1/purchases', third);
    expect([status, body.code, body.title]).toEqual([402, 'credit_limit_reached', 'Nothing more on account']);
    expect(body).toMatchObject({ open: { amount: '23.80', currency: 'EUR' }, limit: { amount: '30.00' }, amount: { amount: '11.90' } });
    expect(body.detail).toMatch(/€23\.80 of at most €30\.00 are open on account.*Pay open invoices.*Nothing was charged or granted/);
    expect([await available(account), await invoices(account)]).toEqual([credit, bills]);
    expect((await account.get(`/v1/operations/${third.opId}`)).status).toBe(404);
    await pay(account, bills[0].number);
    expect((await account.post('/v1/purchases', third)).status).toBe(200);
    // What was answered is answered again, however much is open by now.
    expect((await account.post('/v1/purchases', third)).status).toBe(200);
    expect((await buy(account)).body.code).toBe('credit_limit_reached');
  });

  test('to the cent: what fills it is sold', async () => {
    const account = await dealer({ onAccount: { limit: '23.80' } });
    expect([(await buy(account)).status, (await buy(account)).status, (await buy(account)).status]).toEqual([200, 200, 402]);
    expect(await standing(account)).toMatchObject({ open: { amount: '23.80' }, left: { amount: '0.00' }, isDefault: false });
  });

  test('many purchases at one moment never pass it', async () => {
    const account = await dealer({ onAccount: { limit: '60.00' } });
    const answers = await Promise.all(Array.from({ length: 24 }, () => buy(account)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 402]));
    expect(await invoices(account)).toHaveLength(5);
    expect(await available(account)).toBe(10 + 5 * 50);
    // Numbers of invoices that were rolled back are given again.
    const other = await dealer();
    const [first, next] = [(await buy(other)).body.invoice.number, (await buy(other)).body.invoice.number];
    expect(Number(next.slice(-6))).toBe(Number(first.slice(-6)) + 1);
  });

  test('by default it is the policy’s, and two hundred packs in a row are not ordinary', async () => {
    const account = await dealer();
    expect(await standing(account)).toMatchObject({ limit: { amount: '2000.00', currency: 'EUR' }, isDefault: true, blocked: null });
    let sold = 0;
    for (let n = 0; n < 200; n += 1) {
      const { status, body } = await buy(account);
      if (status === 200) sold += 1;
      else expect([status, body.code]).toEqual([402, 'credit_limit_reached']);
    }
    expect(sold).toBe(Math.floor(2000 / 11.9));
  });

  test('a balance is not topped up by 10,000.00 for nothing', async () => {
    await server.clock(START);
    const account = await server.account({ policy: 'pay-as-you-go', country: 'DE' });
    const large = await account.post('/v1/purchases', { opId: opId(), amount: '10000.00' });
    expect([large.status, large.body.code]).toEqual([402, 'credit_limit_reached']);
    expect((await account.post('/v1/purchases', { opId: opId(), amount: '20.00' })).status).toBe(200);
    expect((await account.get('/v1/wallet')).body.balance_eur).toMatch(/^20\.5/);
  });

  test('plans are bought within it too; what costs nothing more is always free to choose', async () => {
    await server.clock(START);
    const account = await server.account({ policy: 'generative-suite', country: 'US', onAccount: { limit: '100.00' } });
    const change = (action: string, more: object = {}) => account.post('/v1/subscription', { opId: opId(), action, ...more });
    expect((await change('subscribe', { plan: 'team' })).body.code).toBe('credit_limit_reached');
    expect((await account.get('/v1/subscription')).body.plan).toBe(null);
    expect((await change('subscribe', { plan: 'max' })).status).toBe(200);
    expect((await change('change', { plan: 'team' })).body.code).toBe('credit_limit_reached');
    expect((await change('change', { plan: 'plus' })).status).toBe(200);
    expect((await change('cancel')).status).toBe(200);
    expect(await available(account)).toBe(400);
  });

  test('0: nothing is sold on account, and the ways to pay say so', async () => {
    const account = await dealer({ onAccount: { limit: '0' } });
    const { status, body } = await buy(account);
    expect([status, body.code]).toEqual([403, 'not_offered']);
    const options = (await account.get('/v1/payment')).body;
    expect([options.providers, options.onAccount.limit]).toEqual([[], null]);
    expect(options.onAccount.blocked).toMatch(/does not buy on account\. Write to support/);
    expect(await invoices(account)).toEqual([]);
  });
});

describe('overdue invoices', () => {
  test('stop what is new on account, and neither paid credit, work under way, nor the contract’s month', async () => {
    const account = await dealer();
    const [bought] = [(await buy(account)).body, await buy(account)];
    // Due after 14 days, and 30 days of patience.
    await server.clock('2026-04-15T10:00:00Z');
    expect((await buy(account)).status).toBe(200);
    const held = opId();
    await account.post('/v1/operations', { operations: [{ opId: held, kind: 'apply', photo: 'a', recipe: { background: 'paper' } }] });
    await server.clock('2026-04-15T10:00:01Z');
    const { status, body } = await buy(account);
    expect([status, body.code]).toEqual([402, 'credit_limit_reached']);
    expect(body.detail).toMatch(
      new RegExp(`^Invoice ${bought.invoice.number} over €11\\.90 was due on 16 March 2026, and 1 more is overdue`),
    );
    expect(body.invoices.map((one: Json) => one.overdue)).toEqual([true, true, false]);
    expect((await account.post(`/v1/operations/${held}/settle`)).status).toBe(200);
    expect(await available(account)).toBe(10 + 150 - 1);
    await server.clock('2026-05-01T00:00:00Z');
    expect((await account.get('/v1/wallet')).body.buckets.find((b: Json) => b.bucket === 'monthly').available).toBe('10');
  });

  test('end with the payment, or wait until the day that staff says', async () => {
    const account = await dealer();
    const { invoice } = (await buy(account)).body;
    await server.clock('2026-06-01T10:00:00Z');
    expect((await buy(account)).status).toBe(402);
    expect((await standing(account)).blocked).toMatch(/was due on/);
    expect((await allow(account, { limit: null, allowOverdueUntil: '2026-06-08T00:00:00Z' })).status).toBe(200);
    expect((await buy(account)).status).toBe(200);
    await server.clock('2026-06-08T00:00:00Z');
    expect((await buy(account)).status).toBe(402);
    await pay(account, invoice.number, { at: '2026-06-05T00:00:00Z' });
    expect((await buy(account)).status).toBe(200);
    expect((await standing(account)).blocked).toBe(null);
  });

  test('a renewal on account goes on as it did, and is what stops an upgrade', async () => {
    await server.clock(START);
    const account = await server.account({ policy: 'generative-suite', country: 'US' });
    await account.post('/v1/subscription', { opId: opId(), action: 'subscribe', plan: 'plus' });
    await server.clock('2026-05-20T10:00:00Z');
    await server.sweep();
    expect(await invoices(account)).toHaveLength(3);
    const up = await account.post('/v1/subscription', { opId: opId(), action: 'change', plan: 'max' });
    expect([up.status, up.body.code]).toEqual([402, 'credit_limit_reached']);
    expect((await account.get('/v1/subscription')).body.plan.id).toBe('plus');
    // Staff's own change is staff's word.
    const staff = await support.post(at(account, '/subscription'), { opId: opId(), action: 'change', plan: 'max', reason: 'agreed' });
    expect(staff.body.subscription.plan.id).toBe('max');
  });

  test('stop the automatic top-up on account', async () => {
    await server.clock(START);
    const account = await server.account({ policy: 'pay-as-you-go', country: 'DE' });
    await account.post('/v1/purchases', { opId: opId(), amount: '5.00' });
    const settings = { below: '5.5000', amount: '5.0000', monthlyCap: { amount: '50.00', currency: 'EUR' } };
    expect((await account.call('PUT', '/v1/auto-top-up', { opId: opId(), settings })).status).toBe(200);
    await server.clock('2026-07-01T10:00:00Z');
    const photo = { opId: opId(), kind: 'apply', photo: 'a', recipe: { background: 'paper' } };
    await account.post('/v1/operations', { operations: [photo] });
    await account.post(`/v1/operations/${photo.opId}/settle`);
    await server.sweep();
    expect(await invoices(account)).toHaveLength(1);
  });
});

describe('a payment that staff notes', () => {
  test('is noted once for its id, written down, and shown', async () => {
    const account = await dealer();
    const { invoice } = (await buy(account)).body;
    expect((await invoices(account))[0]).toMatchObject({ state: 'open', dueAt: '2026-03-16T10:00:00.000Z' });
    await server.clock('2026-03-10T10:00:00Z');
    const noted = { opId: opId(), at: '2026-03-09T00:00:00Z', reason: 'bank transfer', reference: 'RF18 5390' };
    const path = at(account, `/invoices/${invoice.number}/paid`);
    const answers = await Promise.all([support.post(path, noted), support.post(path, noted), support.post(path, noted)]);
    expect(answers.map(({ status, body }) => [status, body.state])).toEqual(Array(3).fill([200, 'paid']));
    expect((await invoices(account))[0].state).toBe('paid');
    expect((await standing(account)).open.amount).toBe('0.00');
    expect((await support.post(path, { ...noted, reference: 'RF19' })).body.code).toBe('conflict');
    const { acts } = (await support.get(`/v1/admin/audit?accountId=${account.accountId}`)).body;
    expect(acts.filter((act: Json) => act.action === 'invoice.paid')).toMatchObject([
      {
        opId: noted.opId,
        detail: { reference: 'RF18 5390' },
        before: { state: 'open' },
        after: { state: 'paid', invoice: invoice.number },
      },
    ]);
  });

  test('two who note the same one at the same moment: one does', async () => {
    const account = await dealer();
    const { invoice } = (await buy(account)).body;
    const answers = await Promise.all(Array.from({ length: 6 }, () => pay(account, invoice.number)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });

  test.each([
    ['another account’s invoice', {}, 404, 'not_found'],
    ['a day that is still to come', { at: '2026-03-03T00:00:00Z' }, 400, 'invalid_instant'],
    ['no reason', { reason: ' ' }, 400, 'invalid_request'],
    ['another number in the body', { invoice: 'BL-2026-999999' }, 400, 'invalid_request'],
  ] as const)('%s is refused, and nothing is changed', async (what, body, status, code) => {
    const [account, other] = [await dealer(), await dealer()];
    const { invoice } = (await buy(account)).body;
    const answer = await pay(what.startsWith('another account') ? other : account, invoice.number, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await invoices(account))[0].state).toBe('open');
  });

  test('a credit note has nothing to be paid; what was credited is not open any more', async () => {
    const account = await dealer();
    const { purchase } = (await buy(account)).body;
    const { creditNote } = (await account.post('/v1/refunds', { opId: opId(), purchaseId: purchase.opId })).body;
    expect((await pay(account, creditNote.number)).body.code).toBe('conflict');
    expect((await standing(account)).open.amount).toBe('0.00');
  });

  test('the customer’s own token notes nothing and allows itself nothing', async () => {
    const account = await dealer();
    const { invoice } = (await buy(account)).body;
    for (const [path, body] of [
      [`/invoices/${invoice.number}/paid`, { opId: opId(), reason: 'x' }],
      ['/on-account', { opId: opId(), limit: '1000000.00', reason: 'x' }],
    ] as const)
      expect((await account.post(at(account, path), body)).status).toBe(403);
  });
});

describe('what staff allows', () => {
  test('an owner says it, once for its id, and it is written down; support may not', async () => {
    const account = await dealer();
    const body = { opId: opId(), limit: '50.00', reason: 'a good customer' };
    expect((await support.post(at(account, '/on-account'), body)).status).toBe(403);
    const said = await server.admin.post(at(account, '/on-account'), body);
    expect(said.body).toMatchObject({ limit: { amount: '50.00', currency: 'EUR' }, isDefault: false });
    expect((await server.admin.post(at(account, '/on-account'), body)).body).toEqual(said.body);
    expect((await server.admin.post(at(account, '/on-account'), { ...body, limit: '60.00' })).body.code).toBe('conflict');
    const { acts } = (await support.get(`/v1/admin/audit?accountId=${account.accountId}`)).body;
    expect(acts.filter((act: Json) => act.action === 'on-account')).toMatchObject([
      { before: { limit: '2000.00' }, after: { limit: '50.00' } },
    ]);
    expect((await allow(account, { limit: null })).body).toMatchObject({ limit: { amount: '2000.00' }, isDefault: true });
    expect((await support.get(at(account, ''))).body.onAccount).toEqual((await allow(account, { limit: null })).body);
  });
});

test('a studio on its own machine bills nobody: nothing is ever overdue, and its limit holds', async () => {
  const own = await startServer({ args: ['--test-clock', '--launch', '2026-01-01T00:00:00Z', '--bills-nobody'] });
  try {
    await own.clock(START);
    const account = await own.account({ country: 'DE' });
    const order = () => account.post('/v1/purchases', { opId: opId(), packId: 'pack-300' });
    expect((await order()).status).toBe(200);
    await own.clock('2028-03-02T10:00:00Z');
    expect((await order()).status).toBe(200);
    const all = [];
    for (let n = 0; n < 40; n += 1) all.push((await order()).status);
    expect(all.at(-1)).toBe(402);
  } finally {
    await own.stop();
  }
});
