/** How much credit staff may give: by role, at once and in a day; above an owner's cap only two owners together. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectTo } from './its-postgres.ts';
import { type Account, type Answer, type Client, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let account: Account;
let second: Client;
let support: Client;
let day = 0;

const member = async (role: string): Promise<Client> =>
  server.as((await server.admin.post('/v1/admin/staff', { opId: opId(), name: role, role })).body.token);
beforeAll(async () => {
  const caps = ['--support-cap', '10/25', '--owner-cap', '100/250'];
  server = await startServer({ args: ['--test-clock', '--launch', '2026-01-01T00:00:00Z', ...caps] });
  [second, support] = [await member('owner'), await member('support')];
});
afterAll(() => server.stop());
beforeEach(async () => {
  day += 1;
  await server.clock(new Date(Date.UTC(2026, 5, day, 10)).toISOString());
  account = await server.account();
});

const at = (rest: string, of = account) => `/v1/admin/accounts/${of.accountId}${rest}`;
const grantOf = (amount: string): Json => ({ opId: opId(), bucket: 'purchased', amount, reason: 'x' });
const grant = (by: Client, amount: string): Promise<Answer> => by.post(at('/grants'), grantOf(amount));
const said = ({ status, body }: Answer) => [status, body.code ?? body.proposal?.state ?? 'given'];
const available = async (): Promise<string> => (await account.get('/v1/wallet')).body.available;

describe('a cap', () => {
  test('is for one act, by role; what is above it gives nothing', async () => {
    expect(said(await grant(support, '11'))).toEqual([403, 'above_cap']);
    expect(said(await grant(support, '1000000000'))).toEqual([403, 'above_cap']);
    expect(said(await grant(support, '10'))).toEqual([200, 'given']);
    expect(said(await grant(server.admin, '100'))).toEqual([200, 'given']);
    expect(said(await grant(server.admin, '101'))).toEqual([202, 'waiting']);
    expect(await available()).toBe('110');
  });

  test('is for a day, over all accounts and all at once, and a new day begins anew', async () => {
    const others = await Promise.all([server.account(), server.account(), server.account(), server.account()]);
    const answers = await Promise.all(others.map((other) => support.post(at('/grants', other), grantOf('10'))));
    expect(answers.map(said).sort()).toEqual([
      [200, 'given'],
      [200, 'given'],
      [403, 'above_cap'],
      [403, 'above_cap'],
    ]);
    expect(said(await grant(support, '5'))).toEqual([200, 'given']);
    expect(said(await grant(support, '1'))).toEqual([403, 'above_cap']);
    day += 1;
    await server.clock(new Date(Date.UTC(2026, 5, day, 0)).toISOString());
    expect(said(await grant(support, '10'))).toEqual([200, 'given']);
  });

  test('counts once what is sent twice, and refuses nothing that was given', async () => {
    const body = grantOf('10');
    for (let i = 0; i < 5; i += 1) expect(said(await support.post(at('/grants'), body))).toEqual([200, 'given']);
    expect(await available()).toBe('10');
  });

  test('holds for adjustments that give, for plans without a price, and for money given back as goodwill', async () => {
    const adjust = (direction: string, amount: string) => support.post(at('/adjustments'), { ...grantOf(amount), direction });
    expect(said(await adjust('add', '11'))).toEqual([403, 'above_cap']);
    await grant(server.admin, '90');
    expect(said(await adjust('take', '50'))).toEqual([200, 'given']);
    const plan = await support.post(at('/subscription'), { opId: opId(), action: 'subscribe', plan: 'professional-plus', slots: 1000 });
    expect(said(plan)).toEqual([403, 'above_cap']);
    const own = await server.admin.post(at('/subscription'), { opId: opId(), action: 'subscribe', plan: 'professional' });
    expect(said(own)).toEqual([200, 'given']);
    const { purchase } = (await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body;
    const refund = { opId: opId(), purchaseId: purchase.opId, basis: 'goodwill', reason: 'x' };
    expect(said(await support.post(at('/refunds'), refund))).toEqual([403, 'above_cap']);
    expect(said(await server.admin.post(at('/refunds'), refund))).toEqual([200, 'given']);
  });
});

describe('above an owner’s cap', () => {
  const propose = async (): Promise<{ body: Json; id: string }> => {
    const body = grantOf('1000');
    return { body, id: (await server.admin.post(at('/grants'), body)).body.proposal.id };
  };
  const confirm = (by: Client, id: string) => by.post(`/v1/admin/proposals/${id}/confirm`);

  test('another owner confirms, once; both are in the log, and the request answers the grant from then on', async () => {
    const { body, id } = await propose();
    expect((await server.admin.post(at('/grants'), body)).body.proposal.id).toBe(id);
    expect((await server.admin.post(at('/grants'), { ...body, amount: '2000' })).body.code).toBe('conflict');
    expect((await support.get('/v1/admin/proposals')).body.map((one: Json) => one.id)).toContain(id);
    expect([said(await confirm(support, id)), said(await confirm(server.admin, id))]).toEqual([
      [403, 'forbidden'],
      [403, 'forbidden'],
    ]);
    expect(await available()).toBe('0');
    const answers = await Promise.all([confirm(second, id), confirm(second, id)]);
    expect(answers.map(({ body }) => [body.proposal?.state, body.answer?.granted])).toEqual([
      ['confirmed', '1000'],
      ['confirmed', '1000'],
    ]);
    expect(await available()).toBe('1000');
    expect((await server.admin.post(at('/grants'), body)).body).toMatchObject({ granted: '1000' });
    const { acts } = (await support.get(`/v1/admin/audit?accountId=${account.accountId}`)).body;
    expect(acts.map((act: Json) => [act.action, act.staff.name, act.detail.askedBy?.name])).toEqual([
      ['grant', 'owner', 'Owner'],
      ['proposal.make', 'Owner', undefined],
      ['account.open', 'Owner', undefined],
    ]);
  });

  test('declined it gives nothing, whoever confirms or sends it again', async () => {
    const { body, id } = await propose();
    expect((await support.post(`/v1/admin/proposals/${id}/decline`, { reason: 'no' })).status).toBe(403);
    expect((await second.post(`/v1/admin/proposals/${id}/decline`, { reason: 'no' })).body.state).toBe('declined');
    expect(said(await confirm(second, id))).toEqual([409, 'conflict']);
    expect(said(await server.admin.post(at('/grants'), body))).toEqual([409, 'declined']);
    expect(await available()).toBe('0');
    const [act] = (await support.get(`/v1/admin/audit?accountId=${account.accountId}`)).body.acts;
    expect([act.action, act.staff.name, act.detail.reason]).toEqual(['proposal.decline', 'owner', 'no']);
  });

  test('what an earlier server wrote down and nobody understands is listed as such; it is not confirmed, and declined with a reason', async () => {
    const { id } = await propose();
    const db = await connectTo(server.folder);
    try {
      await db.query('update proposals set body = $2 where proposal_id = $1', [id, JSON.stringify({ sum: 1000 })]);
    } finally {
      await db.end();
    }
    const listed = (await support.get('/v1/admin/proposals')).body.find((one: Json) => one.id === id);
    expect(listed).toMatchObject({
      detail: { sum: 1000 },
      unfit: expect.stringContaining('it cannot be confirmed. Decline it with a reason'),
    });
    const refused = await confirm(second, id);
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([409, 'conflict', `${listed.unfit} Nothing was given.`]);
    expect(await available()).toBe('0');
    const declined = await second.post(`/v1/admin/proposals/${id}/decline`, { reason: 'not to be read' });
    expect([declined.status, declined.body.state]).toEqual([200, 'declined']);
    const [act] = (await support.get(`/v1/admin/audit?accountId=${account.accountId}`)).body.acts;
    expect([act.action, act.detail.reason]).toEqual(['proposal.decline', 'not to be read']);
  });
});
