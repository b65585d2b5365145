/** A database connection can be lost at any moment, more than once, idle or at work: the server says so and goes on. */
import { symlinkSync, unlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runs } from '../../runs.ts';
import { connectTo, endAll, pause, postmaster, processes } from './its-postgres.ts';
import { type Account, type Answer, opId, type RunningServer, startServer } from './running-server.ts';

/** Far beyond what it takes; only an unbounded wait reaches it. */
const EVENTUALLY = { timeout: 90_000, interval: 100 };

/** How many connections are ended under operations at work, unless those were faster. */
const MOST_ENDED = runs(100);

const apply = (id: string) => ({ operations: [{ opId: id, kind: 'apply', photo: id, recipe: { background: 'paper' } }] });
const answered = (account: Account): Promise<Answer> =>
  vi.waitFor(async () => {
    const answer = await account.get('/v1/wallet');
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer;
  }, EVENTUALLY);

/** As the studio does it: the same id again until there is an answer. What comes meanwhile is a problem that passes, and says when to come again. */
const applied = (account: Account, id: string): Promise<Answer> =>
  vi.waitFor(async () => {
    const answer = await account.post('/v1/operations', apply(id));
    const passes =
      answer.status === 503 && ['unavailable', 'busy'].includes(answer.body.code) && answer.headers.get('retry-after') !== null;
    if (passes) throw new Error(answer.body.detail);
    return answer;
  }, EVENTUALLY);

describe('connections that are ended', () => {
  let server: RunningServer;
  let account: Account;
  beforeAll(async () => {
    server = await startServer({ embedded: true });
    account = await server.account();
    await server.grant(account.accountId, 'purchased', '100');
  });
  afterAll(() => server.stop());

  test('idle, five times: the server answers again each time', async () => {
    for (let times = 0; times < 5; times += 1) {
      const client = await connectTo(server.folder);
      await endAll(client);
      await client.end();
      await answered(account);
    }
    expect(server.said()).not.toContain('Unhandled');
  });

  test('at work: each operation happens once, and is answered', async () => {
    const before = Number((await answered(account)).body.available);
    const ids = Array.from({ length: 40 }, opId);
    const client = await connectTo(server.folder);
    const some = Promise.all(ids.slice(0, 20).map((id) => applied(account, id)));
    let working = true;
    const over = some.finally(() => {
      working = false;
    });
    for (let ended = 0; working && ended < MOST_ENDED; ) ended += await endAll(client);
    const outcomes = [...(await over), ...(await Promise.all(ids.slice(20).map((id) => applied(account, id))))];
    await client.end();
    expect(outcomes.map((o) => o.body.outcomes?.[0]?.status)).toEqual(ids.map(() => 'held'));
    const { body } = await answered(account);
    expect(Number(body.available)).toBe(before - 40);
    for (const id of ids) expect((await account.get(`/v1/operations/${id}`)).body.status).toBe('held');
  });

  test('what other servers write is heard again, though the connection that listens was lost', async () => {
    const other = await startServer({ folder: server.folder, keep: true });
    try {
      const client = await connectTo(server.folder);
      await endAll(client);
      await client.end();
      await answered(account);
      const aborting = new AbortController();
      const stream = await account.stream(aborting.signal);
      const id = opId();
      await applied({ ...other.as(account.token), accountId: account.accountId }, id);
      const { seq } = (await account.get('/v1/ledger?after=0&limit=1')).body.head;
      let text = '';
      for await (const chunk of stream) {
        text += Buffer.from(chunk).toString();
        if (text.includes(`"seq":${seq}}`)) break;
      }
      aborting.abort();
      expect(text).toContain(`"seq":${seq}}`);
    } finally {
      await other.stop();
    }
  });
});

describe('the embedded PostgreSQL', () => {
  let server: RunningServer;
  let account: Account;
  beforeAll(async () => {
    server = await startServer({ keep: true, embedded: true });
    account = await server.account();
    await server.grant(account.accountId, 'purchased', '100');
  });
  afterAll(() => server.stop());

  test('is started again when it dies, twice, and what was acknowledged is there', async () => {
    for (let times = 0; times < 2; times += 1) {
      const id = opId();
      expect((await applied(account, id)).body.outcomes[0].status).toBe('held');
      const dead = postmaster(server.folder);
      process.kill(dead, 'SIGKILL');
      await vi.waitFor(() => expect(postmaster(server.folder)).not.toBe(dead), EVENTUALLY);
      await answered(account);
      expect((await account.get(`/v1/operations/${id}`)).body.status).toBe('held');
      expect((await account.get('/v1/health')).status).toBe(200);
    }
  });

  test('that dies while photos are applied charges each of them once', async () => {
    const before = Number((await answered(account)).body.available);
    const ids = Array.from({ length: 10 }, opId);
    const work = Promise.all(ids.map((id) => applied(account, id)));
    process.kill(postmaster(server.folder), 'SIGKILL');
    for (const { body } of await work) expect(body.outcomes[0].status).toBe('held');
    expect(Number((await answered(account)).body.available)).toBe(before - 10);
  });

  test('that answers nothing any more: not ready, every request 503 without waiting for it, and then it goes on', async () => {
    const id = opId();
    const goOn = pause(server.folder);
    try {
      for (const path of ['/v1/health', '/v1/ready']) {
        const answer = await account.get(path);
        expect([answer.status, answer.body.code]).toEqual([503, 'not_ready']);
        expect(answer.headers.get('retry-after')).not.toBeNull();
      }
      // All of it while nothing answers: it goes on only when everybody has been told.
      const asked = [
        account.get('/v1/wallet'),
        account.post('/v1/operations', apply(id)),
        server.as('blt_nobody_has_this_one').get('/v1/wallet'),
      ];
      for (const { status, headers } of await Promise.all(asked))
        expect([status, headers.get('retry-after')]).toEqual([503, expect.any(String)]);
    } finally {
      goOn();
    }
    await answered(account);
    expect((await applied(account, id)).body.outcomes[0].status).toBe('held');
    await vi.waitFor(async () => expect((await account.get('/v1/health')).status).toBe(200), EVENTUALLY);
  });

  test('that answers nothing any more does not keep the server from leaving', async () => {
    pause(server.folder);
    await server.stop();
    await vi.waitFor(() => expect(processes(server.folder)).toEqual([]), EVENTUALLY);
    server = await startServer({ folder: server.folder, keep: true });
    await answered({ ...server.as(account.token), accountId: account.accountId });
  });

  test('that is shutting down and does not end is ended at the next start', async () => {
    await server.kill();
    const client = await connectTo(server.folder);
    const old = postmaster(server.folder);
    // A smart shutdown waits for its clients, however long they stay.
    process.kill(old, 'SIGTERM');
    server = await startServer({ folder: server.folder, keep: true });
    await client.end().catch(() => undefined);
    expect(postmaster(server.folder)).not.toBe(old);
    await answered({ ...server.as(account.token), accountId: account.accountId });
  });

  test('is found again when its folder is named by another path', async () => {
    await server.kill();
    const running = postmaster(server.folder);
    const link = `${server.folder}-link`;
    symlinkSync(server.folder, link);
    const again = await startServer({ folder: link, keep: true });
    expect(postmaster(server.folder)).toBe(running);
    await again.stop();
    unlinkSync(link);
    server = await startServer({ folder: server.folder });
  });
});

test('a server without its own PostgreSQL outlives a restart of it as well', async () => {
  const host = await startServer({ embedded: true });
  const client = await connectTo(host.folder);
  const { host: address, port, user, password, database } = client;
  await client.end();
  const url = `postgres://${user}:${encodeURIComponent(password ?? '')}@${address}:${port}/${database}`;
  const guest = await startServer({ env: { DATABASE_URL: url } });
  try {
    const account = await host.account();
    const asGuest = { ...guest.as(account.token), accountId: account.accountId };
    await answered(asGuest);
    process.kill(postmaster(host.folder), 'SIGINT');
    await vi.waitFor(() => expect(processes(host.folder)).not.toEqual([]), EVENTUALLY);
    await answered(asGuest);
  } finally {
    await guest.stop();
    await host.stop();
  }
});
