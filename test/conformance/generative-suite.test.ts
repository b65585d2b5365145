/** Generative suite: GS-01 to GS-16 against the real server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeStripe, startFakeStripe } from '../integration/payments/fake-stripe.ts';
import {
  type Account,
  available,
  buckets,
  buy,
  finished,
  generate,
  type Json,
  minor,
  onAccount,
  opId,
  paid,
  quote,
  type RunningServer,
  spend,
  startServer,
  subscription,
  wallet,
} from './world.ts';

let server: RunningServer;
let stripe: FakeStripe;
const START = '2026-03-01T10:00:00Z';

beforeAll(async () => {
  stripe = await startFakeStripe();
  server = await startServer({ policy: 'generative-suite', env: stripe.env });
});
afterAll(async () => {
  await server.stop();
  await stripe.stop();
});

/** Subscribed on 1 March at 10:00. */
async function subscriber(plan = 'max', interval = 'month', country = 'US'): Promise<Account> {
  await server.clock(START);
  const account = await server.account({ country, ...onAccount });
  await subscription(account, 'subscribe', { plan, interval });
  return account;
}

const portrait = { kind: 'tool', tool: 'portrait' };
const invoices = async (account: Account): Promise<Json[]> => (await account.get('/v1/invoices')).body;

test('GS-01: four paid tiers that differ in credits, custom models and support', async () => {
  const account = await subscriber();
  const { declaration } = (await account.get('/v1/policy')).body;
  const plans: Json[] = declaration.plans.list;
  expect(plans.map((p) => p.id)).toEqual(['plus', 'max', 'generative', 'team']);
  expect(new Set(plans.map((p) => JSON.stringify(p.features))).size).toBe(4);
  for (const [plan, credits] of [
    ['max', '400'],
    ['generative', '900'],
    ['team', '6000'],
  ])
    expect(await available(await subscriber(plan))).toBe(credits);
  expect(Number(await available(await subscriber('plus')))).toBeGreaterThan(0);
});

test('GS-02: a portrait costs 2–3, a ten-second video 8–20; longer, finer, harder costs more', async () => {
  const account = await subscriber('team');
  const range = async (operation: object): Promise<[string, string]> => {
    const { atLeast, total } = await quote(account, operation);
    return [atLeast, total];
  };
  expect(await range(portrait)).toEqual(['2', '3']);
  expect(await range({ kind: 'tool', tool: 'video', durationSeconds: 10 })).toEqual(['8', '20']);
  const most = async (operation: object): Promise<number> => Number((await range(operation))[1]);
  const video = { kind: 'tool', tool: 'video' };
  expect(await most({ ...video, durationSeconds: 20 })).toBeGreaterThan(await most({ ...video, durationSeconds: 10 }));
  expect(await most({ ...video, durationSeconds: 10, complexity: 'high' })).toBeGreaterThan(
    await most({ ...video, durationSeconds: 10, complexity: 'low' }),
  );
  expect(await most({ kind: 'tool', tool: 'image', resolution: '4K' })).toBeGreaterThan(
    await most({ kind: 'tool', tool: 'image', resolution: '1K' }),
  );
});

test('GS-03: new credit on the billing anniversary; what was left rolls over for 30 days', async () => {
  const account = await subscriber('max');
  await spend(account, [portrait, portrait], '2');
  await server.clock('2026-03-31T10:00:00Z');
  expect(await buckets(account)).toMatchObject({ rollover: '396', monthly: '400' });
  await server.clock('2026-04-30T09:59:59Z');
  expect(await buckets(account)).toMatchObject({ rollover: '396', monthly: '400' });
  await server.clock('2026-04-30T10:00:00Z');
  expect(await buckets(account)).toMatchObject({ rollover: '400', monthly: '400' });
});

test('GS-04: packs arrive at once, stack on the allowance, and never expire', async () => {
  const account = await subscriber('max');
  const { grant } = await buy(account, { packId: 'pack-500' });
  expect(grant).toMatchObject({ available: '500', expiresAt: null });
  expect(await available(account)).toBe('900');
  await server.clock('2036-03-01T10:00:00Z');
  expect((await buckets(account))['purchased']).toBe('500');
});

test.each([
  ['plus', 0],
  ['max', 20],
  ['generative', 20],
  ['team', 20],
])('GS-05: %s pays %i%% less than Plus on every pack, on top of the pack’s own discount', async (plan, percent) => {
  const onPlus = (await (await subscriber('plus')).get('/v1/packs')).body;
  const packs = (await (await subscriber(plan)).get('/v1/packs')).body;
  expect(packs).toHaveLength(3);
  for (const [at, pack] of packs.entries()) {
    expect(pack.id).toBe(onPlus[at].id);
    expect(minor(pack.price.amount)).toBe(Math.round((minor(onPlus[at].price.amount) * (100 - percent)) / 100));
  }
});

test('GS-06: the estimate before, the exact amount afterwards, in the creation and in the history', async () => {
  const account = await subscriber('max');
  const { atLeast, total } = await quote(account, { kind: 'generation', model: 'backdrop-pro', resolution: '2K' });
  const done = await finished(account, (await generate(account, { model: 'backdrop-pro', resolution: '2K' })).id);
  expect(Number(done.cost)).toBeGreaterThanOrEqual(Number(atLeast));
  expect(Number(done.cost)).toBeLessThanOrEqual(Number(total));
  const { entries } = (await account.get('/v1/ledger')).body;
  const settled = entries.find((e: Json) => e.opId === done.id && e.kind === 'settled');
  expect(settled.slices.reduce((sum: number, s: Json) => sum + Number(s.amount), 0)).toBe(Number(done.cost));
});

test.each(['plus', 'max', 'generative', 'team'])('GS-07: on %s the 500 pack lowers the price per credit by 18%%', async (plan) => {
  const packs = (await (await subscriber(plan)).get('/v1/packs')).body;
  const each = (id: string): number => minor(packs.find((p: Json) => p.id === id).pricePerCredit.amount, 4);
  expect(each('pack-500')).toBe(Math.round(each('pack-100') * 0.82));
  expect(packs.find((p: Json) => p.id === 'pack-500').discountPercent).toBe(18);
});

test('GS-08: Team is alerted when the balance passes the threshold', async () => {
  const account = await subscriber('team');
  expect((await wallet(account)).alerts.map((a: Json) => a.kind)).not.toContain('low_balance');
  const held = Array.from({ length: 271 }, () => ({ opId: opId(), kind: 'tool', tool: 'video', durationSeconds: 10 }));
  await account.post('/v1/operations', { operations: held });
  expect(Number(await available(account))).toBeLessThan(600);
  const alert = (await wallet(account)).alerts.find((a: Json) => a.kind === 'low_balance');
  expect(alert.message).toContain('580');
});

test('GS-09: monthly renews every 30 days, yearly on the same calendar day at 40% less', async () => {
  const monthly = await subscriber('max', 'month');
  expect((await monthly.get('/v1/subscription')).body.periodEnd).toBe('2026-03-31T10:00:00.000Z');
  const yearly = await subscriber('max', 'year');
  expect((await yearly.get('/v1/subscription')).body.periodEnd).toBe('2027-03-01T10:00:00.000Z');
  const [[first], [second]] = [await invoices(monthly), await invoices(yearly)];
  expect(minor(second.net.amount)).toBe(Math.round(minor(first.net.amount) * 12 * 0.6));
  await server.clock('2026-04-30T10:00:00Z');
  await server.sweep();
  expect((await invoices(monthly)).map((i) => i.issuedAt)).toEqual([
    '2026-03-01T10:00:00.000Z',
    '2026-03-31T10:00:00.000Z',
    '2026-04-30T10:00:00.000Z',
  ]);
  expect(await invoices(yearly)).toHaveLength(1);
});

test('GS-11: prices are in USD; the tax follows the billing address', async () => {
  const [usa, germany] = [await subscriber('max', 'month', 'US'), await subscriber('max', 'month', 'DE')];
  const [[atHome], [abroad]] = [await invoices(usa), await invoices(germany)];
  expect([atHome.net.currency, atHome.taxRatePercent, atHome.tax.amount]).toEqual(['USD', '0', '0.00']);
  expect([abroad.net, abroad.taxRatePercent]).toEqual([atHome.net, '19']);
  const wrong = await usa.post('/v1/purchases', { opId: opId(), packId: 'pack-100', currency: 'EUR' });
  expect(wrong.body.code).toBe('currency_mismatch');
});

test('GS-12: from monthly to yearly the unused time is credited, and the quote is what then happens', async () => {
  const account = await subscriber('max', 'month');
  await server.clock('2026-03-16T10:00:00Z');
  const change = { action: 'change', interval: 'year' };
  const quoted = (await account.post('/v1/subscription/quote', change)).body;
  expect(minor(quoted.credit.amount)).toBe(Math.floor(3900 / 2));
  expect(minor(quoted.net.amount)).toBe(minor(quoted.charge.amount) - minor(quoted.credit.amount));
  const done = await subscription(account, 'change', { interval: 'year' });
  expect(done.quote).toEqual(quoted);
  expect(done.invoice.net).toEqual(quoted.net);
  expect(done.subscription).toMatchObject({ interval: 'year', periodEnd: '2027-03-16T10:00:00.000Z' });
});

test('GS-13: an upgrade begins a new cycle at once: full price, full allowance, the smaller of unused time and allowance back', async () => {
  const account = await subscriber('max');
  await spend(account, [portrait], '2');
  await server.clock('2026-03-16T10:00:00Z');
  const quoted = (await account.post('/v1/subscription/quote', { action: 'change', plan: 'generative' })).body;
  const { invoice, wallet: after, quote: happened } = await subscription(account, 'change', { plan: 'generative' });
  expect(happened).toEqual(quoted);
  // Half of the 30 days is left, and 398 of 400 credits: half of Max comes back, and 200 credits go with it.
  expect(after).toMatchObject({ available: '1098', plan: { id: 'generative', renewsAt: '2026-04-15T10:00:00.000Z' } });
  expect(invoice.lines.map((l: Json) => [l.text, Math.sign(minor(l.net.amount))])).toEqual([
    ['Generative plan', 1],
    ['Unused time of Max', -1],
  ]);
  expect(minor(invoice.net.amount)).toBe(7900 - 1950);
});

test('GS-14: a downgrade waits for the renewal; benefits stay until then', async () => {
  const account = await subscriber('generative');
  const { subscription: planned } = await subscription(account, 'change', { plan: 'plus' });
  expect(planned).toMatchObject({ plan: { id: 'generative' }, next: { plan: 'plus' } });
  await server.clock('2026-03-31T09:59:59Z');
  expect((await wallet(account)).plan.id).toBe('generative');
  await server.clock('2026-03-31T10:00:00Z');
  expect((await wallet(account)).plan.id).toBe('plus');
  expect((await buckets(account))['monthly']).toBe('100');
});

test.each(['cancel', 'pause'])('GS-15: %s: access until the period ends, no renewal, restart at any time', async (action) => {
  const account = await subscriber('max');
  await subscription(account, action);
  await paid(server, account);
  await server.clock('2026-03-31T09:59:59Z');
  expect(await wallet(account)).toMatchObject({ available: '400', plan: { id: 'max' } });
  await server.clock('2026-04-15T10:00:00Z');
  await server.sweep();
  expect(await invoices(account)).toHaveLength(1);
  expect((await buckets(account))['monthly']).toBe('0');
  await (action === 'pause' ? subscription(account, 'resume') : subscription(account, 'subscribe', { plan: 'max' }));
  expect((await buckets(account))['monthly']).toBe('400');
  expect((await wallet(account)).plan).toMatchObject({ id: 'max', status: 'active' });
});

test('GS-10: the default payment method is charged at renewal, once, and the PDF invoice is in billing', async () => {
  await server.clock(START);
  const account = await server.account({ country: 'US' });
  const { checkoutUrl } = await subscription(account, 'subscribe', { plan: 'max', provider: 'stripe' });
  await stripe.deliver(server.url, stripe.pay(checkoutUrl));
  const { customer } = stripe.session(checkoutUrl);
  const before = stripe.kept(customer);
  await server.clock('2026-03-31T10:00:00Z');
  await server.sweep();
  await server.sweep();
  const renewed = (await invoices(account)).at(-1);
  expect([renewed.state, stripe.asked(customer)]).toEqual(['paid', 1]);
  expect(stripe.kept(customer) - before).toBe(minor(renewed.total.amount));
  const pdf = await account.get(`/v1/invoices/${renewed.number}.pdf`);
  expect(pdf.status, JSON.stringify(pdf.body)).toBe(200);
  expect(pdf.body.subarray(0, 5).toString()).toBe('%PDF-');
});

test('GS-10: a declined renewal is explained, tried again later, and never charged twice for one period', async () => {
  await server.clock(START);
  const account = await server.account({ country: 'US' });
  const { checkoutUrl } = await subscription(account, 'subscribe', { plan: 'max', provider: 'stripe' });
  await stripe.deliver(server.url, stripe.pay(checkoutUrl, 'declined'));
  const { customer } = stripe.session(checkoutUrl);
  const before = stripe.kept(customer);
  await server.clock('2026-03-31T10:00:00Z');
  await server.sweep();
  const { dunning } = (await wallet(account)).plan;
  expect(dunning).toMatchObject({ state: 'past_due', attempt: 1, nextAttemptAt: '2026-04-01T10:00:00.000Z' });
  expect(dunning.message).toContain('Nothing was charged');
  stripe.setCard(customer, 'ok');
  await server.clock('2026-04-01T10:00:00Z');
  await server.sweep();
  await server.sweep();
  const renewed = (await invoices(account)).at(-1);
  expect([(await wallet(account)).plan.dunning, renewed.state]).toEqual([undefined, 'paid']);
  expect(stripe.kept(customer) - before).toBe(minor(renewed.total.amount));
});

test('GS-16: paid on Stripe’s own page, managed on its portal; coming back leads to the page one left', async () => {
  const account = await subscriber();
  const { checkoutUrl } = await buy(account, { packId: 'pack-500', provider: 'stripe', returnTo: 'plans' });
  expect(new URL(checkoutUrl).origin).toBe(stripe.url);
  const { success_url, cancel_url } = stripe.session(checkoutUrl);
  for (const [address, outcome] of [
    [success_url, 'paid'],
    [cancel_url, 'left'],
  ])
    expect(await (await fetch(address)).text()).toContain(`backlot://return/plans?outcome=${outcome}`);
  await stripe.deliver(server.url, stripe.pay(checkoutUrl));
  expect((await buckets(account))['purchased']).toBe('500');
  const { body } = await account.post('/v1/payment-portal', { returnTo: 'plans' });
  expect(new URL(body.url).origin).toBe(stripe.url);
});

test('GS-16: no request of the contract takes a card', async () => {
  const { paths } = (await server.as('').get('/v1/openapi.json')).body;
  const bodies = JSON.stringify(
    Object.values<Json>(paths).flatMap((methods) => Object.values<Json>(methods).map((m) => m.requestBody ?? null)),
  );
  expect(bodies).not.toMatch(/card|cvc|cvv|iban|expiry_month/i);
});
