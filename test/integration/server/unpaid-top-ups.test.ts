/** PG-12 on account: a top-up moves the clock of the older balance when staff notes its payment, in the ledger, once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ policy: 'pay-as-you-go' });
});
afterAll(() => server.stop());

const topUp = async (account: Account, amount: string): Promise<Json> => {
  const { status, body } = await account.post('/v1/purchases', { opId: opId(), amount, provider: 'invoice' });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.purchase;
};
const note = (account: Account, number: string, more: object = {}) =>
  server.admin.post(`/v1/admin/accounts/${account.accountId}/invoices/${number}/paid`, { opId: opId(), reason: 'bank transfer', ...more });
const available = async (account: Account): Promise<string> => (await account.get('/v1/wallet')).body.available;
const moved = async (account: Account): Promise<Json[]> =>
  (await account.get('/v1/ledger')).body.entries.map(({ body }: Json) => body).filter(({ kind }: Json) => kind === 'expiry-changed');

/** EUR 8.00 on 30 April, paid; EUR 10.00 the day before it lapses, billed. */
async function billed(): Promise<{ account: Account; purchase: Json }> {
  await server.clock('2026-04-30T12:00:00Z');
  const account = await server.account({ country: 'DE' });
  expect((await note(account, (await topUp(account, '8.00')).invoice)).status).toBe(200);
  await server.clock('2027-04-29T12:00:00Z');
  return { account, purchase: await topUp(account, '10.00') };
}

test('PG-12: noted by many at one moment, it is one entry, and the balance lives twelve months from the top-up', async () => {
  const { account, purchase } = await billed();
  const before = await moved(account);
  await server.clock('2027-04-30T11:00:00Z');
  const same = { opId: opId() };
  const answers = await Promise.all([same, same, {}, {}, same].map((more) => note(account, purchase.invoice, more)));
  const done = answers.filter(({ status }) => status === 200);
  expect([1, 3]).toContain(done.length);
  for (const { body } of done) expect(body).toMatchObject({ number: purchase.invoice, state: 'paid' });
  for (const { status, body } of answers) if (status !== 200) expect([status, body.code]).toEqual([409, 'conflict']);
  const after = (await moved(account)).slice(before.length);
  expect(after).toMatchObject([{ because: purchase.opId, paid: true, clock: Date.parse('2027-04-29T12:00:00Z') }]);
  await server.clock('2028-04-29T11:59:59Z');
  expect(await available(account)).toBe('18.5000');
  await server.clock('2028-04-29T12:00:00Z');
  expect(await available(account)).toBe('0.0000');
});

test('PG-12: what refuses the note leaves the clock where it is', async () => {
  const { account, purchase } = await billed();
  const before = await moved(account);
  expect((await note(account, purchase.invoice, { at: '2027-05-30T00:00:00Z' })).body.code).toBe('invalid_instant');
  expect((await note(account, 'BL-2027-999999')).status).toBe(404);
  // An id of the customer's own is no id of staff's.
  expect((await note(account, purchase.invoice, { opId: purchase.opId })).body.code).toBe('conflict');
  expect(await moved(account)).toEqual(before);
  expect((await account.get('/v1/invoices')).body.at(-1).state).toBe('open');
  await server.clock('2027-04-30T12:00:00Z');
  expect(await available(account)).toBe('10.0000');
});

test.each([
  ['in full', undefined, '0.0000'],
  ['but for less than a top-up', { amount: '6.00', currency: 'EUR' }, '4.0000'],
  ['but for a whole top-up', { amount: '5.00', currency: 'EUR' }, '13.5000'],
])('PG-12: credited %s before it was paid', async (_, money, left) => {
  const { account, purchase } = await billed();
  const refund = { opId: opId(), purchaseId: purchase.opId, basis: 'goodwill', reason: 'agreed', ...(money && { money }) };
  const { status, body } = await server.admin.post(`/v1/admin/accounts/${account.accountId}/refunds`, refund);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).not.toHaveProperty('older');
  expect((await note(account, purchase.invoice)).status).toBe(200);
  expect((await note(account, purchase.invoice)).body.code).toBe('conflict');
  await server.clock('2027-04-30T12:00:00Z');
  expect(await available(account)).toBe(left);
});

test('PG-12: the quote of a refund names no older balance while the invoice is open, and does once it was paid', async () => {
  const { account, purchase } = await billed();
  const quote = async (): Promise<Json> => (await account.post('/v1/refunds/quote', { purchaseId: purchase.opId })).body;
  expect(await quote()).not.toHaveProperty('older');
  await note(account, purchase.invoice);
  expect(await quote()).toMatchObject({ older: { amount: '8.5000', lapsesAt: '2027-04-30T12:00:00.000Z' } });
});

test('PG-12: an automatic top-up on account likewise', async () => {
  await server.clock('2026-04-30T12:00:00Z');
  const account = await server.account({ country: 'DE' });
  await server.clock('2027-04-29T12:00:00Z');
  const settings = { below: '1.0000', amount: '5.0000', monthlyCap: { amount: '10.00', currency: 'EUR' } };
  expect((await account.call('PUT', '/v1/auto-top-up', { opId: opId(), settings })).status).toBe(200);
  await server.sweep();
  const [invoice] = (await account.get('/v1/invoices')).body;
  expect([await available(account), invoice.state, await moved(account)]).toEqual(['5.5000', 'open', []]);
  await note(account, invoice.number);
  await server.clock('2028-04-29T11:59:59Z');
  expect(await available(account)).toBe('5.5000');
});

test('a pack on account is noted as ever: no clock stands on it, and the ledger says nothing', async () => {
  await server.clock('2026-04-30T12:00:00Z');
  const account = await server.account({ country: 'DE', policy: 'background-studio', plan: 'professional-plus', slots: 1 });
  const { purchase } = (await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body;
  expect((await note(account, purchase.invoice)).body.state).toBe('paid');
  expect(await moved(account)).toEqual([]);
});
