/** What is forgotten, and what is not: finished and old goes; unfinished stays, however old; what comes back after all does nothing twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { startReceiver } from '../messages/webhook-receiver.ts';
import { type Account, type Json, opId, type RunningServer, startServer } from '../server/running-server.ts';
import { type FakeStripe, startFakeStripe } from './fake-stripe.ts';

let stripe: FakeStripe;
let server: RunningServer;

beforeAll(async () => {
  stripe = await startFakeStripe();
  server = await startServer({ policy: 'generative-suite', env: { ...stripe.env, BACKLOT_WEBHOOKS_PRIVATE: 'allow' } });
});
afterAll(async () => {
  await server.stop();
  await stripe.stop();
});

const DAY_MS = 86_400_000;
/** Stripe's events carry the machine's own time, so the days are counted from there. */
const NOW = Date.now();
const at = async (day: number): Promise<void> => {
  await server.clock(new Date(NOW + day * DAY_MS).toISOString());
  await server.sweep();
};
async function count(table: string, where = 'true'): Promise<number> {
  const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder, connections: 1 });
  const { rows } = await db.pool.query<{ count: number }>(`select count(*) from ${table} where ${where}`);
  await db.close();
  return rows[0]?.count ?? 0;
}
async function buy(account: Account): Promise<Json[]> {
  const { body } = await account.post('/v1/purchases', { opId: opId(), packId: 'pack-500', provider: 'stripe' });
  const paid = stripe.pay(body.checkoutUrl);
  const refund = stripe.refund(stripe.session(body.checkoutUrl).payment_intent, 100);
  await stripe.deliver(server.url, [...paid, ...refund]);
  return [...paid, ...refund];
}
const left = async (account: Account): Promise<[string, number]> => [
  (await account.get('/v1/wallet')).body.available,
  (await account.get('/v1/invoices')).body.length,
];

test('old events of a provider are forgotten, parked ones too; sent again they change nothing', async () => {
  await at(0);
  const account = await server.account({ country: 'US' });
  const events = await buy(account);
  const parked = { ...stripe.events.at(-1), id: 'evt_nobody' };
  parked.data = { object: { ...parked.data.object, payment_intent: 'pi_nobody', metadata: {} } };
  await stripe.deliver(server.url, [parked]);
  const before = await left(account);
  const kept = await count('provider_events');
  expect([kept > 3, await count('provider_events', `state = 'waiting'`)]).toEqual([true, 1]);
  await at(179);
  expect(await count('provider_events')).toBe(kept);
  await at(181);
  expect(await count('provider_events')).toBe(0);
  expect(await stripe.deliver(server.url, events)).toEqual(events.map(() => 200));
  expect(await left(account)).toEqual(before);
});

test('what was told is forgotten; what still waits to be told is not', async () => {
  await at(200);
  const [taking, refusing] = [await startReceiver(), await startReceiver()];
  refusing.answers(500);
  const account = await server.account({ country: 'US', onAccount: { limit: '100.00' } });
  for (const { url } of [taking, refusing]) await account.post('/v1/webhook-endpoints', { opId: opId(), url, events: ['invoice.issued'] });
  await account.post('/v1/purchases', { opId: opId(), packId: 'pack-100', provider: 'invoice' });
  await at(200.01);
  await expect.poll(() => count('deliveries', `state = 'sent'`), { timeout: 20_000 }).toBe(1);
  expect([await count('events'), await count('deliveries')]).toEqual([1, 2]);
  // The other server comes back only after all this time: its delivery has waited, and is made.
  await expect.poll(() => count('deliveries', `state = 'waiting' and leased_until is null`), { timeout: 20_000 }).toBe(1);
  refusing.answers(200);
  const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder, connections: 1 });
  await db.pool.query(`update deliveries set next_at = $1 where state = 'waiting'`, [NOW + 400 * DAY_MS]);
  await db.close();
  await at(399);
  expect([await count('events'), await count('deliveries')]).toEqual([1, 1]);
  await at(400);
  await expect.poll(() => count('deliveries', `state = 'sent'`), { timeout: 20_000 }).toBe(1);
  await at(581);
  expect([await count('events'), await count('deliveries')]).toEqual([0, 0]);
  await Promise.all([taking.stop(), refusing.stop()]);
});
