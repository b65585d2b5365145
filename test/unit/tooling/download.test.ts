import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download } from '../../../scripts/setup/download.mjs';
import { integrityOf, removeAbandoned, verify } from '../../../scripts/setup/tarball.mjs';

const content = randomBytes(300_000);
const sha256 = createHash('sha256').update(content).digest('hex');

let folder = '';
let server: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-download-'));
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

async function host(listener: RequestListener): Promise<string> {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  // A listening TCP server always has an AddressInfo.
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/electron.zip`;
}

const wanted = (address: string) => ({
  address,
  sha256,
  file: join(folder, 'electron.zip'),
  what: 'a test',
  answer_ms: 300,
  silence_ms: 300,
});

describe('download', () => {
  it('carries on where a broken connection stopped', async () => {
    const asked: (string | undefined)[] = [];
    const address = await host((request, response) => {
      asked.push(request.headers.range);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from });
      if (from > 0) {
        response.end(content.subarray(from));
        return;
      }
      response.write(content.subarray(0, 100_000));
      // Broken off once something has arrived: what is on its way when a connection is reset may be thrown away by the system.
      const looking = setInterval(() => {
        if (!existsSync(file) || statSync(file).size === 0) return;
        clearInterval(looking);
        response.destroy();
      }, 5);
    });
    const { file } = wanted(address);
    expect(await download(wanted(address))).toBe('here');
    expect(readFileSync(join(folder, 'electron.zip')).equals(content)).toBe(true);
    expect(asked[0]).toBeUndefined();
    expect(asked[1]).toMatch(/^bytes=\d+-$/);
  });

  it('carries on with what an earlier run left behind', async () => {
    writeFileSync(join(folder, 'electron.zip'), content.subarray(0, 200_000));
    const address = await host((request, response) => {
      expect(request.headers.range).toBe('bytes=200000-');
      response.writeHead(206, { 'content-length': 100_000 }).end(content.subarray(200_000));
    });
    expect(await download(wanted(address))).toBe('here');
  });

  it('keeps nothing of a file with another digest', async () => {
    const address = await host((_request, response) => response.end(Buffer.alloc(300_000)));
    expect(await download(wanted(address))).toBe('wrong');
    expect(existsSync(join(folder, 'electron.zip'))).toBe(false);
  });

  it('starts anew when what was left behind is not the beginning of the file', async () => {
    writeFileSync(join(folder, 'electron.zip'), Buffer.alloc(200_000));
    const address = await host((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(from > 0 ? 206 : 200).end(content.subarray(from));
    });
    expect(await download(wanted(address))).toBe('here');
  });

  it('gives up soon on a host that does not answer', async () => {
    const address = await host(() => undefined);
    expect(await download(wanted(address))).toBe('unreachable');
  });

  it('gives up on a host that refuses', async () => {
    const address = await host((_request, response) => response.writeHead(404).end());
    expect(await download(wanted(address))).toBe('unreachable');
  });
});

describe('verify', () => {
  it('accepts the pinned package', async () => {
    const file = join(folder, 'package.tgz');
    writeFileSync(file, content);
    await expect(verify(file, await integrityOf(file))).resolves.toBeUndefined();
    expect(existsSync(file)).toBe(true);
  });

  it('refuses and removes a package in which one bit was changed', async () => {
    const file = join(folder, 'package.tgz');
    writeFileSync(file, content);
    const integrity = await integrityOf(file);
    const tampered = Buffer.from(content);
    tampered[150_000] = (tampered[150_000] ?? 0) ^ 1;
    writeFileSync(file, tampered);
    await expect(verify(file, integrity)).rejects.toThrow('is not the file that was pinned');
    expect(existsSync(file)).toBe(false);
  });
});

describe('removeAbandoned', () => {
  it('removes what a killed set-up left behind, and nothing of one that runs or has finished', async () => {
    // No process has this id: it is above every limit of the systems we run on.
    const gone = 2 ** 30;
    for (const name of [`.npm-${gone}`, `42.0.0.${gone}.partial`, `.npm-${process.pid}`, `42.0.0.${process.pid}.partial`, '42.0.0'])
      mkdirSync(join(folder, name));
    await removeAbandoned(folder);
    expect(readdirSync(folder).sort()).toEqual([`.npm-${process.pid}`, '42.0.0', `42.0.0.${process.pid}.partial`].sort());
  });
});
