/** Automatic top-up that is charged to the payment method which stayed at Stripe: once for a trigger, whatever dies and whoever looks. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { type Account, type Json, opId, type RunningServer, startServer } from '../server/running-server.ts';
import { type Card, type FakeStripe, startFakeStripe } from './fake-stripe.ts';

let stripe: FakeStripe;
let server: RunningServer;

beforeAll(async () => {
  stripe = await startFakeStripe();
  server = await start();
});
afterAll(async () => {
  await server.stop();
  await stripe.stop();
});

const START = Date.parse('2026-03-01T09:00:00Z');
const DAY_MS = 86_400_000;
const start = (): Promise<RunningServer> =>
  startServer({ policy: 'generative-suite', env: stripe.env, keep: true, ...(server && { folder: server.folder }) });
const at = async (day: number, on = server): Promise<void> => {
  await on.clock(new Date(START + day * DAY_MS).toISOString());
  await on.sweep();
};
const settings = { below: '50', packId: 'pack-100', monthlyCap: { amount: '100.00', currency: 'USD' } };

interface Buyer {
  readonly account: Account;
  readonly customer: string;
}

/** 100 credits bought at Stripe, with the method kept, and automatic top-up below 50. */
async function buyer(card: Card = 'ok', country = 'DE'): Promise<Buyer> {
  await server.clock(new Date(START).toISOString());
  const account = await server.account({ country, email: 'a@example.com' });
  const request = { opId: opId(), packId: 'pack-100', provider: 'stripe', keepMethod: true };
  const { body } = await account.post('/v1/purchases', request);
  await stripe.deliver(server.url, stripe.pay(body.checkoutUrl, card));
  const set = await account.call('PUT', '/v1/auto-top-up', { opId: opId(), settings });
  expect(set.status, JSON.stringify(set.body)).toBe(200);
  return { account, customer: stripe.session(body.checkoutUrl).customer };
}

/** Staff takes it, which stands in the ledger like any other fall. */
async function spend(account: Account, count: number): Promise<void> {
  const take = { opId: opId(), direction: 'take', bucket: 'purchased', amount: String(count), reason: 'spent' };
  const { status, body } = await server.admin.post(`/v1/admin/accounts/${account.accountId}/adjustments`, take);
  expect(status, JSON.stringify(body)).toBe(200);
}
const one = (): Json => ({ operations: [{ opId: opId(), kind: 'apply', photo: 'a', recipe: { background: 'paper' } }] });
const credit = async (account: Account): Promise<string> => (await account.get('/v1/wallet')).body.available;
const reaches = (account: Account, credits: string) => expect.poll(() => credit(account), { timeout: 20_000 }).toBe(credits);
const topUp = async (account: Account): Promise<Json> => (await account.get('/v1/auto-top-up')).body;
const declined = (account: Account) => expect.poll(async () => (await topUp(account)).charge?.state, { timeout: 20_000 }).toBe('declined');
const invoices = async (account: Account): Promise<Json[]> => (await account.get('/v1/invoices')).body;
const cents = (money: Json): number => Math.round(Number(money.amount) * 100);

/** Straight in the database: a lease that a dead server held has run out. */
async function leasesEnd(): Promise<void> {
  const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder, connections: 1 });
  await db.pool.query('update automatic_charges set leased_until = null');
  await db.close();
}

describe('a fall below the threshold', () => {
  test('is charged to the kept method, granted and billed as paid', async () => {
    const { account, customer } = await buyer();
    expect(await topUp(account)).toMatchObject({ allowed: true, through: 'stripe' });
    const before = stripe.kept(customer);
    await spend(account, 60);
    await reaches(account, '140');
    const billed = await invoices(account);
    expect(billed.map(({ state }) => state)).toEqual(['paid', 'paid']);
    expect([stripe.kept(customer) - before, stripe.asked(customer)]).toEqual([cents(billed[1]?.total), 1]);
    expect(await topUp(account)).not.toHaveProperty('charge');
    await stripe.deliver(server.url, stripe.events.slice(-1));
    await at(0);
    expect([await credit(account), stripe.asked(customer)]).toEqual(['140', 1]);
  });

  test('by many operations at once, at two servers that sweep as well: one charge', async () => {
    const { account, customer } = await buyer();
    const other = await start();
    await other.clock(new Date(START).toISOString());
    const there = other.as(account.token);
    await spend(account, 50);
    await Promise.all([
      ...Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? account : there).post('/v1/operations', one())),
      ...Array.from({ length: 4 }, (_, i) => (i % 2 === 0 ? server : other).sweep()),
    ]);
    await reaches(account, '126');
    await Promise.all([server.sweep(), other.sweep()]);
    await other.stop();
    expect([stripe.asked(customer), (await invoices(account)).length]).toEqual([1, 2]);
  });

  test('without a kept method is billed on account, where staff allows that; a burst buys once', async () => {
    const account = await server.account({ country: 'DE', onAccount: { limit: '500.00' } });
    await server.grant(account.accountId, 'purchased', '60');
    await account.call('PUT', '/v1/auto-top-up', { opId: opId(), settings });
    expect((await topUp(account)).through).toBe('invoice');
    await Promise.all(Array.from({ length: 20 }, () => account.post('/v1/operations', one())));
    await reaches(account, '140');
    await server.sweep();
    expect((await invoices(account)).map(({ state }) => state)).toEqual(['open']);
  });

  test('without a kept method and with nothing allowed on account, nothing is bought, and it says why', async () => {
    const account = await server.account({ country: 'DE' });
    await server.grant(account.accountId, 'purchased', '60');
    await account.call('PUT', '/v1/auto-top-up', { opId: opId(), settings });
    await Promise.all(Array.from({ length: 20 }, () => account.post('/v1/operations', one())));
    await server.sweep();
    expect([await invoices(account), await credit(account)]).toEqual([[], '40']);
    expect((await topUp(account)).blocked).toMatch(/does not buy on account\. Pay through Stripe/);
  });

  test('stops at the month’s cap', async () => {
    const { account, customer } = await buyer();
    const low = { ...settings, monthlyCap: { amount: '20.00', currency: 'USD' } };
    await account.call('PUT', '/v1/auto-top-up', { opId: opId(), settings: low });
    await spend(account, 60);
    await reaches(account, '140');
    await spend(account, 100);
    await at(0.01);
    expect([stripe.asked(customer), await credit(account)]).toEqual([1, '40']);
    await at(31);
    await reaches(account, '140');
  });

  test('can be given back: the charge goes back at Stripe', async () => {
    const { account, customer } = await buyer();
    await spend(account, 60);
    await reaches(account, '140');
    const purchaseId = (await account.get('/v1/ledger?limit=500')).body.entries.filter((e: Json) => e.kind === 'granted').at(-1).opId;
    const before = stripe.kept(customer);
    const refund = { opId: opId(), purchaseId, basis: 'goodwill', reason: 'not wanted' };
    const { status, body } = await server.admin.post(`/v1/admin/accounts/${account.accountId}/refunds`, refund);
    expect(status).toBe(200);
    // The look that ends every automatic charge may have taken the debt up at the same moment, and then pays it beside the answer.
    await expect.poll(() => stripe.kept(customer) - before).toBe(cents(body.creditNote.total));
  });
});

describe('a decline', () => {
  test('is one attempt, says that nothing was charged, pauses, and after three is off', async () => {
    const { account, customer } = await buyer();
    stripe.setCard(customer, 'declined');
    const kept = stripe.kept(customer);
    await spend(account, 60);
    await declined(account);
    const { charge, settings: on } = await topUp(account);
    expect(charge.message).toContain(
      'was declined: the account behind the card is not covered. Nothing was charged and no credit was added.',
    );
    expect([charge.pausedUntil, on !== null]).toEqual([new Date(START + DAY_MS).toISOString(), true]);
    const { body: told } = await account.get(`/v1/checkouts/${charge.opId}`);
    expect(told).toMatchObject({ state: 'failed', checkoutUrl: null });
    await spend(account, 1);
    await at(0.5);
    expect(stripe.asked(customer)).toBe(1);
    await at(1.01);
    await expect.poll(() => stripe.asked(customer), { timeout: 20_000 }).toBe(2);
    await expect.poll(async () => (await topUp(account)).charge.pausedUntil).toBe(new Date(START + 3.01 * DAY_MS).toISOString());
    await spend(account, 1);
    await at(3.02);
    await expect.poll(async () => (await topUp(account)).settings, { timeout: 20_000 }).toBeNull();
    expect((await topUp(account)).charge.message).toContain('Automatic top-up is off.');
    await spend(account, 1);
    await at(30);
    expect([stripe.asked(customer), stripe.kept(customer), await credit(account)]).toEqual([3, kept, '37']);
  });

  test('for want of the customer’s confirmation is one as well', async () => {
    const { account, customer } = await buyer();
    stripe.setCard(customer, 'needs-confirmation');
    await spend(account, 60);
    await declined(account);
    expect((await topUp(account)).charge.reason).toBe('the bank asks for a confirmation');
  });

  test.each([
    [true, '140'],
    [false, '40'],
  ])('or a yes (%s) that the bank takes its time for is heard by webhook; nothing is asked twice', async (accepted, left) => {
    const { account, customer } = await buyer();
    stripe.setCard(customer, 'slow');
    await spend(account, 60);
    await expect.poll(() => stripe.asked(customer), { timeout: 20_000 }).toBe(1);
    await expect.poll(async () => (await topUp(account)).charge?.state).toBe('charging');
    await at(0.05);
    const intent = stripe.requests.findLast(({ path }) => path.endsWith('/confirm'))?.path.split('/')[3] ?? '';
    await stripe.deliver(server.url, stripe.decide(intent, accepted));
    expect([await credit(account), stripe.asked(customer)]).toEqual([left, 1]);
    expect((await topUp(account)).charge?.state).toBe(accepted ? undefined : 'declined');
  });
});

describe('a provider that is down', () => {
  test('is no attempt; the charge is made when it answers again', async () => {
    const { account, customer } = await buyer();
    stripe.breakNext(3);
    await spend(account, 60);
    await expect.poll(async () => (await topUp(account)).charge?.state, { timeout: 20_000 }).toBe('charging');
    let day = 0;
    const laterOn = async (): Promise<string> => {
      day += 0.02;
      await at(day);
      return credit(account);
    };
    await expect.poll(laterOn, { timeout: 20_000 }).toBe('140');
    expect(stripe.asked(customer)).toBe(1);
  });

  test('while it is turned off: nothing is charged any more', async () => {
    const { account, customer } = await buyer();
    stripe.breakNext(3);
    await spend(account, 60);
    await expect.poll(async () => (await topUp(account)).charge?.state, { timeout: 20_000 }).toBe('charging');
    const { charge } = await topUp(account);
    await account.call('PUT', '/v1/auto-top-up', { opId: opId(), settings: null });
    let day = 0;
    const laterOn = async (): Promise<string> => {
      day += 0.02;
      await at(day);
      return (await account.get(`/v1/checkouts/${charge.opId}`)).body.state;
    };
    await expect.poll(laterOn, { timeout: 20_000 }).toBe('expired');
    expect([stripe.asked(customer), await credit(account)]).toEqual([0, '40']);
  });
});

/** What dies, and at which line: the server is killed after Stripe did what it was asked, before it could answer. */
describe('kill -9', () => {
  test.each([
    ['while the payment is prepared', '/payment_intents', 'sweep'],
    ['between the bank’s yes and its booking, found by the sweep', '/confirm', 'sweep'],
    ['between the bank’s yes and its booking, told by Stripe', '/confirm', 'webhook'],
  ])('%s: charged once, granted once', async (_, path, found) => {
    const { account, customer } = await buyer();
    const [kept, first] = [stripe.kept(customer), server];
    const killed = new Promise<void>((done) => stripe.between(path, () => first.kill().then(done)));
    await spend(account, 60).catch(() => undefined);
    await killed;
    await leasesEnd();
    server = await start();
    const there = Object.assign(server.as(account.token), { accountId: account.accountId });
    await server.clock(new Date(START).toISOString());
    expect(await credit(there)).toBe('40');
    if (found === 'webhook') await stripe.deliver(server.url, stripe.events.slice(-1));
    await at(0.01);
    await at(0.02);
    const billed = await invoices(there);
    expect([await credit(there), billed.length, stripe.kept(customer) - kept, stripe.asked(customer)]).toEqual([
      '140',
      2,
      cents(billed[1]?.total),
      1,
    ]);
  });

  test('right after the operation that made the balance fall: the sweep finds the trigger', async () => {
    const { account, customer } = await buyer();
    const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder, connections: 1 });
    // As if the account's own look had died: its charge was never written down.
    stripe.breakNext(3);
    await spend(account, 60);
    await expect.poll(async () => (await topUp(account)).charge?.state, { timeout: 20_000 }).toBe('charging');
    await server.kill();
    await db.pool.query('delete from automatic_charges where account_id = $1', [account.accountId]);
    await db.pool.query(`delete from checkouts where account_id = $1 and state = 'open'`, [account.accountId]);
    await db.close();
    server = await start();
    await at(0.01);
    const there = Object.assign(server.as(account.token), { accountId: account.accountId });
    // No sweep waits for what it set going.
    await reaches(there, '140');
    expect(stripe.asked(customer)).toBe(1);
  });
});
