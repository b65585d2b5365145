/** The network in the package: only the file under the Apache License, from wherever it is named. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { modelSource } from '../../../electron/darkroom/matte/model-sources.ts';
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import { emptiedModelFolder, packModel } from '../../../scripts/packaging/model.mjs';

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const network = Buffer.alloc(50_000, 7);
const underAgpl = Buffer.alloc(40_000, 9);
const stated = {
  ...manifest,
  release: { ...manifest.release, sha256: sha256(network) },
  source: { ...manifest.source, sha256: sha256(underAgpl) },
};

let folder = '';
let mirror: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-packed-model-'));
});
afterEach(() => {
  mirror?.close();
  mirror = null;
  rmSync(folder, { recursive: true, force: true });
});

/** The address of a mirror that gives this; null: it knows nothing of the kind. */
async function mirrorOf(content: Buffer | null): Promise<string> {
  const server = createServer((_, response) => void (content === null ? response.writeHead(404).end() : response.end(content)));
  mirror = server;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the mirror has no port');
  return `http://127.0.0.1:${address.port}/isnet.onnx`;
}

const licence = new URL('../../../resources/models/LICENSE-APACHE-2.0.txt', import.meta.url).pathname;
const packed = (): string => join(folder, 'out', 'with-model');

async function pack(from: string, cache = join(folder, 'cache')): Promise<void> {
  await packModel({ folder: emptiedModelFolder(folder), from, cache, licence, manifest: stated });
}

it('takes the published file from a mirror, and puts its licence and a notice beside it', async () => {
  await pack(await mirrorOf(network));
  expect(readFileSync(join(packed(), 'model', 'isnet-general-use.onnx')).equals(network)).toBe(true);
  expect(readFileSync(join(packed(), 'model', 'LICENSE.txt'), 'utf8')).toMatch(/^\s*Apache License\s+Version 2\.0, January 2004/);
  expect(readFileSync(join(packed(), 'model', 'NOTICE.txt'), 'utf8')).toContain('Apache-2.0 (DIS, Xuebin Qin et al.)');
});

it('the app finds it there, wherever the package lies', async () => {
  const file = join(folder, 'network.onnx');
  writeFileSync(file, network);
  await pack(file);
  expect(modelSource({}, packed())).toMatchObject({
    ok: true,
    value: { from: { kind: 'file', path: join(packed(), 'model', 'isnet-general-use.onnx') }, sha256: manifest.release.sha256 },
  });
});

it('refuses the file of the package under the AGPL, by name', async () => {
  const file = join(folder, 'medium.onnx');
  writeFileSync(file, underAgpl);
  await expect(pack(file)).rejects.toThrow(
    /medium\.onnx is the network as it stands in @imgly\/background-removal-data, a package under the AGPL-3\.0/,
  );
  expect(readdirSync(packed())).toEqual([]);
});

it('says that what is on this machine may not be packed when the other cannot be had', async () => {
  const cache = join(folder, 'cache');
  mkdirSync(join(cache, 'models'), { recursive: true });
  writeFileSync(join(cache, 'models', manifest.weightsFile), '');
  await expect(pack(await mirrorOf(null), cache)).rejects.toThrow(
    /did not answer\. The network on this machine was made from .* AGPL-3\.0.* Nothing was packed\./,
  );
});

it('refuses another file, from a mirror or from here', async () => {
  await expect(pack(await mirrorOf(underAgpl))).rejects.toThrow('gave another file. Nothing was packed.');
  const file = join(folder, 'other.onnx');
  writeFileSync(file, 'something');
  await expect(pack(file)).rejects.toThrow(/other\.onnx is not the published network/);
});

it('leaves nothing of a package with the network in one without', async () => {
  const file = join(folder, 'network.onnx');
  writeFileSync(file, network);
  await pack(file);
  emptiedModelFolder(folder);
  expect(existsSync(join(packed(), 'model-source.json'))).toBe(false);
});
