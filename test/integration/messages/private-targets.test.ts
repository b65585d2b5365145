/** Webhooks and the server’s own network: refused when they are made, refused again when they are sent; and their secrets in the database. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { type Account, type Client, opId, type RunningServer, startServer, temporaryFolder } from '../server/running-server.ts';
import { type Receiver, startReceiver } from './webhook-receiver.ts';

const folder = temporaryFolder();
const ALLOW = { BACKLOT_WEBHOOKS_PRIVATE: 'allow' };
let receiver: Receiver;
let server: RunningServer;

const start = async (env: Readonly<Record<string, string>>): Promise<void> => {
  server = await startServer({ folder, keep: true, env });
};
const stored = async <T>(work: (query: (sql: string, values?: unknown[]) => Promise<T[]>) => Promise<unknown>): Promise<void> => {
  const db = await openDatabase({ databaseUrl: databaseUrlOf(folder), dataFolder: folder, connections: 1 });
  await work(async (sql, values) => (await db.pool.query(sql, values)).rows);
  await db.close();
};
async function settle(client: Client): Promise<string> {
  const id = opId();
  await client.post('/v1/operations', { operations: [{ opId: id, kind: 'apply', photo: 'a', recipe: { background: 'paper' } }] });
  await client.post(`/v1/operations/${id}/settle`);
  return id;
}
const later = async (minutes: number): Promise<void> => {
  await server.clock(new Date(Date.parse('2026-03-01T09:00:00Z') + minutes * 60_000).toISOString());
  await server.sweep();
};

beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(() => server.stop());
afterAll(() => receiver.stop());

test('what leads into the server’s own network is refused with what it leads to, and nothing is written', async () => {
  await start({});
  const account = await server.account();
  for (const url of ['http://127.0.0.1:9/x', 'https://localhost/x', 'https://10.0.0.1/x', 'https://[::1]/x', 'https://2130706433/x']) {
    const { status, body } = await account.post('/v1/webhook-endpoints', { opId: opId(), url, events: ['invoice.issued'] });
    expect([status, body.code, typeof body.address]).toEqual([422, 'private_address', 'string']);
    expect(body.detail).toContain(
      'Nothing was written. A server that is to reach its own network is started with BACKLOT_WEBHOOKS_PRIVATE=allow.',
    );
  }
  expect((await account.get('/v1/webhook-endpoints')).body).toEqual([]);
});

test('an endpoint that was allowed once is not sent to any more where that is not allowed, and its secret lies sealed', async () => {
  await start(ALLOW);
  await later(0);
  const account: Account = await server.account({ plan: 'professional' });
  await server.grant(account.accountId, 'purchased', '50', '2026-12-01T00:00:00Z');
  const request = { opId: opId(), url: receiver.url, events: ['operation.settled'] };
  const { secret, endpoint } = (await account.post('/v1/webhook-endpoints', request)).body;
  await stored(async (query) => {
    expect(JSON.stringify(await query('select * from webhook_endpoints'))).not.toContain(secret);
    // As an earlier server left it.
    await query('update webhook_endpoints set secret = $2 where endpoint_id = $1', [endpoint.id, secret]);
  });
  await server.stop();

  await start({});
  const there = server.as(account.token);
  await later(1);
  const id = await settle(there);
  await later(2);
  expect([receiver.received.length, (await there.get('/v1/webhook-endpoints')).body[0].state]).toEqual([0, 'failing']);
  await stored(async (query) => {
    expect(await query('select trouble from deliveries')).toEqual([{ trouble: 'its address is not on the public internet' }]);
    expect(JSON.stringify(await query('select * from webhook_endpoints'))).not.toContain(secret);
  });
  await server.stop();

  await start({ ...ALLOW, BACKLOT_VAULT_KEYS: Buffer.alloc(32, 7).toString('base64') });
  await later(60);
  expect(receiver.received.map((one) => one.verified(secret).data.opId)).toEqual([id]);
  expect((await server.as(account.token).post('/v1/webhook-endpoints', request)).body.secret).toBe(secret);
  await server.stop();

  // The key is gone: nothing is signed with anything else, and that is said.
  await start(ALLOW);
  const again = await server.as(account.token).post('/v1/webhook-endpoints', request);
  expect([again.status, again.body.code]).toEqual([503, 'unavailable']);
  await later(61);
  await settle(server.as(account.token));
  await later(62);
  expect(receiver.received.length).toBe(1);
});
