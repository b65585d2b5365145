/** `backlot apply` on a machine without a model: it says so before anything is held, and fetches it when it is told to. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apply } from '../../../cli/commands/apply.ts';
import { root } from '../../../scripts/setup/places.mjs';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { sha256 } from '../weights/mirror.ts';
import { blindNetwork, publishedNetwork } from '../weights/stand-in.ts';
import { backlot, environmentFor } from './command-line.ts';

let server: RunningServer;
let account: Account;
const folder = mkdtempSync(join(tmpdir(), 'backlot-cli-model-'));
const cache = join(folder, 'cache');
const out = join(folder, 'out');
const photo = join(root, 'resources/samples/car-side.jpg');

beforeAll(async () => {
  server = await startServer();
  await server.clock('2026-03-02T09:00:00Z');
  account = await server.account({ plan: 'basic' });
  await server.grant(account.accountId, 'purchased', '2');
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const applied = async (network: Buffer, ...options: string[]) => {
  const file = join(folder, 'network.onnx');
  writeFileSync(file, network);
  const env = {
    ...environmentFor(server, account, join(folder, 'data')),
    BACKLOT_CACHE: cache,
    BACKLOT_MODEL_SOURCE: JSON.stringify({ file, sha256: sha256(network), bytes: network.length }),
  };
  return backlot(env, 'apply', photo, '--background', 'paper', '--out', out, '--json', ...options);
};
const wallet = async () => (await account.get('/v1/wallet')).body;

it('without being told to, it fetches nothing and says how', async () => {
  const { code, out: said } = await applied(blindNetwork());
  expect({ code, ...JSON.parse(said) }).toMatchObject({
    code: 1,
    problem: {
      code: 'model_missing',
      message: expect.stringMatching(/network\.onnx.*Nothing was held or charged.*npm start.*--fetch-model/),
    },
  });
  expect(existsSync(cache)).toBe(false);
  expect(await wallet()).toMatchObject({ available: '2', held: '0' });
});

it('a network that fails its self-test ends it before anything is held', async () => {
  const { code, out: said } = await applied(blindNetwork(), '--fetch-model');
  expect({ code, ...JSON.parse(said) }).toMatchObject({
    code: 1,
    problem: { code: 'model_missing', message: expect.stringMatching(/self-test.*Nothing was held or charged/) },
  });
  expect(await wallet()).toMatchObject({ available: '2', held: '0' });
});

it('told to, it fetches the model and applies, one credit', async () => {
  const { code, out: said } = await applied(publishedNetwork(), '--fetch-model');
  expect(code, said).toBe(0);
  expect(apply.output.parse(JSON.parse(said))).toMatchObject({ charged: '1', available: '1' });
  expect(readdirSync(out)).toEqual(['car-side.jpg']);
});
