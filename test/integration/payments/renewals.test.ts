/** Plans paid through Stripe: the first period on its page, every later one from the method that stayed there. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paymentText } from '../../../server/billing/invoices/e-invoice.ts';
import type { InvoiceDocument } from '../../../server/billing/invoices/invoices.ts';
import { openDatabase } from '../../../server/db/database.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { type Account, type Json, opId, type RunningServer, startServer } from '../server/running-server.ts';
import { type Card, type FakeStripe, startFakeStripe } from './fake-stripe.ts';

let stripe: FakeStripe;
let server: RunningServer;

beforeAll(async () => {
  stripe = await startFakeStripe();
  server = await startServer({ policy: 'generative-suite', env: stripe.env });
});
afterAll(async () => {
  await server.stop();
  await stripe.stop();
});

const START = Date.parse('2026-03-01T09:00:00Z');
const DAY_MS = 86_400_000;
const dayN = (day: number): string => new Date(START + day * DAY_MS).toISOString();
const at = async (day: number): Promise<void> => {
  await server.clock(dayN(day));
  await server.sweep();
};

const plan = async (account: Account): Promise<Json> => (await account.get('/v1/wallet')).body.plan;
const monthly = async (account: Account): Promise<string> =>
  (await account.get('/v1/wallet')).body.buckets.find((b: Json) => b.bucket === 'monthly').available;
const invoices = async (account: Account): Promise<Json[]> => (await account.get('/v1/invoices')).body;
const cents = (money: Json): number => Math.round(Number(money.amount) * 100);

interface Subscriber {
  readonly account: Account;
  readonly customer: string;
}

async function subscriber(plan = 'max', card: Card = 'ok'): Promise<Subscriber> {
  await server.clock(dayN(0));
  const account = await server.account({ country: 'DE', email: 'a@example.com', onAccount: { limit: '1000.00' } });
  const { status, body } = await account.post('/v1/subscription', { opId: opId(), action: 'subscribe', plan, provider: 'stripe' });
  expect(status, JSON.stringify(body)).toBe(200);
  const session = stripe.session(body.checkoutUrl);
  await stripe.deliver(server.url, stripe.pay(body.checkoutUrl, card));
  return { account, customer: session.customer };
}

describe('the first period', () => {
  test('nothing is given before it is paid; then plan, credit and a paid invoice are there', async () => {
    await server.clock(dayN(0));
    const account = await server.account({ country: 'DE' });
    const request = { opId: opId(), action: 'subscribe', plan: 'max', provider: 'stripe', returnTo: 'plans' };
    const { body } = await account.post('/v1/subscription', request);
    expect([body.subscription.status, body.checkout.state, await plan(account)]).toEqual(['none', 'open', null]);
    expect((await account.post('/v1/subscription', request)).body.checkoutUrl).toBe(body.checkoutUrl);
    await stripe.deliver(server.url, stripe.pay(body.checkoutUrl));
    expect([(await plan(account)).id, await monthly(account)]).toEqual(['max', '400']);
    expect(await invoices(account)).toMatchObject([{ state: 'paid', total: body.checkout.total }]);
    expect((await account.get('/v1/payment')).body).toMatchObject({ renewsThrough: 'stripe', portal: true });
    const again = (await account.post('/v1/subscription', request)).body;
    expect(again).toMatchObject({ subscription: { status: 'active' }, checkout: { state: 'paid' } });
  });

  test('an upgrade is charged as it was priced, though it is paid two days later', async () => {
    const { account, customer } = await subscriber('max');
    await at(10);
    const { body } = await account.post('/v1/subscription', { opId: opId(), action: 'change', plan: 'generative', provider: 'stripe' });
    await at(12);
    const before = stripe.kept(customer);
    await stripe.deliver(server.url, stripe.pay(body.checkoutUrl));
    expect((await plan(account)).id).toBe('generative');
    const invoice = (await invoices(account)).at(-1);
    expect([invoice.net, cents(invoice.total)]).toEqual([body.quote.net, stripe.kept(customer) - before]);
    expect(invoice.lines.map((line: Json) => cents(line.net) > 0)).toEqual([true, false]);
  });

  test('paid after the plan changed otherwise: nothing is granted and the payment goes back', async () => {
    const { account, customer } = await subscriber('max');
    const { body } = await account.post('/v1/subscription', { opId: opId(), action: 'change', plan: 'generative', provider: 'stripe' });
    await account.post('/v1/subscription', { opId: opId(), action: 'change', plan: 'team', provider: 'invoice' });
    const before = stripe.kept(customer);
    await stripe.deliver(server.url, stripe.pay(body.checkoutUrl));
    const { body: told } = await account.get(`/v1/checkouts/${body.checkout.opId}`);
    expect([(await plan(account)).id, told.state, stripe.kept(customer)]).toEqual(['team', 'returned', before]);
  });
});

describe('a renewal', () => {
  test('is charged to the default method, once, with an invoice that is then paid', async () => {
    const { account, customer } = await subscriber();
    const [before, asked] = [stripe.kept(customer), stripe.asked(customer)];
    await at(30);
    await at(30);
    const renewed = (await invoices(account)).at(-1);
    expect([renewed.state, stripe.kept(customer) - before, stripe.asked(customer) - asked]).toEqual(['paid', cents(renewed.total), 1]);
    expect(await plan(account)).not.toHaveProperty('dunning');
    const pdf = await account.get(`/v1/invoices/${renewed.number}.pdf`);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    const { document } = await storedInvoice(renewed.number);
    expect([document.charged, document.dueAt]).toEqual([true, null]);
    expect(paymentText(document)).toContain('Nothing is to be transferred');
    // The webhook of the same charge changes nothing.
    await stripe.deliver(server.url, stripe.events.slice(-1));
    expect((await invoices(account)).length).toBe(2);
    await at(60);
    expect((await invoices(account)).map(({ state }) => state)).toEqual(['paid', 'paid', 'paid']);
  });

  test('two servers that sweep at the same time charge once', async () => {
    const { account, customer } = await subscriber();
    const other = await startServer({ policy: 'generative-suite', env: stripe.env, folder: server.folder, keep: true });
    const before = stripe.kept(customer);
    await Promise.all([server, other].map((one) => one.clock(dayN(30))));
    await Promise.all(Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? server : other).sweep()));
    await other.stop();
    const renewed = (await invoices(account)).at(-1);
    expect([renewed.state, stripe.kept(customer) - before]).toEqual(['paid', cents(renewed.total)]);
  });

  test('a crash between the bank’s yes and writing it down: asked again, charged once', async () => {
    const { account, customer } = await subscriber();
    await at(30);
    const [kept, asked] = [stripe.kept(customer), stripe.asked(customer)];
    await asAfterCrash(account.accountId);
    await at(30);
    expect([stripe.kept(customer), stripe.asked(customer), (await invoices(account)).at(-1)?.state]).toEqual([kept, asked, 'paid']);
  });

  test('kill -9 between the bank’s yes and its booking: charged once, billed once', async () => {
    const { account, customer } = await subscriber();
    const [kept, asked, first] = [stripe.kept(customer), stripe.asked(customer), server];
    const killed = new Promise<void>((done) => stripe.between('/confirm', () => first.kill().then(done)));
    await at(30).catch(() => undefined);
    await killed;
    server = await startServer({ policy: 'generative-suite', env: stripe.env, folder: first.folder });
    const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder, connections: 1 });
    await db.pool.query('update collections set leased_until = null');
    await db.close();
    await at(30);
    const there = server.as(account.token);
    const documents: Json[] = (await there.get('/v1/invoices')).body;
    expect([documents.map(({ state }) => state), stripe.kept(customer) - kept, stripe.asked(customer) - asked]).toEqual([
      ['paid', 'paid'],
      cents(documents[1]?.total),
      1,
    ]);
  });

  test.each([
    [true, undefined],
    [false, { state: 'past_due', attempt: 1, reason: 'the account behind the card is not covered' }],
  ])('a bank that takes its time (yes: %s) is waited for, and asked once', async (accepted, dunning) => {
    const { account, customer } = await subscriber();
    stripe.setCard(customer, 'slow');
    await at(30);
    expect((await plan(account)).dunning).toMatchObject({ state: 'pending' });
    const intent = stripe.requests.findLast(({ path }) => path.endsWith('/confirm'))?.path.split('/')[3] ?? '';
    await stripe.deliver(server.url, stripe.decide(intent, accepted));
    if (dunning) expect((await plan(account)).dunning).toMatchObject(dunning);
    else expect(await plan(account)).not.toHaveProperty('dunning');
    await at(30.5);
    expect(stripe.asked(customer)).toBe(1);
  });

  test('the provider’s own word is enough when ours was lost', async () => {
    const { account } = await subscriber();
    await at(30);
    await asAfterCrash(account.accountId);
    expect((await plan(account)).dunning.state).toBe('pending');
    await stripe.deliver(server.url, stripe.events.slice(-1));
    expect(await plan(account)).not.toHaveProperty('dunning');
  });

  test('Stripe out of reach is no attempt of the customer’s', async () => {
    const { account } = await subscriber();
    stripe.breakNext(3);
    await at(30);
    expect((await plan(account)).dunning).toMatchObject({ state: 'pending', attempt: 0 });
    await at(30.05);
    expect(await plan(account)).not.toHaveProperty('dunning');
  });
});

describe('a decline', () => {
  test('wakes whoever shows the account, though no ledger grew', async () => {
    const { account, customer } = await subscriber();
    stripe.setCard(customer, 'declined');
    await at(30);
    const aborting = new AbortController();
    let heard = '';
    for await (const chunk of await account.stream(aborting.signal)) {
      heard += Buffer.from(chunk).toString();
      // The first words of the stream: from now on it listens.
      if (!heard.includes('event: account')) await at(31);
      else break;
    }
    aborting.abort();
    expect(heard.match(/event: ledger/g)).toHaveLength(1);
  });

  test('is explained and tried again after 1, 3 and 5 days; a new card ends it', async () => {
    const { account, customer } = await subscriber();
    stripe.setCard(customer, 'declined');
    const before = stripe.kept(customer);
    await at(30);
    const { dunning } = await plan(account);
    expect(dunning).toMatchObject({ state: 'past_due', attempt: 1, attempts: 4, nextAttemptAt: dayN(31) });
    expect(dunning.message).toContain(
      'could not be charged (attempt 1 of 4): the account behind the card is not covered. Nothing was charged;',
    );
    expect((await account.get('/v1/subscription')).body.plan.dunning).toEqual(dunning);
    await at(30.9);
    expect((await plan(account)).dunning.attempt).toBe(1);
    await at(31);
    expect((await plan(account)).dunning).toMatchObject({ attempt: 2, nextAttemptAt: dayN(34) });
    stripe.setCard(customer, 'ok');
    await at(34);
    const renewed = (await invoices(account)).at(-1);
    expect([await plan(account), renewed.state, stripe.kept(customer) - before]).toMatchObject([
      { status: 'active' },
      'paid',
      cents(renewed.total),
    ]);
  });

  test('after the last attempt the plan ends, the unpaid credit goes, the bill is credited; purchased credit stays', async () => {
    const { account, customer } = await subscriber();
    await account.post('/v1/purchases', { opId: opId(), packId: 'pack-100', provider: 'invoice' });
    stripe.setCard(customer, 'declined');
    const before = stripe.kept(customer);
    for (const day of [30, 31, 34]) await at(day);
    expect(Number(await monthly(account))).toBeGreaterThan(0);
    await at(39);
    const ended = await plan(account);
    expect([ended.status, ended.dunning.state, ended.dunning.attempt]).toEqual(['ended', 'ended', 4]);
    expect(ended.dunning.message).toContain('nothing was charged for it. Purchased credit stays');
    const { buckets } = (await account.get('/v1/wallet')).body;
    const left = (name: string) => buckets.find((b: Json) => b.bucket === name).available;
    expect([left('monthly'), left('purchased')]).toEqual(['0', '100']);
    const [note, bill] = (await invoices(account)).reverse();
    expect([note.kind, note.credits, cents(note.total) + cents(bill.total), stripe.kept(customer)]).toEqual([
      'credit-note',
      bill.number,
      0,
      before,
    ]);
    await at(70);
    expect([(await plan(account)).status, stripe.kept(customer)]).toEqual(['ended', before]);
  });

  test('a bank that wants to be asked in person says so', async () => {
    const { account, customer } = await subscriber();
    stripe.setCard(customer, 'needs-confirmation');
    await at(30);
    expect((await plan(account)).dunning.message).toContain('the bank asks for a confirmation');
  });
});

test('subscribing on account is billed on account, and nothing is charged anywhere', async () => {
  const { account, customer } = await subscriber();
  await account.post('/v1/subscription', { opId: opId(), action: 'cancel' });
  await at(30);
  const before = stripe.kept(customer);
  await account.post('/v1/subscription', { opId: opId(), action: 'subscribe', plan: 'plus', provider: 'invoice' });
  await at(60);
  expect([(await invoices(account)).at(-1)?.state, stripe.kept(customer)]).toEqual(['open', before]);
});

async function storedInvoice(number: string): Promise<{ document: InvoiceDocument }> {
  const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder });
  const { rows } = await db.pool.query<{ document: string }>('select document from invoices where number = $1', [number]);
  await db.close();
  return { document: JSON.parse(rows[0]?.document ?? '') };
}

/** Straight in the database: the bank was asked, and the server died before it wrote down what it heard. */
async function asAfterCrash(accountId: string): Promise<void> {
  const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder });
  await db.pool.query(`update collections set state = 'due', next_at = $2, leased_until = null where account_id = $1`, [
    accountId,
    START + 30 * DAY_MS,
  ]);
  await db.close();
}
