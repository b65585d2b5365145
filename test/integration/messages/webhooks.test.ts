/** Outgoing webhooks: signed, told once, sent again when they are not taken, and only to those who asked. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { toldReport } from '../../../shared/api/index.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { consent, download, jpeg, sent } from '../server/report-files.ts';
import { type Account, type Json, opId, type RunningServer, startServer, temporaryFolder } from '../server/running-server.ts';
import { type Receiver, startReceiver } from './webhook-receiver.ts';

const EVENTS = ['operation.settled', 'grant.expiring', 'balance.low', 'invoice.issued', 'report.opened', 'report.answered'];
const START = Date.parse('2026-03-01T09:00:00Z');
const MINUTE_MS = 60_000;
const PRIVATE = { BACKLOT_WEBHOOKS_PRIVATE: 'allow' };

let server: RunningServer;
let receiver: Receiver;
let account: Account;
let endpoint: Json;
let secret: string;

beforeAll(async () => {
  server = await startServer({ env: PRIVATE });
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.clock(new Date(START).toISOString());
  receiver = await startReceiver();
  account = await server.account({ plan: 'professional', email: 'someone@example.com' });
  await server.grant(account.accountId, 'purchased', '100', new Date(START + 60 * 24 * 60 * MINUTE_MS).toISOString());
  ({ endpoint, secret } = (await account.post('/v1/webhook-endpoints', { opId: opId(), url: receiver.url, events: EVENTS })).body);
  return () => receiver.stop();
});

const later = async (minutes: number): Promise<void> => {
  await server.clock(new Date(START + minutes * MINUTE_MS).toISOString());
  await server.sweep();
};
async function settle(): Promise<string> {
  const id = opId();
  await account.post('/v1/operations', { operations: [{ opId: id, kind: 'apply', photo: 'a', recipe: { background: 'paper' } }] });
  await account.post(`/v1/operations/${id}/settle`);
  return id;
}
const told = () => receiver.received.map((one) => one.verified(secret));
const state = async (): Promise<string> =>
  (await account.get('/v1/webhook-endpoints')).body.find((one: Json) => one.id === endpoint.id)?.state;

describe('an endpoint', () => {
  test.each(['http://example.com/x', 'ftp://127.0.0.1', 'https://name:word@example.com', 'http://127.0.0.1.example.com', 'nowhere'])(
    'is refused at %s',
    async (url) => {
      const { status, body } = await account.post('/v1/webhook-endpoints', { opId: opId(), url, events: EVENTS });
      expect([status, body.code]).toEqual([422, 'invalid_url']);
    },
  );

  test('is made once, shows its secret there only, and ten are enough', async () => {
    const request = { opId: opId(), url: 'https://example.com/hook', events: ['invoice.issued'] };
    const first = (await account.post('/v1/webhook-endpoints', request)).body;
    expect((await account.post('/v1/webhook-endpoints', request)).body).toEqual(first);
    expect((await account.post('/v1/webhook-endpoints', { ...request, events: EVENTS })).body.code).toBe('conflict');
    expect(JSON.stringify((await account.get('/v1/webhook-endpoints')).body)).not.toContain('whsec_');
    for (let n = 2; n < 10; n++) await account.post('/v1/webhook-endpoints', { ...request, opId: opId() });
    expect((await account.post('/v1/webhook-endpoints', { ...request, opId: opId() })).body.code).toBe('too_many_endpoints');
  });

  test('belongs to its account', async () => {
    const stranger = await server.account();
    expect((await stranger.get('/v1/webhook-endpoints')).body).toEqual([]);
    expect((await stranger.call('DELETE', `/v1/webhook-endpoints/${endpoint.id}`)).status).toBe(404);
    expect((await stranger.post(`/v1/webhook-endpoints/${endpoint.id}/enable`)).status).toBe(404);
  });
});

describe('what happens', () => {
  test('is told with a signature that holds, once, without asking for a sweep', async () => {
    const id = await settle();
    await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(1);
    await later(1);
    await later(2);
    const [one, ...others] = told();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ type: 'operation.settled', data: { opId: id, charged: '1', returned: '0' } });
    const forged = receiver.received[0];
    expect(() => forged?.verified(`whsec_${Buffer.alloc(32).toString('base64')}`)).toThrow();
  });

  test('is told for each kind of event, and to other accounts’ endpoints never', async () => {
    const stranger = await server.account({ plan: 'professional' });
    const theirs = await startReceiver();
    await stranger.post('/v1/webhook-endpoints', { opId: opId(), url: theirs.url, events: EVENTS });
    await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' });
    const report = (await account.post('/v1/reports', { opId: opId(), photo: 'a', resultOpId: await settle(), note: 'halo' })).body;
    await server.admin.post(`/v1/admin/reports/${report.id}/resolve`, { opId: opId(), state: 'declined', answer: 'As asked.' });
    const take = { opId: opId(), direction: 'take', bucket: 'purchased', amount: '139', reason: 'x' };
    await server.admin.post(`/v1/admin/accounts/${account.accountId}/adjustments`, take);
    await later(1);
    await server.grant(account.accountId, 'purchased', '30', new Date(START + 60 * 24 * 60 * MINUTE_MS).toISOString());
    await later(31 * 24 * 60);
    expect(told().map(({ type }) => type)).toEqual(
      expect.arrayContaining(['invoice.issued', 'report.answered', 'balance.low', 'grant.expiring']),
    );
    expect(told().find(({ type }) => type === 'report.answered').data).toMatchObject({ id: report.id, answer: 'As asked.' });
    expect(theirs.received).toEqual([]);
    await theirs.stop();
  });

  test('a report is told with links to its pictures, which need no token and expire', async () => {
    await consent(account);
    const [faulty, mended] = [jpeg(500, 3), jpeg(600, 5)];
    const uploads = [await sent(server, account, faulty)];
    const { id } = (await account.post('/v1/reports', { opId: opId(), photo: 'a', resultOpId: await settle(), note: 'halo', uploads }))
      .body;
    await server.admin.post(`/v1/admin/reports/${id}/take`);
    const upload = await sent(server, server.admin, mended, { role: 'corrected', report: id });
    await server.admin.post(`/v1/admin/reports/${id}/resolve`, { opId: opId(), state: 'corrected', uploads: [upload] });
    await later(1);
    const about = (type: string): Json => toldReport.parse(told().find((one) => one.type === type).data);
    expect(about('report.opened').links.map((link: Json) => link.role)).toEqual(['result']);
    const { links } = about('report.answered');
    expect(links.map((link: Json) => link.role)).toEqual(['result', 'corrected']);
    expect((await download(server, null, links[1].url)).bytes.equals(mended)).toBe(true);
    expect((await download(server, null, `${links[1].url.slice(0, -2)}AA`)).status).toBe(404);
    await server.clock(links[1].expiresAt);
    expect((await download(server, null, links[1].url)).status).toBe(410);
  });

  test('every settled operation is told exactly once, of a hundred', async () => {
    const ids = await Promise.all(Array.from({ length: 90 }, settle));
    await later(1);
    await later(2);
    const settled = told().filter(({ type }) => type === 'operation.settled');
    expect(settled.map(({ data }) => data.opId).sort()).toEqual([...ids].sort());
  });
});

describe('servers', () => {
  test('that are killed at once tell it after their restart; two that look at the same moment tell it once', async () => {
    const folder = temporaryFolder();
    const first = await startServer({ folder, keep: true, env: PRIVATE });
    const client = await first.account({ plan: 'professional' });
    await first.grant(client.accountId, 'purchased', '50');
    const hook = (await client.post('/v1/webhook-endpoints', { opId: opId(), url: receiver.url, events: ['operation.settled'] })).body;
    const ids = Array.from({ length: 20 }, opId);
    const operations = ids.map((id) => ({ opId: id, kind: 'apply', photo: id, recipe: { background: 'paper' } }));
    await client.post('/v1/operations', { operations });
    receiver.answers(503);
    await Promise.all(ids.map((id) => client.post(`/v1/operations/${id}/settle`)));
    await first.kill();
    // What was under way just then is free again after five minutes of the machine's own time.
    const db = await openDatabase({ databaseUrl: databaseUrlOf(folder), dataFolder: folder, connections: 1 });
    await db.pool.query('update deliveries set leased_until = null');
    await db.close();
    receiver.answers(200);
    const before = receiver.received.length;
    const second = await startServer({ folder, keep: true, env: PRIVATE });
    const third = await startServer({ folder, env: PRIVATE });
    const soon = new Date(Date.now() + 60 * MINUTE_MS).toISOString();
    await Promise.all([second.clock(soon), third.clock(soon)]);
    await Promise.all([second.sweep(), third.sweep()]);
    await Promise.all([second.sweep(), third.sweep()]);
    const taken = receiver.received.slice(before).map((one) => one.verified(hook.secret).data.opId);
    expect(taken.sort()).toEqual([...ids].sort());
    await second.stop();
    await third.stop();
  });
});

describe('an endpoint that fails', () => {
  test.each([500, 302])('with %i gets it again, later and later, as the same event', async (status) => {
    receiver.answers(status);
    await settle();
    await later(0);
    expect([receiver.received.length, await state()]).toEqual([1, 'failing']);
    await later(0.5);
    expect(receiver.received.length).toBe(1);
    await later(2);
    await later(4);
    expect(receiver.received.length).toBe(2);
    receiver.answers(204);
    await later(10);
    await later(60);
    expect(new Set(receiver.received.map(({ id, body }) => id + body)).size).toBe(1);
    expect([receiver.received.length, await state()]).toEqual([3, 'active']);
  });

  test('for five days is switched off, and on again by its owner', async () => {
    receiver.answers(500);
    for (let day = 0; day <= 6; day++) {
      await settle();
      await later(day * 24 * 60);
    }
    expect(await state()).toBe('disabled');
    const count = receiver.received.length;
    receiver.answers(200);
    await settle();
    await later(8 * 24 * 60);
    expect(receiver.received.length).toBe(count);
    expect((await account.post(`/v1/webhook-endpoints/${endpoint.id}/enable`)).body.state).toBe('active');
    const id = await settle();
    await later(9 * 24 * 60);
    expect(told().at(-1)?.data.opId).toBe(id);
  });

  test('with 410 is switched off at once', async () => {
    receiver.answers(410);
    await settle();
    await later(0);
    expect([receiver.received.length, await state()]).toEqual([1, 'disabled']);
  });

  test('and is removed gets nothing more', async () => {
    receiver.answers(500);
    await settle();
    await later(0);
    await account.call('DELETE', `/v1/webhook-endpoints/${endpoint.id}`);
    receiver.answers(200);
    await settle();
    await later(60);
    expect([receiver.received.length, await state()]).toEqual([1, undefined]);
  });
});
