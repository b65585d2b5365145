/** What the command line says when it does not know: never that nothing was charged; and the same words again take up the same order. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { type MachineBetween, machineBetween, passing, type Said } from '../wallet/machine-between.ts';
import { backlot, type Ended, environmentFor } from './command-line.ts';

let server: RunningServer;
let machine: MachineBetween;
const folder = mkdtempSync(join(tmpdir(), 'backlot-cli-unknown-'));

beforeAll(async () => {
  server = await startServer({ policy: 'pay-as-you-go' });
  await server.clock('2026-03-02T09:00:00Z');
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  machine = await machineBetween(server.url);
});
afterEach(() => machine.close());

async function customer(policy: string, more: object = {}): Promise<{ account: Account; env: NodeJS.ProcessEnv; data: string }> {
  const account = await server.account({ policy, country: 'DE', ...more });
  const data = mkdtempSync(join(folder, 'data-'));
  return { account, env: environmentFor({ url: machine.url }, account, data), data };
}
const page = (status: number): Said => ({ status, headers: { 'content-type': 'text/html' }, body: '<html>Guest network</html>' });
const denial = /not carried out|Nothing (is|was) charged(?! twice)|nothing was (ordered|done)/i;

/** Ended with "not known", as a person and as a program reads it. */
function unknown(ended: Ended): void {
  const { problem } = JSON.parse(ended.out);
  expect(ended).toMatchObject({ code: 3 });
  expect(problem).toMatchObject({ code: 'outcome_unknown' });
  expect(problem.message).toMatch(/Whether it was carried out is not known\. Run the same command again/);
  expect(problem.message).not.toMatch(denial);
}

describe.each([200, 401, 404])('an order that the server carried out, and a page that says %i instead of its answer', (status) => {
  test('buy: not known, and the same words again are the same order', async () => {
    const { account, env } = await customer('background-studio', { plan: 'basic' });
    machine.rule = (method) => (method === 'POST' ? { after: page(status) } : 'pass');
    unknown(await backlot(env, 'buy', 'pack-300', '--yes', '--json'));
    machine.rule = passing;
    const again = await backlot(env, 'buy', 'pack-300', '--yes');
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining('taken up under its number') });
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '300' });
  });
});

test('plan: not known, and changed once', async () => {
  const { account, env } = await customer('background-studio', { plan: 'professional-plus', slots: 1 });
  machine.rule = (method, url) => (method === 'POST' && url === '/v1/subscription' ? { after: page(200) } : 'pass');
  unknown(await backlot(env, 'plan', 'cancel', '--yes', '--json'));
  machine.rule = passing;
  expect(await backlot(env, 'plan', 'cancel', '--yes')).toMatchObject({
    code: 0,
    err: expect.stringContaining('taken up under its number'),
  });
  expect((await account.get('/v1/subscription')).body).toMatchObject({ status: 'cancelling' });
});

test('buy: what was bought is bought, though the balance afterwards cannot be read', async () => {
  const { env } = await customer('background-studio', { plan: 'basic' });
  let bought = false;
  machine.rule = (method) => {
    if (method === 'POST') bought = true;
    return bought && method === 'GET' ? { instead: page(502) } : 'pass';
  };
  const ended = await backlot(env, 'buy', 'pack-300', '--yes', '--json');
  expect(ended).toMatchObject({ code: 0 });
  expect(JSON.parse(ended.out)).toMatchObject({ available: null, purchase: { packId: 'pack-300', status: 'complete' } });
});

describe('generate', () => {
  const words = (file: string) => ['generate', '--model', 'backdrop-lite', '--seed', '7', '--out', file, '--json'];
  async function payer() {
    const { account, env, data } = await customer('pay-as-you-go');
    expect(await backlot(env, 'buy', '--amount', '5', '--yes')).toMatchObject({ code: 0 });
    return { account, env, data };
  }
  const charges = async (account: Account): Promise<number> =>
    (await account.get('/v1/ledger?after=0')).body.entries.filter(({ kind }: { kind: string }) => kind === 'settled').length;

  test('accepted, and then out of reach: not known; again, the same picture, charged once', async () => {
    const { account, env, data } = await payer();
    const file = join(data, 'backdrop.jpg');
    machine.rule = (method, url) => (method === 'GET' && url.startsWith('/v1/generations/') ? { instead: page(404) } : 'pass');
    unknown(await backlot(env, ...words(file)));
    machine.rule = passing;
    expect(await backlot(env, ...words(file))).toMatchObject({ code: 0 });
    expect(existsSync(file)).toBe(true);
    expect(await charges(account)).toBe(1);
  });

  test('drawn and not saved: it says that it was charged, and fetches it once there is room', async () => {
    const { account, env, data } = await payer();
    const blocked = join(data, 'blocked');
    writeFileSync(blocked, 'a file where the folder should be');
    const file = join(blocked, 'backdrop.jpg');
    const ended = await backlot(env, ...words(file));
    expect(ended).toMatchObject({ code: 5 });
    expect(JSON.parse(ended.out).problem.message).toMatch(/was drawn and charged.*a file is in the way.*not charged twice/);
    expect(JSON.parse(ended.out).problem.message).not.toMatch(denial);
    rmSync(blocked);
    mkdirSync(blocked);
    expect(await backlot(env, ...words(file))).toMatchObject({ code: 0 });
    expect(await charges(account)).toBe(1);
  });
});

test('a page of the network that says 401 is no refused sign-in', async () => {
  const { env } = await customer('background-studio', { plan: 'basic' });
  machine.rule = () => ({ instead: page(401) });
  const ended = await backlot(env, 'balance', '--json');
  expect(ended).toMatchObject({ code: 3 });
  expect(JSON.parse(ended.out)).toMatchObject({ problem: { code: 'offline', message: expect.stringContaining('not the credit server') } });
});
