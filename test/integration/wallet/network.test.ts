/** The company's network: proxies and certificates, with real ones on this machine. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createProxy, type Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Network } from '../../../electron/wallet/http/network.ts';
import { httpTransport } from '../../../electron/wallet/transport.ts';
import { CONTRACT_HEADER, CONTRACT_VERSION } from '../../../shared/api/index.ts';
import { fakeWorld } from '../../unit/wallet/fake-world.ts';
import { authority, expired, forAnotherName, good, notYetValid, selfSigned, serverKey } from './certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'backlot-network-'));
const authorityFile = join(folder, 'company authority.pem');
const ours = { [CONTRACT_HEADER]: CONTRACT_VERSION };

let server: Server;
let proxy: HttpServer;
/** What the server was asked with. */
let asked: (string | undefined)[];
/** What the proxy was asked for, and with which sign-in. */
let tunnels: { to: string | undefined; user: string | undefined; token: string | undefined }[];
let wantsUser: string | null;
/** Ends what is left open at the end. */
const open = new Set<{ destroy(): void }>();

const portOf = (of: { address(): AddressInfo | string | null }): number => (of.address() as AddressInfo).port;

async function serve(cert: string): Promise<void> {
  server = createServer({ key: serverKey, cert }, (request, response) => {
    asked.push(request.headers.authorization);
    if (request.url?.endsWith('.pdf')) response.writeHead(200, { ...ours, 'content-type': 'application/pdf' }).end('%PDF-');
    else if (request.url?.endsWith('stream')) response.writeHead(200, { ...ours, 'content-type': 'text/event-stream' }).write(': here\n\n');
    else response.writeHead(200, { ...ours, 'content-type': 'application/json' }).end('{"seq":1}');
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
}

beforeEach(async () => {
  writeFileSync(authorityFile, authority);
  asked = [];
  tunnels = [];
  wantsUser = null;
  proxy = createProxy();
  proxy.on('connect', (request, socket) => {
    open.add(socket);
    const user = request.headers['proxy-authorization'];
    tunnels.push({ to: request.url, user, token: request.headers.authorization });
    if (wantsUser !== null && user !== `Basic ${Buffer.from(wantsUser).toString('base64')}`)
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-type: text/html\r\ncontent-length: 0\r\n\r\n');
    // The only one who knows where credits.example is.
    const on = connect(portOf(server), 'localhost', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      on.pipe(socket).pipe(on);
    });
    open.add(on);
    for (const end of [on, socket]) end.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const each of open) each.destroy();
  open.clear();
  server.closeAllConnections();
  await Promise.all([server, proxy].map((each) => new Promise((resolve) => each.close(resolve))));
  rmSync(authorityFile, { force: true });
});

const way = (url: string, network: Network) => httpTransport({ url, token: 'secret' }, fakeWorld().timers, undefined, network);
const wallet = { method: 'GET', path: '/v1/wallet' } as const;

describe('certificates', () => {
  const trusting: Network = { environment: { NODE_EXTRA_CA_CERTS: authorityFile } };
  const get = (network: Network) => way(`https://localhost:${portOf(server)}`, network).send(wallet);

  test('of an authority that NODE_EXTRA_CA_CERTS names are trusted', async () => {
    await serve(good);
    expect(await get(trusting)).toMatchObject({ kind: 'answer', status: 200, body: { seq: 1 } });
  });

  test.each([
    [
      'an authority that nobody here knows',
      good,
      { environment: {} },
      /certificate of localhost:\d+ is not trusted.*does not know the authority.*NODE_EXTRA_CA_CERTS/,
    ],
    ['an authority file that is not there', good, { environment: { NODE_EXTRA_CA_CERTS: join(folder, 'gone.pem') } }, /is not trusted/],
    ['itself', selfSigned, trusting, /certificate of localhost:\d+ is not trusted: it is signed by itself.*NODE_EXTRA_CA_CERTS/],
    ['the right one, long ago', expired, trusting, /certificate of localhost:\d+ has expired.*date of this computer/],
    ['the right one, for later', notYetValid, trusting, /certificate of localhost:\d+ is not valid yet.*date of this computer/],
    [
      'the right one, for another name',
      forAnotherName,
      trusting,
      /certificate of localhost:\d+ is for another name, guest\.example.*address/,
    ],
  ] satisfies [string, string, Network, RegExp][])(
    'signed by %s: named as the reason, and nothing was sent',
    async (_by, cert, network, reason) => {
      await serve(cert);
      const answer = await get(network);
      expect(answer).toMatchObject({ kind: 'silence', reason: expect.stringMatching(reason) });
      expect(answer).toMatchObject({ reason: expect.stringContaining('Nothing was sent.') });
      expect(await way(`https://localhost:${portOf(server)}`, network).download('/v1/invoices/1.pdf')).toMatchObject({
        kind: 'no file',
        reason: expect.stringMatching(reason),
      });
      expect(asked).toEqual([]);
    },
  );

  test('what does not speak TLS at all is said to', async () => {
    await serve(good);
    const plain = await way(`https://localhost:${portOf(proxy)}`, trusting).send(wallet);
    expect(plain).toMatchObject({ kind: 'silence' });
    expect(plain).not.toMatchObject({ reason: expect.stringContaining('certificate') });
  });
});

describe('a proxy', () => {
  const address = 'https://credits.example';
  const through = (more: Record<string, string> = {}, user = ''): Network => ({
    environment: { HTTPS_PROXY: `http://${user}127.0.0.1:${portOf(proxy)}`, NODE_EXTRA_CA_CERTS: authorityFile, ...more },
  });

  test('of HTTPS_PROXY carries requests, files and the stream; the certificate is checked through it, and the token is not seen by it', async () => {
    await serve(good);
    const transport = way(address, through());
    expect(await transport.send(wallet)).toMatchObject({ kind: 'answer', body: { seq: 1 } });
    expect(await transport.download('/v1/invoices/1.pdf')).toMatchObject({ kind: 'file' });
    await new Promise<void>((resolve) => {
      const stop = transport.listen('/v1/ledger/stream', {
        open() {
          stop();
          resolve();
        },
        wake: () => undefined,
        end: () => undefined,
      });
    });
    expect(asked).toEqual(['Bearer secret', 'Bearer secret', 'Bearer secret']);
    expect(new Set(tunnels.map(({ to }) => to))).toEqual(new Set(['credits.example:443']));
    expect(tunnels.every(({ token }) => token === undefined)).toBe(true);
  });

  test('that inspects with a certificate of its own is named', async () => {
    await serve(selfSigned);
    const answer = await way(address, through()).send(wallet);
    expect(answer).toMatchObject({ kind: 'silence', reason: expect.stringMatching(/certificate of credits\.example is not trusted/) });
    expect(asked).toEqual([]);
  });

  test('that wants a sign-in is named; with its user it lets through', async () => {
    await serve(good);
    wantsUser = 'jo@example:pass word';
    const refused = await way(address, through()).send(wallet);
    expect(refused).toMatchObject({ reason: expect.stringMatching(/proxy.*wants a sign-in/) });
    expect(await way(address, through({}, 'jo%40example:pass%20word@')).send(wallet)).toMatchObject({ kind: 'answer' });
  });

  test('that does not answer is named, not the server', async () => {
    await serve(good);
    const answer = await way(address, { environment: { https_proxy: 'http://127.0.0.1:1' } }).send(wallet);
    expect(answer).toEqual({ kind: 'silence', reason: 'The proxy 127.0.0.1:1 does not answer. Check the proxy’s address.' });
  });

  test('is asked for nothing that NO_PROXY excepts', async () => {
    await serve(good);
    expect(await way(address, through({ NO_PROXY: 'other.example,.example' })).send(wallet)).toMatchObject({ kind: 'silence' });
    expect(tunnels).toEqual([]);
  });

  test('never stands between the studio and a server on this machine', async () => {
    await serve(good);
    expect(await way(`https://localhost:${portOf(server)}`, through()).send(wallet)).toMatchObject({ kind: 'answer' });
    expect(tunnels).toEqual([]);
  });

  test('that the system names counts where the environment names none', async () => {
    await serve(good);
    const systemProxy = async () => `SOCKS5 127.0.0.1:9; PROXY 127.0.0.1:${portOf(proxy)}; DIRECT`;
    const environment = { NODE_EXTRA_CA_CERTS: authorityFile };
    expect(await way(address, { environment, systemProxy }).send(wallet)).toMatchObject({ kind: 'answer' });
    expect(tunnels).toHaveLength(1);
  });
});
