/** What strangers may cost: failures are counted before anybody is known, bodies have to arrive, streams have a number. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, opId, type RunningServer, startServer } from './running-server.ts';

const junk = (n: number): string => `blt_nobody_has_this_token_${n}`;
const ask = (server: RunningServer, path: string, headers: Record<string, string> = {}) => fetch(new URL(path, server.url), { headers });
const statuses = async (asked: readonly Promise<Response>[]): Promise<number[]> =>
  Promise.all((await Promise.all(asked)).map((r) => r.arrayBuffer().then(() => r.status)));
const count = (all: readonly number[], status: number): number => all.filter((s) => s === status).length;

describe('failures are counted by address, whatever is sent along', () => {
  /** Behind a proxy, so that every flood comes from an address of its own. */
  let behind: RunningServer;
  beforeAll(async () => {
    behind = await startServer({ args: ['--rate-limit', '1000', '--failure-limit', '10', '--trust-proxy', '127.0.0.1,::1'] });
  });
  afterAll(() => behind.stop());

  interface Flood {
    readonly server: RunningServer;
    readonly path: (n: number) => string;
    readonly headers: (n: number) => Record<string, string>;
    /** What everything from there is sent with. */
    readonly from: Record<string, string>;
  }
  /** Some failures, then 429; whoever is known there goes on. */
  async function expectLimited(status: number, { server, path, headers, from }: Flood): Promise<void> {
    const signedIn = async (token: string): Promise<number> => {
      const [seen = 0] = await statuses([ask(server, '/v1/wallet', { authorization: `Bearer ${token}`, ...from })]);
      return seen;
    };
    const account = await server.account();
    expect(await signedIn(account.token)).toBe(200);
    // At once, and then one after the other.
    const atOnce = await statuses(Array.from({ length: 40 }, (_, n) => ask(server, path(n), { ...from, ...headers(n) })));
    expect([count(atOnce, status), count(atOnce, 429)]).toEqual([10, 30]);
    const more = await ask(server, path(77), { ...from, ...headers(77) });
    expect([more.status, Number(more.headers.get('retry-after')) > 0]).toEqual([429, true]);
    // Whoever is known here goes on, behind the same address.
    expect(await signedIn(account.token)).toBe(200);
    // A token that was not let in before has to wait where tokens were tried; wrong addresses keep nobody from signing in.
    expect(await signedIn(junk(99))).toBe(status === 401 ? 429 : 401);
  }

  const floods: [what: string, status: number, path: (n: number) => string, headers: (n: number) => Record<string, string>][] = [
    ['one wrong token', 401, () => '/v1/wallet', () => ({ authorization: `Bearer ${junk(0)}` })],
    ['another wrong token each time', 401, () => '/v1/wallet', (n) => ({ authorization: `Bearer ${junk(n)}` })],
    ['no token', 401, () => '/v1/wallet', () => ({})],
    ['what is no token at all', 401, () => '/v1/wallet', (n) => ({ authorization: `Basic ${n}` })],
    ['a wrong token at the administrators’ door', 401, () => '/v1/admin/staff', (n) => ({ authorization: `Bearer ${junk(n)}` })],
    ['addresses that are none', 404, (n) => `/v1/nothing-${n}`, (n) => ({ authorization: `Bearer ${junk(n)}` })],
  ];
  test.each(floods.map((flood, n) => [...flood, `198.51.100.${n}`] as const))(
    '%s: %i a few times, then 429',
    (_, status, path, headers, address) => expectLimited(status, { server: behind, path, headers, from: { 'x-forwarded-for': address } }),
  );

  test('an address that it claims to come from, where no proxy is trusted: 401 a few times, then 429', async () => {
    const server = await startServer({ args: ['--rate-limit', '1000', '--failure-limit', '10'] });
    try {
      const headers = (n: number) => ({ 'x-forwarded-for': `10.0.0.${n}`, authorization: `Bearer ${junk(n)}` });
      await expectLimited(401, { server, path: () => '/v1/wallet', headers, from: {} });
    } finally {
      await server.stop();
    }
  });

  test('behind a proxy that is trusted, by the address that it names', async () => {
    const from = (address: string) =>
      statuses(
        Array.from({ length: 15 }, (_, n) => ask(behind, '/v1/wallet', { 'x-forwarded-for': address, authorization: `Bearer ${junk(n)}` })),
      );
    expect(count(await from('203.0.113.7'), 401)).toBe(10);
    expect(count(await from('203.0.113.8'), 401)).toBe(10);
    // Of IPv6 everybody has a whole network.
    expect(count(await from('2001:db8:1:2::1'), 401)).toBe(10);
    expect(count(await from('2001:db8:1:2:ffff::9'), 401)).toBe(0);
    expect(count(await from('2001:db8:1:3::1'), 401)).toBe(10);
  });
});

test('what is public is counted by address, and a changing header changes nothing', async () => {
  const server = await startServer({ args: ['--rate-limit', '30'] });
  try {
    for (const path of ['/v1/health', '/v1/pricing']) await statuses([ask(server, path)]);
    const seen = await statuses(Array.from({ length: 60 }, (_, n) => ask(server, '/v1/health', { authorization: `Bearer ${junk(n)}` })));
    expect([count(seen, 200), count(seen, 429)]).toEqual([28, 32]);
  } finally {
    await server.stop();
  }
});

// These wait for limits of the server, and so do those below: side by side.
describe.concurrent('what never ends', () => {
  let server: RunningServer;
  let account: Account;
  beforeAll(async () => {
    server = await startServer();
    account = await server.account();
    await server.grant(account.accountId, 'purchased', '10');
  });
  afterAll(() => server.stop());

  /** Sends the head and then a byte now and then, until the server ends it. Answers what came back. */
  function dripped(head: readonly string[], drop: string): Promise<string> {
    const { port, hostname } = new URL(server.url);
    return new Promise((done) => {
      let answer = '';
      const socket = connect(Number(port), hostname, () => socket.write(`${head.join('\r\n')}\r\n`));
      const drip = setInterval(() => socket.write(drop), 500);
      socket.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
      });
      socket
        .on('error', () => undefined)
        .once('close', () => {
          clearInterval(drip);
          done(answer);
        });
    });
  }

  const post = (path: string, ...headers: string[]) => [`POST ${path} HTTP/1.1`, 'Host: a', 'Content-Type: application/json', ...headers];
  const bodies: [what: string, head: () => readonly string[], drop: string][] = [
    ['a body of a webhook, without a token', () => [...post('/v1/webhooks/stripe', 'Content-Length: 100000'), ''], ' '],
    [
      'a body in chunks of a webhook, without a token',
      () => [...post('/v1/webhooks/stripe', 'Transfer-Encoding: chunked'), ''],
      '1\r\n \r\n',
    ],
    ['a body', () => [...post('/v1/quotes', 'Content-Length: 100000', `Authorization: Bearer ${account.token}`), ''], ' '],
    [
      'a body in chunks',
      () => [...post('/v1/operations', 'Transfer-Encoding: chunked', `Authorization: Bearer ${account.token}`), ''],
      '1\r\n \r\n',
    ],
    ['headers', () => ['GET /v1/health HTTP/1.1', 'Host: a'], 'X-More: a\r\n'],
    ['a request that never begins', () => [], ''],
  ];
  test.each(bodies)('%s: is ended, and the server goes on', async (_, head, drop) => {
    const answer = await dripped(head(), drop);
    // It is told so, unless the connection went before that.
    if (answer !== '') expect(answer.split('\r\n')[0]).toMatch(/ 408 /);
    expect((await account.get('/v1/wallet')).status).toBe(200);
  });

  test('JSON that is nested past all bounds: 400, and nothing is held', async () => {
    for (const depth of [80, 5_000, 200_000]) {
      const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
      const operation = `{"opId":"${opId()}","kind":"apply","photo":"a","recipe":{"background":"paper","x":${deep}}}`;
      for (const [path, body] of [
        ['/v1/operations', `{"operations":[${operation}]}`],
        ['/v1/quotes', `{"operations":[${operation}]}`],
        ['/v1/purchases', deep],
        ['/v1/purchases', '{"a":'.repeat(depth)],
      ] as const)
        expect((await account.post(path, body)).status, `${path} ${depth}`).toBe(400);
    }
    expect((await account.get('/v1/wallet')).body.held).toBe('0');
  });
});

describe.concurrent('event streams', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  test('an account has ten of them: one more ends its oldest, and nobody else’s', async () => {
    const [account, other] = [await server.account(), await server.account()];
    const aborting = new AbortController();
    const ended: number[] = [];
    /** Answers when it is open, with what says when it ended. */
    const open = async (of: Account, number: number): Promise<{ end: Promise<void> }> => {
      const stream = await of.stream(aborting.signal);
      const reading = stream[Symbol.asyncIterator]();
      await reading.next();
      const end = async (): Promise<void> => {
        while (!(await reading.next()).done);
        ended.push(number);
      };
      return { end: end().catch(() => undefined) };
    };
    await open(other, -1);
    const streams: Promise<void>[] = [];
    for (let number = 0; number < 14; number += 1) streams.push((await open(account, number)).end);
    await Promise.all(streams.slice(0, 4));
    expect(ended).toEqual([0, 1, 2, 3]);
    aborting.abort();
  });

  test('says again and again that it lives', async () => {
    const account = await server.account();
    const aborting = new AbortController();
    let comments = 0;
    for await (const chunk of await account.stream(aborting.signal)) {
      if (/^: /m.test(Buffer.from(chunk).toString())) comments += 1;
      if (comments === 2) break;
    }
    aborting.abort();
    expect(comments).toBe(2);
  });
});
