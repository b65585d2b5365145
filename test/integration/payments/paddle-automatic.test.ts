/** Automatic top-up through Paddle: charged within the subscription for nothing that keeps the method, once for a trigger. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { type Account, type Json, opId, type RunningServer, startServer } from '../server/running-server.ts';
import { type FakePaddle, startFakePaddle } from './fake-paddle.ts';

let paddle: FakePaddle;
let server: RunningServer;

beforeAll(async () => {
  paddle = await startFakePaddle();
  server = await start();
});
afterAll(async () => {
  await server.stop();
  await paddle.stop();
});

const START = Date.parse('2026-06-10T10:00:00Z');
const start = (): Promise<RunningServer> =>
  startServer({ policy: 'pay-as-you-go', env: paddle.env, keep: true, ...(server && { folder: server.folder }) });
const at = async (minutes: number): Promise<void> => {
  await server.clock(new Date(START + minutes * 60_000).toISOString());
  await server.sweep();
};
const settings = { below: '5.0000', amount: '20.0000', monthlyCap: { amount: '50.00', currency: 'EUR' } };

/** EUR 10.00, bought at Paddle with the method kept. */
async function buyer(): Promise<{ account: Account; bought: string }> {
  paddle.declineCharges(false);
  await server.clock(new Date(START).toISOString());
  const account = await server.account({ country: 'DE', email: 'a@example.com' });
  const request = { opId: opId(), amount: '10.00', provider: 'paddle', keepMethod: true };
  const { body } = await account.post('/v1/purchases', request);
  await paddle.deliver(server.url, paddle.pay(body.checkoutUrl));
  expect((await account.call('PUT', '/v1/auto-top-up', { opId: opId(), settings })).status).toBe(200);
  return { account, bought: body.purchase.opId };
}
async function spend(account: Account, amount: string): Promise<void> {
  const take = { opId: opId(), direction: 'take', bucket: 'balance', amount, reason: 'spent' };
  expect((await server.admin.post(`/v1/admin/accounts/${account.accountId}/adjustments`, take)).status).toBe(200);
}
const balance = async (account: Account): Promise<string> => (await account.get('/v1/wallet')).body.available;
const reaches = (account: Account, amount: string) => expect.poll(() => balance(account), { timeout: 20_000 }).toBe(amount);
const topUp = async (account: Account): Promise<Json> => (await account.get('/v1/auto-top-up')).body;

test('is charged at Paddle, granted once, and neither its events nor the renewals for nothing change anything', async () => {
  const { account, bought } = await buyer();
  expect((await topUp(account)).through).toBe('paddle');
  const [asked, kept, seen] = [paddle.charged(), paddle.kept(), paddle.events.length];
  await spend(account, '6.0000');
  await reaches(account, '24.5000');
  expect([paddle.charged() - asked, paddle.kept() - kept]).toEqual([1, 2000]);
  await paddle.deliver(server.url, [...paddle.events.slice(seen), ...paddle.renewAll()].reverse());
  await at(1);
  expect([await balance(account), paddle.charged() - asked, paddle.kept() - kept]).toEqual(['24.5000', 1, 2000]);
  // No invoice of ours: the sale was Paddle's.
  expect((await account.get('/v1/invoices')).body).toEqual([]);
  // The first payment, of two items, can still be given back.
  expect((await account.post('/v1/refunds', { opId: opId(), purchaseId: bought })).body.refunded).toEqual({
    amount: '4.00',
    currency: 'EUR',
  });
  expect(paddle.kept() - kept).toBe(1600);
});

test('declined: one attempt, nothing charged, a pause; and the same without the subscription', async () => {
  for (const ended of [false, true]) {
    const { account } = await buyer();
    const kept = paddle.kept();
    if (ended) paddle.endSubscriptions();
    else paddle.declineCharges(true);
    await spend(account, '6.0000');
    await expect.poll(async () => (await topUp(account)).charge?.state, { timeout: 20_000 }).toBe('declined');
    const { charge } = await topUp(account);
    expect(charge.reason).toBe(ended ? 'there is no payment method' : 'the bank declined the payment');
    expect(charge.message).toContain('Nothing was charged and no credit was added. It is not tried again before');
    const asked = paddle.charged();
    await paddle.deliver(server.url, paddle.events.slice(-1));
    await spend(account, '1.0000');
    await at(30);
    expect([paddle.charged(), paddle.kept(), await balance(account)]).toEqual([asked, kept, '3.5000']);
  }
});

test.each(['sweep', 'webhook'])(
  'kill -9 between Paddle’s charge and its booking, found by the %s: charged once, granted once',
  async (found) => {
    const { account } = await buyer();
    const [asked, kept, first] = [paddle.charged(), paddle.kept(), server];
    const killed = new Promise<void>((done) => paddle.between('/charge', () => first.kill().then(done)));
    await spend(account, '6.0000').catch(() => undefined);
    await killed;
    const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder, connections: 1 });
    await db.pool.query('update automatic_charges set leased_until = null');
    await db.close();
    server = await start();
    await server.clock(new Date(START).toISOString());
    const there = Object.assign(server.as(account.token), { accountId: account.accountId });
    expect(await balance(there)).toBe('4.5000');
    if (found === 'webhook') await paddle.deliver(server.url, paddle.events.slice(-2));
    await at(1);
    await at(2);
    expect([await balance(there), paddle.charged() - asked, paddle.kept() - kept]).toEqual(['24.5000', 1, 2000]);
  },
);
