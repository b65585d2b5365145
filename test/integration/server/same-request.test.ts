/** One request in two spellings is one request, and a receipt tells all that its operation did. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ policy: 'pay-as-you-go' });
  await server.clock('2026-03-31T12:00:00Z');
});
afterAll(() => server.stop());

async function rich(): Promise<Account> {
  const account = await server.account({ country: 'DE' });
  await server.grant(account.accountId, 'balance', '20.0000');
  return account;
}
async function held(account: Account): Promise<string> {
  const id = opId();
  await account.post('/v1/operations', { operations: [{ opId: id, kind: 'generation', model: 'backdrop-pro', resolution: '1K' }] });
  return id;
}

test.each([
  ['0.04', '0.0400'],
  ['0.0300', '0.03'],
  [undefined, '0.04'],
  ['0.0400', undefined],
])('a hold settled with %s and again with %s is settled once', async (first, again) => {
  const account = await rich();
  const id = await held(account);
  const settle = (actual: string | undefined) => account.post(`/v1/operations/${id}/settle`, actual === undefined ? {} : { actual });
  const [one, two] = [await settle(first), await settle(again)];
  expect([one.status, two.status]).toEqual([200, 200]);
  expect(two.body).toEqual(one.body);
});

test('a hold settled with one amount and again with another is a conflict, as is one that was released', async () => {
  const account = await rich();
  const [id, given] = [await held(account), await held(account)];
  await account.post(`/v1/operations/${id}/settle`, { actual: '0.03' });
  for (const actual of ['0.0301', undefined])
    expect((await account.post(`/v1/operations/${id}/settle`, { actual })).body.code).toBe('conflict');
  await account.post(`/v1/operations/${given}/release`, { reason: 'failed' });
  expect((await account.post(`/v1/operations/${given}/settle`, {})).body.code).toBe('conflict');
});

test('a grant of 5 and of 5.0000 under one id is one grant; an adjustment likewise', async () => {
  const account = await rich();
  const before = (await account.get('/v1/wallet')).body.available;
  for (const [path, more] of [
    ['grants', { bucket: 'balance' }],
    ['adjustments', { bucket: 'balance', direction: 'take' }],
  ] as const) {
    const id = opId();
    const answers = [];
    for (const amount of ['5', '5.0000', '05.0'])
      answers.push(await server.admin.post(`/v1/admin/accounts/${account.accountId}/${path}`, { opId: id, amount, reason: 'x', ...more }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
  }
  expect((await account.get('/v1/wallet')).body.available).toBe(before);
});

test('PG-12: the receipt of a second top-up shows what it brought, and not only that the clock moved', async () => {
  const account = await server.account({ country: 'DE' });
  const buy = async (): Promise<Json> => {
    const id = opId();
    await account.post('/v1/purchases', { opId: id, amount: '5.00', provider: 'invoice' });
    return (await account.get(`/v1/operations/${id}`)).body;
  };
  await buy();
  await server.clock('2026-04-30T12:00:00Z');
  const receipt = await buy();
  expect(receipt).toMatchObject({ status: 'done', amount: '5.0000', slices: [{ bucket: 'balance', amount: '5.0000' }] });
});

test('PG-12: the quote of a refund says what of the older balance lapses and when, and is what then happens', async () => {
  await server.clock('2026-04-30T12:00:00Z');
  const account = await server.account({ country: 'DE' });
  const buy = async (): Promise<string> => {
    const id = opId();
    const { status, body } = await account.post('/v1/purchases', { opId: id, amount: '8.00', provider: 'invoice' });
    expect(status, JSON.stringify(body)).toBe(200);
    const paid = { opId: opId(), reason: 'bank transfer' };
    await server.admin.post(`/v1/admin/accounts/${account.accountId}/invoices/${body.purchase.invoice}/paid`, paid);
    return id;
  };
  await buy();
  await server.clock('2027-04-29T12:00:00Z');
  const purchaseId = await buy();
  const quoted = (await account.post('/v1/refunds/quote', { purchaseId })).body;
  expect(quoted).toMatchObject({ refunded: { amount: '8.00' }, older: { amount: '8.5000', lapsesAt: '2027-04-30T12:00:00.000Z' } });
  const { body } = await account.post('/v1/refunds', { opId: opId(), purchaseId });
  expect([body.refunded, body.amount, body.older]).toEqual([quoted.refunded, quoted.amount, quoted.older]);
  expect((await account.get('/v1/wallet')).body.available).toBe(quoted.availableAfter);
  await server.clock('2027-04-30T12:00:00Z');
  expect((await account.get('/v1/wallet')).body.available).toBe('0.0000');
});
