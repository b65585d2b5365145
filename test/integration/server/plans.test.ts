/** Plans over HTTP: what is carried and given back, what the next bill will be, an account's own reset day, and views that agree at one instant. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ policy: 'artificial-studio', args: ['--test-clock', '--launch', '2026-11-20T00:00:00Z'] });
});
afterAll(() => server.stop());

const byStaff = async (account: Account, change: Json): Promise<Json> => {
  const { status, body } = await server.admin.post(`/v1/admin/accounts/${account.accountId}/subscription`, { opId: opId(), ...change });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};
const get = async (account: Account, path: string): Promise<Json> => (await account.get(path)).body;
const carrying = async (): Promise<Account> => {
  await server.clock('2026-03-01T10:00:00Z');
  const account = await server.account({ policy: 'artificial-studio', country: 'US', plan: 'pro', interval: 'year' });
  await byStaff(account, { action: 'change', interval: 'month' });
  return account;
};

describe('GS-12: carried money', () => {
  test('is in the subscription, in the wallet, and in what the next bill comes to', async () => {
    const account = await carrying();
    const carried = { amount: '531.00', currency: 'USD' };
    const subscription = await get(account, '/v1/subscription');
    expect(subscription).toMatchObject({
      carried,
      renewal: {
        at: '2026-04-01T10:00:00.000Z',
        plan: 'pro',
        interval: 'month',
        price: { amount: '59.00' },
        carried: { amount: '59.00' },
        net: { amount: '0.00' },
      },
    });
    expect((await get(account, '/v1/wallet')).carried).toEqual(carried);
  });

  test('ended, it is credited on the invoice that it was billed with, once; the books of the account come to what was used', async () => {
    const account = await carrying();
    await byStaff(account, { action: 'cancel' });
    await server.clock('2026-04-01T10:00:00Z');
    await server.sweep();
    await server.sweep();
    const invoices: Json[] = await get(account, '/v1/invoices');
    const notes = invoices.filter(({ kind }) => kind === 'credit-note');
    expect(notes).toMatchObject([{ net: { amount: '-531.00' }, credits: invoices[0].number }]);
    expect(invoices.reduce((sum, { net }) => sum + Math.round(Number(net.amount) * 100), 0)).toBe(5900);
    expect((await get(account, '/v1/subscription')).carried.amount).toBe('0.00');
    expect((await get(account, '/v1/ledger')).entries.filter((e: Json) => e.kind === 'carried-paid-out')).toHaveLength(1);
  });
});

test('GS-14: the quote of a downgrade says what the next renewal will cost, and the plan what waits', async () => {
  await server.clock('2026-03-01T10:00:00Z');
  const account = await server.account({ policy: 'artificial-studio', plan: 'enterprise' });
  const { body } = await account.post('/v1/subscription/quote', { action: 'change', plan: 'starter' });
  expect(body).toMatchObject({
    effectiveAt: '2026-04-01T10:00:00.000Z',
    net: { amount: '0.00' },
    subscription: { next: { plan: 'starter', interval: 'month', slots: 0 }, renewal: { plan: 'starter', net: { amount: '9.00' } } },
  });
});

test('ST-08: planned slots are on the wire', async () => {
  await server.clock('2026-03-05T10:00:00Z');
  const dealer = await server.account({ policy: 'background-studio', plan: 'professional-plus', slots: 50 });
  const { subscription } = await byStaff(dealer, { action: 'change', slots: 5 });
  expect(subscription.next).toEqual({ plan: 'professional-plus', interval: 'month', slots: 5 });
});

describe('ST-09: a reset day of its own', () => {
  const renewsAt = async (account: Account): Promise<string> => (await get(account, '/v1/wallet')).plan.renewsAt;
  const dealer = (more: Json) =>
    server.account({ policy: 'background-studio', plan: 'professional-plus', slots: 50, timeZone: 'Europe/Berlin', ...more });
  const setDay = (account: Account, day: number | null) =>
    server.admin.post(`/v1/admin/accounts/${account.accountId}/reset-day`, { opId: opId(), day, reason: 'the contract says so' });
  test('from the opening on', async () => {
    await server.clock('2027-01-05T10:00:00Z');
    const account = await dealer({ resetDay: 31 });
    expect(await renewsAt(account)).toBe('2027-01-30T23:00:00.000Z');
    await server.clock('2027-02-10T10:00:00Z');
    expect(await renewsAt(account)).toBe('2027-02-27T23:00:00.000Z');
  });
  test('set by staff, with the day of the next credit in the answer, and in the log', async () => {
    await server.clock('2027-03-05T10:00:00Z');
    const account = await dealer({});
    expect((await setDay(account, 20)).body).toMatchObject({ day: 20, resetsAt: '2027-03-19T23:00:00.000Z' });
    expect(await renewsAt(account)).toBe('2027-03-19T23:00:00.000Z');
    expect((await setDay(account, null)).body).toMatchObject({ day: null, resetsAt: '2027-03-31T22:00:00.000Z' });
  });
  test.each([0, 32, 1.5, '7'])('%s is none', async (day) => {
    await server.clock('2027-03-05T10:00:00Z');
    expect((await server.admin.post('/v1/admin/accounts', { policy: 'background-studio', resetDay: day })).status).toBe(400);
  });
  test('where months begin with the subscription there is none to choose', async () => {
    expect((await server.admin.post('/v1/admin/accounts', { policy: 'artificial-studio', resetDay: 3 })).body.code).toBe('not_offered');
  });
});

describe('two views of one account agree at one instant', () => {
  test('GS-10: after a renewal wallet and invoices both show the new period, without a sweep', async () => {
    await server.clock('2026-05-01T10:00:00Z');
    const account = await server.account({ policy: 'artificial-studio', plan: 'starter' });
    await server.clock('2026-06-01T10:00:00Z');
    expect((await get(account, '/v1/wallet')).plan.renewsAt).toBe('2026-07-01T10:00:00.000Z');
    expect((await get(account, '/v1/invoices')).map(({ issuedAt }: Json) => issuedAt)).toEqual([
      '2026-05-01T10:00:00.000Z',
      '2026-06-01T10:00:00.000Z',
    ]);
  });

  test('ST-10: a sweep writes what a launch brings, and the ledger says what the wallet says', async () => {
    await server.clock('2026-11-05T10:00:00Z');
    const dealer = await server.account({ policy: 'background-studio', plan: 'professional-plus', slots: 50 });
    await server.clock('2026-11-20T00:00:00Z');
    await server.sweep();
    const { entries } = await get(dealer, '/v1/ledger');
    expect([entries.at(-1).availableAfter, (await get(dealer, '/v1/wallet')).available]).toEqual(['1000', '1000']);
  });
});
