/** What can be configured: a policy file, the issuer of invoices, automatic top-up; and what an account hears by itself. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { creativeSuite } from '../../../shared/policies/creative-suite.ts';
import { encodePolicy } from '../../../shared/policies/encode-policy.ts';
import { type Account, failingStart, type Json, opId, type RunningServer, startServer, temporaryFolder } from './running-server.ts';

const folder = temporaryFolder();
const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const own = { ...encodePolicy(creativeSuite()), id: 'our-studio', label: 'Our studio' };

let server: RunningServer;

beforeAll(async () => {
  file('issuer.json', {
    id: 'ACME',
    name: 'Acme Pictures',
    address: ['Rue Example 1', 'Paris'],
    country: 'FR',
    vatId: 'FR00000000000',
    email: 'bill@acme.example',
  });
  server = await startServer({ folder, policy: 'our-studio', args: ['--test-clock', '--policy-file', file('policy.json', own)] });
  await server.clock('2026-06-10T10:00:00Z');
});
afterAll(() => server.stop());

describe('a policy of one’s own', () => {
  test('runs without a change anywhere else', async () => {
    const account = await server.account({ plan: 'plus' });
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '200', policy: { id: 'our-studio', label: 'Our studio' } });
    expect((await server.as('').get('/v1/pricing')).body.policy).toBe('our-studio');
  });

  test.each([
    ['not JSON', '{', 'cannot be read'],
    ['a bucket that is not there', { ...own, packs: { ...(own as Json).packs, bucket: 'gold' } }, 'packs.bucket'],
    ['no buckets', { ...own, buckets: undefined }, 'buckets'],
    ['a negative amount', { ...own, trial: { bucket: 'monthly', amount: '-5' } }, 'trial'],
  ])('%s is refused at the start, naming the place', async (_, content, place) => {
    const { code, said } = await failingStart(['--data', folder, '--policy', 'our-studio', '--policy-file', file('wrong.json', content)]);
    expect([code, said]).toEqual([1, expect.stringContaining(place)]);
  });
});

describe('the issuer', () => {
  test('stands on the invoice and in its number', async () => {
    const account = await server.account();
    const { invoice } = (await account.post('/v1/purchases', { opId: opId(), packId: 'add-on-100' })).body;
    expect([invoice.number, invoice.taxRatePercent]).toEqual([expect.stringMatching(/^ACME-2026-\d{6}$/), '20']);
  });

  test('a wrong file is refused at the start, naming the place', async () => {
    const other = temporaryFolder();
    writeFileSync(join(other, 'issuer.json'), JSON.stringify({ id: 'toolongname', name: 'x' }));
    const { code, said } = await failingStart(['--data', other]);
    expect([code, said]).toEqual([1, expect.stringContaining('issuer.json is not right: id')]);
  });
});

describe('automatic top-up', () => {
  const on = (extra: object = {}): object => ({
    opId: opId(),
    settings: { below: '1.0000', amount: '5.0000', monthlyCap: { amount: '10.00', currency: 'EUR' }, ...extra },
  });
  const payAsYouGo = (): Promise<Account> => server.account({ policy: 'pay-as-you-go' });
  const put = (account: Account, body: object) => account.call('PUT', '/v1/auto-top-up', body);
  const spend = (account: Account, photos: number): Promise<unknown> =>
    account.post('/v1/operations', {
      operations: Array.from({ length: photos }, () => ({ opId: opId(), kind: 'apply', photo: 'a', recipe: { background: 'paper' } })),
    });

  test('is off until it is turned on, buys below the threshold, and stops at the month’s cap', async () => {
    const account = await payAsYouGo();
    expect((await account.get('/v1/auto-top-up')).body).toEqual({ allowed: true, settings: null });
    expect((await put(account, on())).status).toBe(200);
    const bought = await balanceReaches(account, 5.5);
    expect(bought.invoices).toHaveLength(1);
    await spend(account, 100);
    expect((await balanceReaches(account, 5.5)).invoices).toHaveLength(2);
    await spend(account, 100);
    const { available } = (await account.get('/v1/wallet')).body;
    expect(Number(available)).toBeCloseTo(0.5, 4);
    expect((await account.get('/v1/invoices')).body).toHaveLength(2);
  });

  test('is refused where the policy forbids it, and with impossible limits', async () => {
    const studio = await server.account({ policy: 'background-studio' });
    const refused = await put(studio, { opId: opId(), settings: { below: '10', packId: 'pack-300' } });
    expect([refused.status, refused.body.code]).toEqual([403, 'not_offered']);
    const account = await payAsYouGo();
    expect((await put(account, on({ amount: '1.0000' }))).body.code).toBe('below_minimum');
    expect((await put(account, on({ below: '-1' }))).body.code).toBe('invalid_amount');
  });
});

/** Waits on the account's stream until the balance is there. */
async function balanceReaches(account: Account, euros: number): Promise<{ invoices: Json[] }> {
  const aborting = new AbortController();
  try {
    for await (const _ of await account.stream(aborting.signal)) {
      const { available } = (await account.get('/v1/wallet')).body;
      if (Number(available) >= euros - 0.00005) return { invoices: (await account.get('/v1/invoices')).body };
    }
    throw new Error('The stream ended.');
  } finally {
    aborting.abort();
  }
}

describe('alerts', () => {
  test('come over the stream when they change', async () => {
    const account = await server.account({ policy: 'background-studio' });
    await server.grant(account.accountId, 'purchased', '100');
    const aborting = new AbortController();
    let heard = '';
    for await (const chunk of await account.stream(aborting.signal)) {
      heard += Buffer.from(chunk).toString();
      if (heard.includes('low_balance')) break;
      const operations = Array.from({ length: 90 }, () => ({ opId: opId(), kind: 'apply', photo: 'a', recipe: { background: 'paper' } }));
      if (!heard.includes('"seq":4')) await account.post('/v1/operations', { operations });
    }
    aborting.abort();
    expect(heard).toMatch(/event: alerts\ndata: \[\{"kind":"low_balance"/);
  });
});

describe('an alert that time alone brings', () => {
  test('comes over the stream of a quiet ledger', async () => {
    await server.clock('2026-06-10T10:00:00Z');
    const account = await server.account({ policy: 'background-studio' });
    await server.grant(account.accountId, 'purchased', '100', '2026-07-20T00:00:00Z');
    const aborting = new AbortController();
    let heard = '';
    for await (const chunk of await account.stream(aborting.signal)) {
      if (heard === '') await server.clock('2026-06-25T10:00:00Z');
      heard += Buffer.from(chunk).toString();
      if (heard.includes('expiring')) break;
    }
    aborting.abort();
    expect(heard).toMatch(/event: alerts\ndata: \[\{"kind":"expiring".*100 credits expire in 25 days/);
    expect(heard.match(/event: ledger/g)).toHaveLength(1);
  });
});

describe('the rate limit', () => {
  test('answers 429 with Retry-After, for one token and not for another', async () => {
    const limited = await startServer({ args: ['--rate-limit', '20'] });
    const [one, other] = [await limited.account(), await limited.account()];
    const answers = await Promise.all(Array.from({ length: 25 }, () => one.get('/v1/wallet')));
    const refused = answers.filter((a) => a.status === 429);
    expect(refused).toHaveLength(5);
    expect(refused[0]?.body.code).toBe('rate_limited');
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await other.get('/v1/wallet')).status).toBe(200);
    await limited.stop();
  });
});
