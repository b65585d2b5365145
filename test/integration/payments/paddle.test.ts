/** Topping a balance up through Paddle, the merchant of record, on the fake of its API. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { type Account, type Json, opId, type RunningServer, startServer } from '../server/running-server.ts';
import { type FakePaddle, startFakePaddle } from './fake-paddle.ts';

let paddle: FakePaddle;
let server: RunningServer;

beforeAll(async () => {
  paddle = await startFakePaddle();
  server = await startServer({ policy: 'pay-as-you-go', env: paddle.env });
  await server.clock('2026-06-10T10:00:00Z');
});
afterAll(async () => {
  await server.stop();
  await paddle.stop();
});

const customer = (): Promise<Account> => server.account({ country: 'DE', email: 'a@example.com' });
const balance = async (account: Account): Promise<string> =>
  (await account.get('/v1/wallet')).body.buckets.find((b: Json) => b.bucket === 'balance').available;

async function topUp(account: Account, amount = '25.00'): Promise<Json> {
  const { status, body } = await account.post('/v1/purchases', { opId: opId(), amount, provider: 'paddle', returnTo: 'wallet' });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

test('Paddle is asked for the net amount, adds its VAT, and writes the invoice; the balance grows by what was bought', async () => {
  const account = await customer();
  const open = await topUp(account);
  expect(open.checkout).toMatchObject({ state: 'open', net: { amount: '25.00', currency: 'EUR' }, tax: null, total: null });
  const ways = (await account.get('/v1/payment')).body.providers;
  expect(ways).toContainEqual({ id: 'paddle', label: 'Paddle', plans: false, sells: true, keeps: true });
  const { details } = paddle.transaction(open.checkoutUrl);
  expect(details.totals).toMatchObject({ subtotal: '2500', tax: '475', grand_total: '2975' });
  expect(await balance(account)).toBe('0.0000');
  expect(await paddle.deliver(server.url, paddle.pay(open.checkoutUrl))).toEqual([200, 200]);
  expect(await balance(account)).toBe('25.0000');
  // No invoice and no VAT of ours: the sale was Paddle's.
  expect((await account.get('/v1/invoices')).body).toEqual([]);
  expect((await account.get(`/v1/checkouts/${open.purchase.opId}`)).body.message).toBe('€25.00 and the tax on it paid through Paddle.');
  const receipt = await account.get(`/v1/checkouts/${open.purchase.opId}/receipt`);
  expect(receipt.body.url).toMatch(/\/invoices\/txn_\w+\.pdf$/);
  expect((await account.post('/v1/payment-portal', {})).body.url).toContain('/portal/ctm_');
});

test('every event sixteen times and backwards: granted once', async () => {
  const account = await customer();
  const events = paddle.pay((await topUp(account)).checkoutUrl).reverse();
  await Promise.all(Array.from({ length: 16 }, () => paddle.deliver(server.url, events)));
  expect(await balance(account)).toBe('25.0000');
});

test('below the minimum is refused before Paddle is asked', async () => {
  const { status, body } = await (await customer()).post('/v1/purchases', { opId: opId(), amount: '4.99', provider: 'paddle' });
  expect([status, body.code]).toEqual([422, 'below_minimum']);
});

test('declined and abandoned: in words, nothing charged, and whoever shows the account is woken', async () => {
  const account = await customer();
  const open = await topUp(account);
  const aborting = new AbortController();
  let heard = '';
  for await (const chunk of await account.stream(aborting.signal)) {
    if (heard === '') await paddle.deliver(server.url, paddle.decline(open.checkoutUrl));
    heard += Buffer.from(chunk).toString();
    if (heard.includes('event: account')) break;
  }
  aborting.abort();
  const declined = (await account.get(`/v1/checkouts/${open.purchase.opId}`)).body;
  expect([declined.state, declined.message.split('.')[0]]).toEqual(['failed', 'Not paid: the account behind the card is not covered']);
  await paddle.deliver(server.url, paddle.abandon(open.checkoutUrl));
  expect((await account.get(`/v1/checkouts/${open.purchase.opId}`)).body).toMatchObject({ state: 'expired', checkoutUrl: null });
  expect(await balance(account)).toBe('0.0000');
});

test('PG-16’s refund of the unused part is asked of Paddle exactly once, though Paddle knows no idempotency keys', async () => {
  const account = await customer();
  const open = await topUp(account);
  await paddle.deliver(server.url, paddle.pay(open.checkoutUrl));
  const [before, seen] = [paddle.kept(), paddle.events.length];
  const request = { opId: opId(), purchaseId: open.purchase.opId };
  const first = await account.post('/v1/refunds', request);
  expect([first.status, first.body.refunded]).toEqual([200, { amount: '25.00', currency: 'EUR' }]);
  expect(first.body).not.toHaveProperty('creditNote');
  // As after a crash between Paddle's answer and ours: the debt is still written down, and is asked again.
  await forgetRefunds();
  await server.sweep();
  expect((await account.post('/v1/refunds', request)).body).toEqual(first.body);
  expect([paddle.kept(), await balance(account)]).toEqual([before - 2500, '0.0000']);
  await paddle.deliver(server.url, paddle.events.slice(seen));
  expect(await balance(account)).toBe('0.0000');
});

test('a refund by Paddle, a chargeback and its reversal are facts of the ledger, in any order', async () => {
  const [refunded, disputed] = [await customer(), await customer()];
  const first = await topUp(refunded);
  await paddle.deliver(server.url, paddle.pay(first.checkoutUrl));
  await paddle.deliver(server.url, paddle.refund(paddle.transaction(first.checkoutUrl).id));
  expect(await balance(refunded)).toBe('0.0000');

  const open = await topUp(disputed);
  const { id } = paddle.transaction(open.checkoutUrl);
  const all = [...paddle.pay(open.checkoutUrl), ...paddle.chargeback(id), ...paddle.reverseChargeback(id)];
  await paddle.deliver(server.url, [...all].reverse());
  expect(await balance(disputed)).toBe('25.0000');
});

test('a forged, an old and a missing signature: refused, nothing written', async () => {
  const account = await customer();
  const [event] = paddle.pay((await topUp(account)).checkoutUrl);
  const good = paddle.signed(event);
  const old = paddle.signed(event, Math.floor(Date.now() / 1000) - 60);
  for (const [body, signature] of [
    [good.body.replace('2500', '9900'), good.header],
    [good.body, good.header.replace(/h1=.{4}/, 'h1=0000')],
    [old.body, old.header],
    [good.body, ''],
  ] as const) {
    const answer = await fetch(new URL('/v1/webhooks/paddle', server.url), {
      method: 'POST',
      body,
      headers: { 'paddle-signature': signature },
    });
    expect([answer.status, ((await answer.json()) as Json).code]).toEqual([400, 'invalid_signature']);
  }
  expect(await balance(account)).toBe('0.0000');
});

test('a refund that Paddle rejects: no money goes back, the credit returns once, and it is said in words', async () => {
  const account = await customer();
  const open = await topUp(account);
  await paddle.deliver(server.url, paddle.pay(open.checkoutUrl));
  const [before, seen] = [paddle.kept(), paddle.events.length];
  paddle.rejectRefunds(true);
  const request = { opId: opId(), purchaseId: open.purchase.opId };
  const asked = await account.post('/v1/refunds', request);
  paddle.rejectRefunds(false);
  expect([asked.status, await balance(account)]).toEqual([200, '0.0000']);
  const events = paddle.events.slice(seen);
  await Promise.all(Array.from({ length: 8 }, () => paddle.deliver(server.url, events)));
  await server.sweep();
  expect([paddle.kept(), await balance(account)]).toEqual([before, '25.0000']);
  const { body } = await account.get(`/v1/checkouts/${open.purchase.opId}`);
  expect(body.message).toContain('A refund of it was refused there: no money went back');
  // It was not given back, so it can be asked for again.
  expect((await account.post('/v1/refunds', { ...request, opId: opId() })).status).toBe(200);
  expect([paddle.kept(), await balance(account)]).toEqual([before - 2500, '0.0000']);
});

test('a payment that could not be used and that Paddle does not give back: it says that it is still the customer’s', async () => {
  const account = await customer();
  const open = await topUp(account);
  paddle.transaction(open.checkoutUrl).details.totals.subtotal = '100';
  paddle.rejectRefunds(true);
  await paddle.deliver(server.url, paddle.pay(open.checkoutUrl));
  paddle.rejectRefunds(false);
  await paddle.deliver(server.url, paddle.events.slice(-1));
  const { body } = await account.get(`/v1/checkouts/${open.purchase.opId}`);
  expect([body.state, await balance(account)]).toEqual(['returned', '0.0000']);
  expect(body.message).toContain('refused to give the payment back so far. Write to support: it is still yours.');
});

/** Straight in the database, as a crash would have left it. */
async function forgetRefunds(): Promise<void> {
  const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder });
  await db.pool.query('update payouts set refund_id = null');
  await db.close();
}
