/** Whatever the server answers says that it is of the contract: by that a client tells it from a proxy and a guest network's page. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTRACT_HEADER, CONTRACT_VERSION } from '../../../shared/api/index.ts';
import { type Account, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let account: Account;
let invoice: string;

beforeAll(async () => {
  server = await startServer({ args: ['--rate-limit', '60'] });
  account = await server.account({ plan: 'professional-plus', slots: 1, country: 'DE' });
  await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' });
  invoice = (await account.get('/v1/invoices')).body[0].number;
});
afterAll(() => server.stop());

const contractOf = (headers: Headers): string | null => headers.get(CONTRACT_HEADER);

describe('every answer carries the contract’s header', () => {
  const operation = { opId: opId(), kind: 'apply', photo: 'a', recipe: { background: 'paper' } };
  const unheardOf = { ...operation, opId: opId(), kind: 'unheard-of' };
  const answers: [what: string, status: number, method: string, path: () => string, body?: unknown][] = [
    ['a wallet', 200, 'GET', () => '/v1/wallet'],
    ['an operation', 200, 'POST', () => '/v1/operations', { operations: [operation] }],
    ['an operation of no known kind', 400, 'POST', () => '/v1/operations', { operations: [unheardOf] }],
    ['a purchase of what is not sold', 422, 'POST', () => '/v1/purchases', { opId: opId(), packId: 'pack-of-cards' }],
    ['a body that does not fit the contract', 400, 'POST', () => '/v1/operations', { operations: 'many' }],
    ['a body that is no JSON', 400, 'POST', () => '/v1/operations', '{'],
    ['an account’s token at the administrator’s door', 403, 'GET', () => '/v1/admin/accounts'],
    ['an address that is none', 404, 'GET', () => '/v2/wallet'],
    ['an address that cannot be read', 400, 'GET', () => '/v1/operations/%ff'],
    ['an address with too long a part', 400, 'GET', () => `/v1/operations/${'a'.repeat(300)}`],
    ['an invoice as PDF', 200, 'GET', () => `/v1/invoices/${invoice}.pdf`],
    ['an invoice as XML', 200, 'GET', () => `/v1/invoices/${invoice}.xml`],
    ['an invoice that there is not', 404, 'GET', () => '/v1/invoices/BL-2000-000001.pdf'],
    ['the health', 200, 'GET', () => '/v1/health'],
    ['the contract itself', 200, 'GET', () => '/v1/openapi.json'],
    ['the administrators’ page', 200, 'GET', () => '/admin'],
    ['a page to return by', 200, 'GET', () => '/v1/return/wallet/paid'],
  ];
  test.each(answers)('%s: %i', async (_, status, method, path, body) => {
    const answer = await account.call(method, path(), body);
    expect([answer.status, contractOf(answer.headers)], JSON.stringify(answer.body).slice(0, 300)).toEqual([status, CONTRACT_VERSION]);
  });

  test('a stream', async () => {
    const aborting = new AbortController();
    const headers = { authorization: `Bearer ${account.token}` };
    const stream = await fetch(new URL('/v1/ledger/stream', server.url), { headers, signal: aborting.signal });
    expect([stream.status, contractOf(stream.headers)]).toEqual([200, CONTRACT_VERSION]);
    aborting.abort();
  });

  test('a token that is none: 401', async () => {
    const answer = await server.as('blt_nobody_has_this_token').get('/v1/wallet');
    expect([answer.status, contractOf(answer.headers)]).toEqual([401, CONTRACT_VERSION]);
  });

  test('a body that is too large: 413', async () => {
    const answer = await account.post('/v1/operations', JSON.stringify('x'.repeat(3 * 1024 * 1024)));
    expect([answer.status, contractOf(answer.headers)]).toEqual([413, CONTRACT_VERSION]);
  });

  test('one request too many: 429', async () => {
    for (let asked = 0; asked < 100; asked += 1) {
      const answer = await account.get('/v1/wallet');
      expect(contractOf(answer.headers)).toBe(CONTRACT_VERSION);
      if (answer.status === 429) return;
    }
    throw new Error('The limit was never reached.');
  });

  const unreadable: [what: string, status: number, sent: string][] = [
    ['something that is no HTTP', 400, 'good day\r\n\r\n'],
    ['headers without a host', 400, 'GET /v1/health HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['an expectation that nobody knows', 200, 'GET /v1/health HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n'],
    ['headers without an end', 431, `GET /v1/health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`],
  ];
  test.each(unreadable)('%s: %i', async (_, status, sent) => {
    const answer = await said(server.url, sent);
    expect(answer.split('\r\n')[0]).toContain(` ${status} `);
    expect(answer.toLowerCase()).toContain(`${CONTRACT_HEADER.toLowerCase()}: ${CONTRACT_VERSION}`);
  });
});

/** What comes back to these bytes, until the server ends the connection. */
function said(url: string, sent: string): Promise<string> {
  const { port, hostname } = new URL(url);
  return new Promise((done, fail) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(sent));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.once('close', () => done(answer));
    socket.once('error', fail);
  });
}
