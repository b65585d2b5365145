/** An account opened on a plan that has a price owes its first period, and is credited for it like for any other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ policy: 'creative-suite' });
  await server.clock('2026-06-01T10:00:00Z');
});
afterAll(() => server.stop());

const invoices = async (account: Account): Promise<Json[]> => (await account.get('/v1/invoices')).body;

test('the first period is billed once, however often the opening is sent', async () => {
  const request = { opId: opId(), policy: 'creative-suite', plan: 'plus', country: 'US' };
  const [first, again] = [await server.admin.post('/v1/admin/accounts', request), await server.admin.post('/v1/admin/accounts', request)];
  expect(again.body).toEqual({
    accountId: first.body.accountId,
    tokenId: first.body.tokenId,
    notice: expect.stringContaining('shown once'),
  });
  const account = { accountId: first.body.accountId, ...server.as(first.body.token) };
  const [invoice, ...others] = await invoices(account);
  expect(others).toEqual([]);
  expect(invoice).toMatchObject({ kind: 'invoice', issuedAt: '2026-06-01T10:00:00.000Z', net: { amount: '7.00', currency: 'USD' } });
  expect(invoice.lines).toHaveLength(1);
});

test('only what was billed is credited when the plan changes', async () => {
  const account = await server.account({ plan: 'plus' });
  await server.clock('2026-06-16T10:00:00Z');
  const { body } = await account.post('/v1/subscription', { opId: opId(), action: 'change', plan: 'pro' });
  expect(body.quote.credit).toEqual({ amount: '3.50', currency: 'USD' });
  expect((await invoices(account)).map((i) => i.net.amount)).toEqual(['7.00', '9.50']);
});

test.each([
  ['the free plan', {}],
  ['a plan that is part of another contract', { policy: 'background-studio', plan: 'premium' }],
  ['no plan', { policy: 'artificial-studio' }],
])('%s bills nothing', async (_, request) => {
  expect(await invoices(await server.account(request))).toEqual([]);
});

test('with the yearly interval a year is billed', async () => {
  expect((await invoices(await server.account({ plan: 'plus', interval: 'year' }))).map((i) => i.net.amount)).toEqual(['60.00']);
});
