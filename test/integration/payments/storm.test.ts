/**
 * A storm of webhooks, in process: thousands, shuffled, most of them several times, a third with a signature that is not right. Afterwards
 * the books are exactly what a person would reckon from who paid, who got it back and whose bank took it.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../../server/app.ts';
import { readOptions } from '../../../server/options.ts';
import { openServer, type Server } from '../../../server/server.ts';
import { runs } from '../../runs.ts';
import { type Json, opId, temporaryFolder } from '../server/running-server.ts';
import { type FakeStripe, startFakeStripe } from './fake-stripe.ts';

/** `npm run check:long` lets ten thousand come. */
const [ACCOUNTS, EVENTS] = runs(1) > 1 ? [50, 10_000] : [16, 2_500];
const CHECKOUTS_EACH = 7;
const AT_ONCE = 24;

const folder = temporaryFolder();
let stripe: FakeStripe;
let server: Server;
let app: Awaited<ReturnType<typeof buildApp>>;

beforeAll(async () => {
  stripe = await startFakeStripe();
  const options = readOptions(['--data', folder, '--policy', 'generative-suite', '--rate-limit', '1000000'], stripe.env);
  server = await openServer(options, false);
  app = await buildApp(server);
});
afterAll(async () => {
  await app.close();
  await server.close();
  await stripe.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Buyer {
  readonly token: string;
  credits: number;
  cents: number;
}

/** What happens to a checkout, and what of its 100 credits and of its money is left in the end. */
const FATES = ['paid', 'declined first', 'left', 'refunded', 'disputed', 'won back', 'refund refused'] as const;

test('thousands of events, shuffled, repeated, a third forged: the books are exact', async () => {
  const buyers: Buyer[] = [];
  const events: Json[] = [];
  for (let a = 0; a < ACCOUNTS; a += 1) {
    const { token = '' } = await server.accounts.open({ policy: 'generative-suite', country: 'US' });
    const buyer = { token, credits: 0, cents: 0 };
    buyers.push(buyer);
    for (let c = 0; c < CHECKOUTS_EACH; c += 1) events.push(...(await checkout(buyer, FATES[c % FATES.length] ?? 'paid')));
  }
  const random = seeded(20_261_123);
  const storm = Array.from({ length: EVENTS }, (_, i) => ({
    event: events[i < events.length ? i : Math.floor(random() * events.length)],
    forged: false,
  }));
  // Every event is there unforged at least once; of the repeated ones enough are forged to make a third.
  const forged = Math.ceil(EVENTS / 3);
  for (let i = EVENTS - forged; i < EVENTS; i += 1) storm[i] = { event: storm[i]?.event, forged: true };
  for (let i = storm.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [storm[i], storm[j]] = [storm[j] as (typeof storm)[number], storm[i] as (typeof storm)[number]];
  }
  expect(events.length).toBeLessThan(EVENTS - forged);

  const answers = new Map<string, number>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < storm.length; at = next++) {
      const { event, forged: bad } = storm[at] as (typeof storm)[number];
      const { body, header } = stripe.signed(event);
      const signature = bad ? header.replace(/v1=(.)/, (_, first: string) => `v1=${first === '0' ? '1' : '0'}`) : header;
      const { statusCode } = await app.inject({
        method: 'POST',
        url: '/v1/webhooks/stripe',
        payload: body,
        headers: { 'content-type': 'application/json', 'stripe-signature': signature },
      });
      const key = `${bad ? 'forged' : 'good'} ${statusCode}`;
      answers.set(key, (answers.get(key) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  expect(Object.fromEntries(answers)).toEqual({ 'good 200': EVENTS - forged, 'forged 400': forged });
  const { rows } = await server.db.pool.query(`select count(*) from provider_events where state <> 'done'`);
  expect(Number(rows[0].count)).toBe(0);
  const numbers: number[] = [];
  for (const buyer of buyers) {
    const get = async (url: string): Promise<Json> =>
      (await app.inject({ url, headers: { authorization: `Bearer ${buyer.token}` } })).json();
    const wallet = await get('/v1/wallet');
    const invoices: Json[] = await get('/v1/invoices');
    const billed = invoices.reduce((sum, { total }) => sum + Math.round(Number(total.amount) * 100), 0);
    expect([Number(wallet.available), billed]).toEqual([buyer.credits, buyer.cents]);
    numbers.push(...invoices.filter(({ kind }) => kind === 'invoice').map(({ number }) => Number(number.slice(-6))));
  }
  // One invoice for each payment, numbered without a gap; what was won back, or not given back after all, is billed again.
  const wonBack = ACCOUNTS * FATES.filter((fate) => fate === 'won back' || fate === 'refund refused').length;
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: ACCOUNTS * (CHECKOUTS_EACH - 1) + wonBack }, (_, i) => i + 1));
}, 180_000);

/** Opens a checkout, lets its fate happen at Stripe, and notes what should be left. */
async function checkout(buyer: Buyer, fate: (typeof FATES)[number]): Promise<Json[]> {
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/purchases',
    headers: { authorization: `Bearer ${buyer.token}` },
    payload: { opId: opId(), packId: 'pack-100', provider: 'stripe' },
  });
  const { checkoutUrl: page, checkout: opened } = answer.json();
  const session = stripe.session(page);
  if (fate === 'left') return stripe.abandon(page);
  const before = fate === 'declined first' ? stripe.decline(page) : [];
  const paid = stripe.pay(page);
  const keeps = fate === 'paid' || fate === 'declined first' || fate === 'won back' || fate === 'refund refused';
  if (keeps) {
    buyer.credits += 100;
    buyer.cents += Math.round(Number(opened.total.amount) * 100);
  }
  const after = {
    paid: () => [],
    'declined first': () => [],
    refunded: () => stripe.refund(session.payment_intent),
    disputed: () => stripe.dispute(session.payment_intent),
    'refund refused': () => [...stripe.refund(session.payment_intent), ...stripe.failRefund(session.payment_intent)],
    'won back': () => [...stripe.dispute(session.payment_intent), ...stripe.winDispute(session.payment_intent)],
  }[fate]();
  return [...before, ...paid, ...after];
}

/** Mulberry32: the same storm every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
