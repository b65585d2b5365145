/** Creative suite: PS-01 to PS-06 against the real server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backlot } from '../integration/cli/command-line.ts';
import {
  type Account,
  available,
  buckets,
  buy,
  failNext,
  finished,
  generate,
  type Json,
  opId,
  quote,
  type RunningServer,
  shell,
  spend,
  startServer,
  subscription,
  wallet,
} from './world.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ policy: 'creative-suite' });
});
afterAll(() => server.stop());

async function subscriber(plan = 'plus'): Promise<Account> {
  await server.clock('2026-01-31T10:00:00Z');
  const account = await server.account({ country: 'US' });
  await subscription(account, 'change', { plan });
  return account;
}

test('PS-01: each tool needs a set number of credits, and the table shows what is then charged', async () => {
  const { prices } = (await server.as('').get('/v1/pricing')).body;
  const tools = prices.filter((p: Json) => p.kind === 'tool');
  expect(tools.length).toBeGreaterThan(4);
  const account = await subscriber('pro');
  for (const { item, from, to } of tools) {
    expect(from).toBe(to);
    expect(await quote(account, { kind: 'tool', tool: item })).toMatchObject({ total: to });
    const [receipt] = await spend(account, [{ kind: 'tool', tool: item }]);
    expect(receipt.charged).toBe(to);
  }
});

test('PS-02: a plan’s credit is reset at the end of each cycle, counted from the anchor', async () => {
  const account = await subscriber('plus');
  await spend(account, [{ kind: 'tool', tool: 'avatar' }]);
  const before = Number((await buckets(account))['monthly']);
  // The free plan's 5 stay beside the new plan's 200: nothing was paid for them, so nothing of them is taken (GS-13).
  expect(before).toBeLessThan(205);
  await server.clock('2026-02-28T09:59:59Z');
  expect(Number((await buckets(account))['monthly'])).toBe(before);
  await server.clock('2026-02-28T10:00:00Z');
  expect((await buckets(account))['monthly']).toBe('200');
  await server.clock('2026-03-31T09:59:59Z');
  expect((await wallet(account)).plan.renewsAt).toBe('2026-03-31T10:00:00.000Z');
});

test('PS-03: add-on credit does not expire and is there in later months', async () => {
  const account = await subscriber('plus');
  await buy(account, { packId: 'add-on-100' });
  await server.clock('2031-01-31T10:00:00Z');
  expect((await buckets(account))['purchased']).toBe('100');
});

test('PS-04: the balance, and what of it was purchased or added', async () => {
  const account = await subscriber('plus');
  await buy(account, { packId: 'add-on-300' });
  await server.grant(account.accountId, 'purchased', '7');
  const { available: total, buckets: parts } = await wallet(account);
  const purchased = parts.find((b: Json) => b.bucket === 'purchased');
  expect(purchased.grants.map((g: Json) => [g.source, g.available]).sort()).toEqual([
    ['admin', '7'],
    ['purchase', '300'],
  ]);
  expect(Number(total)).toBe(parts.reduce((sum: number, b: Json) => sum + Number(b.available), 0));
});

test('PS-05: a generation that does not complete returns its credits by itself', async () => {
  const account = await subscriber('plus');
  const before = await available(account);
  await failNext(server);
  expect((await finished(account, (await generate(account)).id)).status).toBe('failed');
  expect(await wallet(account)).toMatchObject({ available: before, held: '0' });
});

test('PS-05: work that nobody ends returns its credits when its time is over', async () => {
  const account = await subscriber('plus');
  const before = await available(account);
  const operation = { opId: opId(), kind: 'tool', tool: 'video' };
  const { outcomes } = (await account.post('/v1/operations', { operations: [operation] })).body;
  expect(Number(await available(account))).toBe(Number(before) - 20);
  await server.clock(outcomes[0].holdExpiresAt);
  expect(await wallet(account)).toMatchObject({ available: before, held: '0' });
});

test('PS-06: support is reached with a prepared subject line that says whose account it is', async () => {
  const account = await subscriber('pro');
  const { plan } = await wallet(account);
  const { code, out } = await backlot(shell(server, account), 'support', '--json');
  expect(code).toBe(0);
  const { link, subject } = JSON.parse(out);
  expect(subject).toBe(`Credits - Help Center (account ${account.accountId}, plan ${plan.label})`);
  expect(new URL(link).protocol).toBe('mailto:');
  expect(new URL(link).searchParams.get('subject')).toBe(subject);
});
