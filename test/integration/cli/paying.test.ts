/** `backlot buy` through a provider: the page to pay on, nothing charged or granted before it is paid, and once only afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buy } from '../../../cli/commands/buy.ts';
import { type FakeStripe, startFakeStripe } from '../payments/fake-stripe.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { backlot, environmentFor } from './command-line.ts';

let stripe: FakeStripe;
let server: RunningServer;
const folder = mkdtempSync(join(tmpdir(), 'backlot-cli-pay-'));
beforeAll(async () => {
  stripe = await startFakeStripe();
  server = await startServer({ policy: 'generative-suite', env: stripe.env });
  await server.clock('2026-06-10T10:00:00Z');
});
afterAll(async () => {
  await server.stop();
  await stripe.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function customer(): Promise<{ account: Account; env: NodeJS.ProcessEnv }> {
  const account = await server.account({ country: 'DE', email: 'studio@example.com', name: 'Studio Nord' });
  return { account, env: environmentFor(server, account, mkdtempSync(join(folder, 'data-'))) };
}
const available = async (account: Account): Promise<string> => (await account.get('/v1/wallet')).body.available;

it('answers with the page to pay on; paid there, the pack is granted and billed once', async () => {
  const { account, env } = await customer();
  const before = Number(await available(account));
  const ended = await backlot(env, 'buy', 'pack-500', '--provider', 'stripe', '--yes', '--json');
  expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: '' });
  const said = buy.output.parse(JSON.parse(ended.out));
  expect(said).toMatchObject({ purchase: { status: 'awaiting-payment', provider: 'stripe' }, checkout: { state: 'open' } });
  expect(Number(await available(account))).toBe(before);
  if (said.checkoutUrl == null) throw new Error('There is no page to pay on.');
  const paid = stripe.pay(said.checkoutUrl);
  await stripe.deliver(server.url, paid);
  await stripe.deliver(server.url, paid);
  expect(Number(await available(account))).toBe(before + 500);
  expect((await account.get('/v1/invoices')).body).toHaveLength(1);
});

it('in words it says where to pay, and that nothing is charged before', async () => {
  const { env } = await customer();
  const ended = await backlot(env, 'buy', 'pack-500', '--provider', 'stripe', '--yes');
  expect(ended).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/Nothing is charged yet[\s\S]*\nPay here: http/) });
});

it('a provider that is not there, and one that was never heard of: nothing is ordered', async () => {
  const { account, env } = await customer();
  const before = await available(account);
  expect(await backlot(env, 'buy', 'pack-500', '--provider', 'paddle', '--yes')).toMatchObject({ code: 1, out: '' });
  const unknown = await backlot(env, 'buy', 'pack-500', '--provider', 'barter', '--yes');
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('one of invoice, stripe, paddle. Nothing was charged.') });
  expect(await available(account)).toBe(before);
});
