/** Paying through Stripe, on the fake of its API: checkout, payment, webhook, credit, invoice, and everything that goes otherwise. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, type Json, opId, type RunningServer, startServer } from '../server/running-server.ts';
import { type FakeStripe, startFakeStripe } from './fake-stripe.ts';

let stripe: FakeStripe;
let server: RunningServer;

beforeAll(async () => {
  stripe = await startFakeStripe();
  server = await startServer({ policy: 'generative-suite', env: stripe.env });
  await server.clock('2026-06-10T10:00:00Z');
});
afterAll(async () => {
  await server.stop();
  await stripe.stop();
});

const customer = (country = 'DE'): Promise<Account> =>
  server.account({ country, email: 'studio@example.com', name: 'Studio Nord', onAccount: { limit: '500.00' } });
const purchased = async (account: Account): Promise<string> =>
  (await account.get('/v1/wallet')).body.buckets.find((b: Json) => b.bucket === 'purchased').available;
const invoices = async (account: Account): Promise<Json[]> => (await account.get('/v1/invoices')).body;

async function checkout(account: Account, more: object = {}): Promise<Json> {
  const { status, body } = await account.post('/v1/purchases', {
    opId: opId(),
    packId: 'pack-500',
    provider: 'stripe',
    returnTo: 'buy',
    ...more,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

async function bought(account: Account): Promise<{ opId: string; payment: string; paid: Json[] }> {
  const open = await checkout(account);
  const paid = stripe.pay(open.checkoutUrl);
  await stripe.deliver(server.url, paid);
  return { opId: open.purchase.opId, payment: stripe.session(open.checkoutUrl).payment_intent, paid };
}

describe('a checkout', () => {
  test('asks for exactly what the invoice will say, and grants nothing before it is paid', async () => {
    const account = await customer();
    const before = stripe.kept();
    const open = await checkout(account);
    expect(open.purchase).toMatchObject({ status: 'awaiting-payment', provider: 'stripe', grantId: null, invoice: null, credits: '500' });
    expect(open.checkout).toMatchObject({ state: 'open', checkoutUrl: open.checkoutUrl });
    expect(open.checkout.message).toContain('Nothing is charged yet');
    expect([await purchased(account), await invoices(account)]).toEqual(['0', []]);
    const statuses = await stripe.deliver(server.url, stripe.pay(open.checkoutUrl));
    expect(statuses).toEqual([200, 200]);
    expect(await purchased(account)).toBe('500');
    const [invoice, ...others] = await invoices(account);
    expect(others).toEqual([]);
    expect(invoice).toMatchObject({ kind: 'invoice', state: 'paid', taxRatePercent: '19' });
    expect(Math.round(Number(invoice.total.amount) * 100)).toBe(stripe.kept() - before);
    const pdf = await account.get(`/v1/invoices/${invoice.number}.pdf`);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
  });

  test('the same operation id is the same checkout, then the same purchase; with another pack a conflict', async () => {
    const account = await customer();
    const request = { opId: opId(), packId: 'pack-500', provider: 'stripe' };
    const [first, again] = [(await account.post('/v1/purchases', request)).body, (await account.post('/v1/purchases', request)).body];
    expect(again).toEqual(first);
    const other = await account.post('/v1/purchases', { ...request, packId: 'pack-100' });
    expect([other.status, other.body.code]).toEqual([409, 'conflict']);
    const onAccount = await account.post('/v1/purchases', { opId: request.opId, packId: 'pack-500' });
    expect([onAccount.status, onAccount.body.code]).toEqual([409, 'conflict']);
    await stripe.deliver(server.url, stripe.pay(first.checkoutUrl));
    const done = (await account.post('/v1/purchases', request)).body;
    expect(done).toMatchObject({ purchase: { status: 'complete', provider: 'stripe' }, checkout: { state: 'paid', checkoutUrl: null } });
    expect(done.checkout.operation).toBe(done.purchase.opId);
    expect(await purchased(account)).toBe('500');
  });

  test('every event sixteen times, from both kinds that say paid: granted once, billed once', async () => {
    const account = await customer();
    const open = await checkout(account);
    const events = stripe.pay(open.checkoutUrl);
    await Promise.all(Array.from({ length: 16 }, (_, i) => stripe.deliver(server.url, i % 2 === 0 ? events : [...events].reverse())));
    expect([await purchased(account), (await invoices(account)).length]).toEqual(['500', 1]);
  });

  test('what was agreed holds, though the plan and its prices changed before the payment', async () => {
    const account = await customer();
    const open = await checkout(account);
    await account.post('/v1/subscription', { opId: opId(), action: 'subscribe', plan: 'max', provider: 'invoice' });
    await stripe.deliver(server.url, stripe.pay(open.checkoutUrl));
    const invoice = (await invoices(account)).at(-1);
    expect([invoice.net, await purchased(account)]).toEqual([open.checkout.net, '500']);
  });

  test('leads back by a page of this server that opens the app where one left it, and nowhere else', async () => {
    const open = await checkout(await customer(), { returnTo: 'invoices' });
    const { success_url, cancel_url } = stripe.session(open.checkoutUrl);
    const page = await fetch(success_url);
    expect(await page.text()).toContain('backlot://return/invoices?outcome=paid');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await (await fetch(cancel_url)).text()).toContain('Nothing was charged');
    for (const wrong of ['/v1/return/evil/paid', '/v1/return/buy/%22%3E', '/v1/return/buy/other'])
      expect((await fetch(new URL(wrong, server.url))).status).toBe(404);
    const refused = await (await customer()).post('/v1/purchases', {
      opId: opId(),
      packId: 'pack-500',
      provider: 'stripe',
      returnTo: 'https://evil.example',
    });
    expect(refused.status).toBe(400);
  });
});

describe('no payment', () => {
  test('declined: it says why, that nothing was charged, and the same page can still be paid', async () => {
    const account = await customer();
    const open = await checkout(account);
    await stripe.deliver(server.url, stripe.decline(open.checkoutUrl));
    const { body } = await account.get(`/v1/checkouts/${open.purchase.opId}`);
    expect(body).toMatchObject({ state: 'failed', checkoutUrl: open.checkoutUrl });
    expect(body.message).toBe(
      'Not paid: the account behind the card is not covered. Nothing was charged and nothing was granted. Try another payment method on Stripe’s page.',
    );
    expect([await purchased(account), await invoices(account)]).toEqual(['0', []]);
    await stripe.deliver(server.url, stripe.pay(open.checkoutUrl));
    expect((await account.get(`/v1/checkouts/${open.purchase.opId}`)).body.state).toBe('paid');
  });

  test('abandoned: nothing was charged, in words', async () => {
    const account = await customer();
    const open = await checkout(account);
    await stripe.deliver(server.url, stripe.abandon(open.checkoutUrl));
    const { body } = await account.get(`/v1/checkouts/${open.purchase.opId}`);
    expect([body.state, body.checkoutUrl]).toEqual(['expired', null]);
    expect(body.message).toContain('Nothing was charged');
  });

  test('late news of a decline or an end changes nothing about what was paid', async () => {
    const account = await customer();
    const open = await checkout(account);
    const late = stripe.decline(open.checkoutUrl);
    await stripe.deliver(server.url, stripe.pay(open.checkoutUrl));
    await stripe.deliver(server.url, [...late, ...stripe.abandon(open.checkoutUrl)]);
    expect((await account.get(`/v1/checkouts/${open.purchase.opId}`)).body.state).toBe('paid');
  });

  test('Stripe does not answer: it says that nothing was charged, and the same id works afterwards', async () => {
    const account = await customer();
    const request = { opId: opId(), packId: 'pack-100', provider: 'stripe' };
    stripe.breakNext(3);
    const { status, body } = await account.post('/v1/purchases', request);
    expect([status, body.code]).toEqual([503, 'payment_unavailable']);
    expect(body.detail).toContain('Nothing was charged');
    expect((await account.post('/v1/purchases', request)).status).toBe(200);
  });

  test('an amount that was not agreed is given back and not granted', async () => {
    const account = await customer();
    const open = await checkout(account);
    stripe.session(open.checkoutUrl).amount_total = 1;
    const before = stripe.kept();
    await stripe.deliver(server.url, stripe.pay(open.checkoutUrl));
    const { body } = await account.get(`/v1/checkouts/${open.purchase.opId}`);
    expect([body.state, await purchased(account), stripe.kept()]).toEqual(['returned', '0', before]);
    expect(body.message).toContain('goes back in full');
  });
});

describe('money that goes back', () => {
  test('a chargeback takes the credit, a won dispute brings it again, in any order of news', async () => {
    const account = await customer();
    const { opId: purchaseId, payment } = await bought(account);
    const message = async (): Promise<string> => (await account.get(`/v1/checkouts/${purchaseId}`)).body.message;
    const [taken, won] = [stripe.dispute(payment), stripe.winDispute(payment)];
    await stripe.deliver(server.url, taken);
    expect(await purchased(account)).toBe('0');
    expect(await message()).toContain('All of it was taken back by the bank');
    await stripe.deliver(server.url, won);
    expect([await purchased(account), (await message()).endsWith('paid through Stripe.')]).toEqual(['500', true]);

    const other = await customer();
    const open = await checkout(other);
    const paid = stripe.pay(open.checkoutUrl);
    const { payment_intent } = stripe.session(open.checkoutUrl);
    const all = [...paid, ...stripe.dispute(payment_intent), ...stripe.winDispute(payment_intent)];
    await stripe.deliver(server.url, [...all].reverse());
    expect(await purchased(other)).toBe('500');
    const kinds = (await other.get('/v1/ledger')).body.entries.map((e: Json) => e.kind);
    expect(kinds.filter((kind: string) => kind === 'refunded' || kind === 'dispute-won')).toEqual(['refunded', 'dispute-won']);
  });

  test('a refund made at Stripe is a fact here: in full, in part, and before its payment is heard of', async () => {
    const account = await customer('US');
    const open = await checkout(account);
    const paid = stripe.pay(open.checkoutUrl);
    const { payment_intent, amount_total } = stripe.session(open.checkoutUrl);
    await stripe.deliver(server.url, stripe.refund(payment_intent, Math.round(amount_total / 2)));
    expect(await purchased(account)).toBe('0');
    await stripe.deliver(server.url, paid);
    expect(await purchased(account)).toBe('250');
    await stripe.deliver(server.url, stripe.refund(payment_intent));
    expect(await purchased(account)).toBe('0');
    const documents = await invoices(account);
    expect(documents.map((i) => i.kind)).toEqual(['invoice', 'credit-note', 'credit-note']);
    expect(documents.reduce((sum, i) => sum + Math.round(Number(i.total.amount) * 100), 0)).toBe(0);
  });

  test('staff gives money back: the credit goes, Stripe is asked once, its news change nothing', async () => {
    const account = await customer();
    const { opId: purchaseId } = await bought(account);
    const before = stripe.kept();
    const request = { opId: opId(), purchaseId, basis: 'goodwill', reason: 'a week too early' };
    const { status, body } = await server.admin.post(`/v1/admin/accounts/${account.accountId}/refunds`, request);
    expect([status, await purchased(account)]).toEqual([200, '0']);
    expect(stripe.kept() - before).toBe(Math.round(Number(body.creditNote.total.amount) * 100));
    await server.admin.post(`/v1/admin/accounts/${account.accountId}/refunds`, request);
    await stripe.deliver(server.url, stripe.events.slice(-1));
    expect((await invoices(account)).map((i) => i.kind)).toEqual(['invoice', 'credit-note']);
  });

  test('a refund that the bank sends back: the credit returns, the bill counts again, whoever had refunded it', async () => {
    for (const byStaff of [true, false]) {
      const account = await customer();
      const { opId: purchaseId, payment } = await bought(account);
      const billed = (await invoices(account))[0]?.total;
      const request = { opId: opId(), purchaseId, basis: 'goodwill', reason: 'x' };
      if (byStaff) await server.admin.post(`/v1/admin/accounts/${account.accountId}/refunds`, request);
      else await stripe.deliver(server.url, stripe.refund(payment));
      expect(await purchased(account)).toBe('0');
      const failed = stripe.failRefund(payment);
      await Promise.all(Array.from({ length: 4 }, () => stripe.deliver(server.url, failed)));
      expect(await purchased(account)).toBe('500');
      const sum = (await invoices(account)).reduce((total, i) => total + Math.round(Number(i.total.amount) * 100), 0);
      expect(sum).toBe(Math.round(Number(billed.amount) * 100));
    }
  });

  test('Stripe down while it is refunded: owed, and paid with the next sweep', async () => {
    const account = await customer();
    const { opId: purchaseId } = await bought(account);
    const before = stripe.kept();
    stripe.breakNext(3);
    const { status, body } = await server.admin.post(`/v1/admin/accounts/${account.accountId}/refunds`, {
      opId: opId(),
      purchaseId,
      basis: 'goodwill',
      reason: 'x',
    });
    expect([status, stripe.kept()]).toEqual([200, before]);
    await server.sweep();
    expect(stripe.kept() - before).toBe(Math.round(Number(body.creditNote.total.amount) * 100));
  });
});

describe('signatures', () => {
  const send = (body: string, header: string) =>
    fetch(new URL('/v1/webhooks/stripe', server.url), {
      method: 'POST',
      body,
      headers: { 'stripe-signature': header, 'content-type': 'application/json' },
    });

  test('a changed body, another secret, an old one and none at all: refused, nothing written', async () => {
    const account = await customer();
    const open = await checkout(account);
    const event = stripe.pay(open.checkoutUrl)[1];
    const { body, header } = stripe.signed(event);
    const old = stripe.signed(event, Math.floor(Date.now() / 1000) - 301);
    for (const [sent, signature] of [
      [body.replace('"paid"', '"paid" '), header],
      [body, header.replace(/v1=.{4}/, 'v1=0000')],
      [old.body, old.header],
      [body, ''],
    ] as const) {
      const answer = await send(sent, signature);
      expect([answer.status, ((await answer.json()) as Json).code]).toEqual([400, 'invalid_signature']);
    }
    expect(await purchased(account)).toBe('0');
    expect((await send(body, header)).status).toBe(200);
    expect(await purchased(account)).toBe('500');
  });

  test('events of other sales in the same Stripe account are taken and change nothing', async () => {
    const foreign = {
      id: 'evt_other',
      object: 'event',
      created: 1,
      type: 'payment_intent.succeeded',
      data: { object: { id: 'pi_other', metadata: {}, amount_received: 5, currency: 'usd' } },
    };
    expect(await stripe.deliver(server.url, [foreign, { ...foreign, id: 'evt_kind', type: 'invoice.finalized' }])).toEqual([200, 200]);
  });
});

test('the payment page of the account is the provider’s own', async () => {
  const account = await customer();
  const options = async (): Promise<Json> => (await account.get('/v1/payment')).body;
  expect(await options()).toMatchObject({
    providers: [
      { id: 'stripe', label: 'Stripe', plans: true, sells: false, keeps: true },
      { id: 'invoice', label: 'Invoice', plans: true, sells: false, keeps: false },
    ],
    renewsThrough: null,
    portal: false,
  });
  const none = await account.post('/v1/payment-portal', {});
  expect([none.status, none.body.code]).toEqual([404, 'not_found']);
  await bought(account);
  const { body } = await account.post('/v1/payment-portal', { returnTo: 'invoices' });
  expect(body.url).toContain('/p/session/cus_');
  expect((await options()).portal).toBe(true);
});

test('a policy that does not name Stripe refuses it before anything is asked', async () => {
  const account = await server.account({ policy: 'background-studio', plan: 'basic' });
  const { status, body } = await account.post('/v1/purchases', { opId: opId(), packId: 'pack-500', provider: 'stripe' });
  expect([status, body.code]).toEqual([403, 'not_offered']);
  expect(body.detail).toContain('Nothing was charged');
});
