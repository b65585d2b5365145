/** Fetching from inside a company: through its proxy, from a mirror that its own authority vouches for. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createProxy } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Network } from '../../../electron/wallet/http/network.ts';
import { download } from '../../../electron/weights/download.ts';
import { PartialDownload } from '../../../electron/weights/partial-download.ts';
import { realWorld } from '../../../electron/world.ts';
import { millis } from '../../quantities.ts';
import { authority, good, selfSigned, serverKey } from '../wallet/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'backlot-weights-network-'));
const authorityFile = join(folder, 'authority.pem');
const content = Buffer.from('the network');
const open = new Set<{ destroy(): void }>();
const tunnels: (string | undefined)[] = [];

const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port;

/** Serves the file; `/plain` points to a place without HTTPS on this machine. */
const mirrorWith = (cert: string): Server =>
  createServer({ key: serverKey, cert }, (request, response) => {
    if (request.url === '/plain') return void response.writeHead(302, { location: 'http://127.0.0.1:1/isnet.onnx' }).end();
    if (request.url === '/moved') return void response.writeHead(302, { location: '/isnet.onnx' }).end();
    return void response.writeHead(200, { 'content-length': content.length }).end(content);
  });

const mirror = mirrorWith(good);
const stranger = mirrorWith(selfSigned);
const proxy = createProxy();
proxy.on('connect', (request, socket) => {
  tunnels.push(request.url);
  // The only one who knows where credits.example is.
  const on = connect(portOf(mirror), 'localhost', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    on.pipe(socket).pipe(on);
  });
  for (const end of [on, socket]) {
    open.add(end);
    end.on('error', () => undefined);
  }
});

beforeAll(async () => {
  writeFileSync(authorityFile, authority);
  for (const server of [mirror, stranger]) await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  for (const each of open) each.destroy();
  for (const server of [mirror, stranger]) server.closeAllConnections();
  await Promise.all([mirror, stranger, proxy].map((server) => new Promise((resolve) => server.close(resolve))));
  rmSync(folder, { recursive: true, force: true });
});

let parts = 0;
async function fetched(address: string, network: Network): Promise<Buffer> {
  const into = new PartialDownload(join(folder, String(++parts)), 'ab'.repeat(32));
  const how = {
    network,
    timers: realWorld().timers,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    firstPauseMs: millis(1),
  };
  await download({ address, bytes: content.length, into }, how);
  return readFileSync(into.path);
}
const trusting = { NODE_EXTRA_CA_CERTS: authorityFile };

test('through the proxy that the environment names', async () => {
  const environment = { ...trusting, HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}` };
  expect(await fetched('https://credits.example/moved', { environment })).toEqual(content);
  expect(new Set(tunnels)).toEqual(new Set(['credits.example:443']));
});

test('through the proxy that the system names', async () => {
  const systemProxy = async () => `PROXY 127.0.0.1:${portOf(proxy)}`;
  expect(await fetched('https://credits.example/isnet.onnx', { environment: trusting, systemProxy })).toEqual(content);
});

test('a mirror that nobody vouches for is refused at once, with what to do', async () => {
  const address = `https://localhost:${portOf(stranger)}/isnet.onnx`;
  await expect(fetched(address, { environment: trusting })).rejects.toThrow(
    /certificate of localhost:\d+ is not trusted.*NODE_EXTRA_CA_CERTS/,
  );
});

test('from HTTPS no redirect leads to plain HTTP, not even on this machine', async () => {
  await expect(fetched(`https://localhost:${portOf(mirror)}/plain`, { environment: trusting })).rejects.toThrow(/not reached over HTTPS/);
});
