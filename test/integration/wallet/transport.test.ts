import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpTransport, type Transport } from '../../../electron/wallet/transport.ts';
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
    answer = (_request, response) =>
      response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '3' }).end('{"code":"unavailable"}');
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
    transport = httpTransport({ url, token: 'secret' }, world.timers, 50);
    const late = Promise.withResolvers<void>();
    answer = (_request, response) => void late.promise.then(() => response.writeHead(200).end('{}'));
    expect(await post()).toEqual({ kind: 'silence', reason: 'The credit server did not answer in time.' });
    late.resolve();
  });

  test('hung up in the middle of the answer: silence, because the outcome is unknown', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"purchase":');
      setImmediate(() => response.destroy());
    };
    expect(await post()).toMatchObject({ kind: 'silence' });
  });

  test('a redirect is not followed: the token goes nowhere else', async () => {
    answer = (_request, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end();
    expect(await post()).toMatchObject({ kind: 'answer', status: 307 });
    expect(asked).toHaveLength(1);
  });

  test('files come as they are; anything but 200 is no file', async () => {
    answer = (_request, response) => response.writeHead(200).end(Buffer.from([0, 255, 37]));
    expect(await transport.download('/v1/invoices/1.pdf')).toEqual({ kind: 'file', bytes: new Uint8Array([0, 255, 37]) });
    answer = (_request, response) => response.writeHead(404).end();
    expect(await transport.download('/v1/invoices/2.pdf')).toMatchObject({ kind: 'no file' });
  });

  test('the stream wakes for events, not for comments', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      response.write(': still here\n\n', () => setImmediate(() => response.write('id: 7\nevent: ledger\ndata: {"seq":7}\n\n')));
    };
    expect(await listen()).toEqual(['open', 'wake']);
  });

  test('a stream that falls silent is given up, so that a new one can be opened', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const heard: string[] = [];
    await new Promise<void>(
      (resolve) => void transport.listen('/v1/ledger/stream', { open: resolve, wake: () => undefined, end: () => heard.push('end') }),
    );
    world.pass(60_000);
    expect(heard).toEqual([]);
    world.pass(10_000);
    expect(heard).toEqual(['end']);
  });

  test('a stream that is refused ends without having been open', async () => {
    answer = (_request, response) => response.writeHead(401).end();
    expect(await listen()).toEqual(['end']);
  });
});
