import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpTransport, type Transport } from '../../../electron/wallet/transport.ts';
import { CONTRACT_HEADER, CONTRACT_VERSION } from '../../../shared/api/index.ts';
import { millis } from '../../quantities.ts';
import { fakeWorld } from '../../unit/wallet/fake-world.ts';

const world = fakeWorld();
let server: Server;
let transport: Transport;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const asked: IncomingMessage[] = [];
beforeEach(async () => {
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  transport = httpTransport({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'secret' }, world.timers);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
const ours = { [CONTRACT_HEADER]: CONTRACT_VERSION };
const stream = { ...ours, 'content-type': 'text/event-stream' };
const json = { ...ours, 'content-type': 'application/json' };
const post = () => transport.send({ method: 'POST', path: '/v1/purchases', body: { opId: '1' } });
const listen = (): Promise<string[]> =>
  new Promise((resolve) => {
    const heard: string[] = [];
    transport.listen('/v1/ledger/stream', {
      open: () => heard.push('open'),
      wake: () => {
        heard.push('wake');
        resolve(heard);
      },
      end: () => {
        heard.push('end');
        resolve(heard);
      },
    });
  });

describe('the way to the server', () => {
  test('carries the token and the body, and brings status, body and Retry-After back', async () => {
    answer = (_request, response) => response.writeHead(503, { ...json, 'retry-after': '3' }).end('{"code":"unavailable"}');
    expect(await post()).toEqual({ kind: 'answer', status: 503, body: { code: 'unavailable' }, retryAfterMs: 3000 });
    expect(asked[0]?.headers.authorization).toBe('Bearer secret');
  });

  test('nobody there: silence, in words', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await post()).toEqual({ kind: 'silence', reason: 'The credit server is not running.' });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  test('too slow: silence, in words', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    transport = httpTransport({ url, token: 'secret' }, world.timers, millis(50));
    const late = Promise.withResolvers<void>();
    answer = (_request, response) => void late.promise.then(() => response.writeHead(200, json).end('{}'));
    expect(await post()).toEqual({ kind: 'silence', reason: 'The credit server did not answer in time.' });
    late.resolve();
  });

  test('hung up in the middle of the answer: silence, because the outcome is unknown', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { ...json, 'content-length': '100' });
      response.write('{"purchase":');
      setImmediate(() => response.destroy());
    };
    expect(await post()).toMatchObject({ kind: 'silence' });
  });

  test('a redirect is not followed: the token goes nowhere else', async () => {
    answer = (_request, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end();
    expect(await post()).toMatchObject({ kind: 'not from us' });
    expect(asked).toHaveLength(1);
  });

  test('files come as they are, with what the server calls their content; anything else is no file', async () => {
    const pdf = { ...ours, 'content-type': 'application/pdf' };
    answer = (_request, response) => response.writeHead(200, { ...pdf, etag: '"abc"' }).end(Buffer.from([0, 255, 37]));
    expect(await transport.download('/v1/invoices/1.pdf')).toEqual({ kind: 'file', bytes: new Uint8Array([0, 255, 37]), etag: 'abc' });
    for (const [status, headers] of [
      [404, json],
      [200, { 'content-type': 'application/pdf' }],
      [200, { ...ours, 'content-type': 'text/html' }],
      [200, { ...ours, 'content-type': 'application/xml' }],
      [200, ours],
      [204, pdf],
    ] as const) {
      answer = (_request, response) => response.writeHead(status, headers).end('<html>Sign in</html>');
      expect(await transport.download('/v1/invoices/2.pdf')).toMatchObject({ kind: 'no file' });
    }
  });

  test('an answer that never ends is cut', async () => {
    answer = (_request, response) => {
      response.writeHead(200, json);
      const more = (): void => void (response.writable && response.write(Buffer.alloc(4 * 1024 * 1024, 32), more));
      more();
    };
    expect(await post()).toMatchObject({ kind: 'silence' });
  });

  test('a server that is slow gets more time with each try, and is reached in the end', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    transport = httpTransport({ url, token: 'secret' }, world.timers, millis(40));
    answer = (_request, response) => void setTimeout(() => response.writeHead(200, json).end('{}'), 250);
    const seen: string[] = [];
    for (let attempt = 0; attempt < 6 && seen.at(-1) !== 'answer'; attempt += 1) seen.push((await post()).kind);
    expect(seen[0]).toBe('silence');
    expect(seen.at(-1)).toBe('answer');
  });

  test('the stream wakes for events, not for comments', async () => {
    answer = (_request, response) => {
      response.writeHead(200, stream).flushHeaders();
      response.write(': still here\n\n', () => setImmediate(() => response.write('id: 7\nevent: ledger\ndata: {"seq":7}\n\n')));
    };
    expect(await listen()).toEqual(['open', 'wake']);
  });

  test('a stream counts as open when something came through it: a heartbeat is enough', async () => {
    const first = Promise.withResolvers<void>();
    answer = (_request, response) => {
      response.writeHead(200, stream).flushHeaders();
      void first.promise.then(() => response.write(': still here\n\n'));
    };
    const heard: string[] = [];
    const opened = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    server.once('request', () => taken.resolve());
    transport.listen('/v1/ledger/stream', {
      open() {
        heard.push('open');
        opened.resolve();
      },
      wake: () => heard.push('wake'),
      end: () => heard.push('end'),
    });
    await taken.promise;
    expect(heard).toEqual([]);
    first.resolve();
    await opened.promise;
    expect(heard).toEqual(['open']);
    // Then it falls silent, and is given up, so that a new one can be opened.
    world.pass(60_000);
    expect(heard).toEqual(['open']);
    world.pass(10_000);
    expect(heard).toEqual(['open', 'end']);
  });

  test.each([
    ['takes it and says nothing at all', (): void => undefined],
    [
      'sends its head and nothing more',
      (response: ServerResponse) => response.writeHead(200, { ...ours, 'content-type': 'text/event-stream' }).flushHeaders(),
    ],
  ])('a proxy that %s: given up within half a minute', async (_what, says) => {
    const taken = Promise.withResolvers<void>();
    answer = (_request, response) => {
      says(response);
      taken.resolve();
    };
    const heard: string[] = [];
    transport.listen('/v1/ledger/stream', { open: () => heard.push('open'), wake: () => heard.push('wake'), end: () => heard.push('end') });
    await taken.promise;
    world.pass(30_000);
    expect(heard).toEqual(['end']);
  });

  test.each([
    ['a page', { 'content-type': 'text/html' }],
    ['a stream of somebody else', { 'content-type': 'text/event-stream' }],
    ['JSON of the server', { [CONTRACT_HEADER]: CONTRACT_VERSION, 'content-type': 'application/json' }],
  ])('%s is no stream', async (_what, headers) => {
    answer = (_request, response) => response.writeHead(200, headers).end('event: ledger\n\n');
    expect(await listen()).toEqual(['end']);
  });

  test('a stream that is refused ends without having been open', async () => {
    answer = (_request, response) => response.writeHead(401).end();
    expect(await listen()).toEqual(['end']);
  });
});
