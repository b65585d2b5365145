/** ST-08 over HTTP: what gives credit without payment is refused to the customer's own token on every route, and is there for staff. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const CHANGES: readonly Json[] = [
  { action: 'subscribe', plan: 'premium' },
  { action: 'subscribe', plan: 'professional-plus', slots: 1_000_000 },
  { action: 'subscribe', plan: 'premium', interval: 'month' },
  { action: 'change', plan: 'premium' },
  { action: 'change', plan: 'professional' },
  { action: 'change', plan: 'basic' },
  { action: 'change', plan: 'professional-plus', slots: 1000 },
  { action: 'change', slots: 1000 },
  { action: 'change', slots: 1 },
  { action: 'resume' },
];
const seen = async (account: Account): Promise<Json> => {
  const [wallet, plan] = [(await account.get('/v1/wallet')).body, (await account.get('/v1/subscription')).body];
  const { entries } = (await account.get('/v1/ledger')).body;
  return { available: wallet.available, plan, entries: entries.length, invoices: (await account.get('/v1/invoices')).body };
};
const dealer = () => server.account({ plan: 'professional-plus', slots: 5, country: 'DE' });

describe('ST-08: the customer’s own token', () => {
  test.each(CHANGES)('%j: refused as not offered, with the sentence why, and nothing is written; its quote too', async (change) => {
    const account = await dealer();
    const before = await seen(account);
    for (const path of ['/v1/subscription', '/v1/subscription/quote']) {
      const { status, body } = await account.post(path, { opId: opId(), ...change });
      expect([status, body.code], `${path} ${JSON.stringify(body)}`).toEqual([403, 'not_offered']);
      expect(body.detail).toMatch(/staff sets it\. Nothing was changed or charged/);
    }
    expect(await seen(account)).toEqual(before);
  });

  test('many at once give nothing either', async () => {
    const account = await dealer();
    const before = await seen(account);
    const answers = await Promise.all(CHANGES.map((change) => account.post('/v1/subscription', { opId: opId(), ...change })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
    expect(await seen(account)).toEqual(before);
  });

  test('leaving is its own right, and gives nothing; the way back is staff’s', async () => {
    await server.clock('2026-06-10T10:00:00Z');
    const account = await dealer();
    expect((await account.post('/v1/subscription', { opId: opId(), action: 'cancel' })).status).toBe(200);
    const back = await account.post('/v1/subscription', { opId: opId(), action: 'resume' });
    expect([back.status, back.body.code]).toEqual([403, 'not_offered']);
    expect((await account.get('/v1/subscription')).body.status).toBe('cancelling');
    await server.clock('2026-08-10T10:00:00Z');
    for (const change of CHANGES) expect((await account.post('/v1/subscription', { opId: opId(), ...change })).status).not.toBe(200);
    expect((await account.get('/v1/wallet')).body.available).toBe('0');
  });

  test('a refusal is not remembered under its id: what staff sells later may be asked for again', async () => {
    const account = await dealer();
    const change = { opId: opId(), action: 'change', plan: 'premium' };
    await account.post('/v1/subscription', change);
    const again = await account.post('/v1/subscription', change);
    expect([again.status, again.body.code]).toEqual([403, 'not_offered']);
    expect((await account.get(`/v1/operations/${change.opId}`)).status).toBe(404);
  });
});

test('ST-08: staff sets plan and slots, by its own route and with its own quote', async () => {
  const account = await dealer();
  const at = `/v1/admin/accounts/${account.accountId}/subscription`;
  const change = { opId: opId(), action: 'change', plan: 'professional-plus', slots: 50 };
  expect((await server.admin.post(`${at}/quote`, change)).status).toBe(200);
  expect((await server.admin.post(at, change)).body.wallet.plan).toMatchObject({ id: 'professional-plus', slots: 50 });
  expect((await account.post(at, { ...change, opId: opId(), slots: 500 })).status).toBe(403);
  expect((await account.get('/v1/wallet')).body.plan.slots).toBe(50);
});

test('what has a price is the customer’s own to take; slots come with none of it', async () => {
  const account = await server.account({ policy: 'generative-suite', country: 'US' });
  const withSlots = { action: 'subscribe', plan: 'max', slots: 7 };
  expect((await account.post('/v1/subscription', { opId: opId(), ...withSlots })).body.code).toBe('not_offered');
  expect((await account.post('/v1/subscription', { opId: opId(), action: 'subscribe', plan: 'max' })).status).toBe(200);
  expect((await account.post('/v1/subscription', { opId: opId(), action: 'change', slots: 7 })).body.code).toBe('not_offered');
});
