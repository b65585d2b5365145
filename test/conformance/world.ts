/** What the conformance tests say again and again, over HTTP against the real server with its test clock. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { environmentFor } from '../integration/cli/command-line.ts';
import { type Account, type Json, opId, type RunningServer } from '../integration/server/running-server.ts';

export { type Account, finished, type Json, opId, type RunningServer, startServer } from '../integration/server/running-server.ts';

export const paper = { background: 'paper' };
export const applying = (recipe: object = paper, photo = 'IMG_1') => ({ kind: 'apply', photo, recipe });

export const wallet = async (account: Account): Promise<Json> => (await account.get('/v1/wallet')).body;
export const available = async (account: Account): Promise<string> => (await wallet(account)).available;
/** Available credit by bucket, in draw order. */
export const buckets = async (account: Account): Promise<Record<string, string>> =>
  Object.fromEntries((await wallet(account)).buckets.map((b: Json) => [b.bucket, b.available]));

/** Authorises and settles; answers the receipts. */
export async function spend(account: Account, operations: readonly object[], actual?: string): Promise<Json[]> {
  const named = operations.map((operation) => ({ opId: opId(), ...operation }));
  const { status, body } = await account.post('/v1/operations', { operations: named });
  expect(status, JSON.stringify(body)).toBe(200);
  const receipts = [];
  for (const { opId: id } of named)
    receipts.push((await account.post(`/v1/operations/${id}/settle`, actual === undefined ? {} : { actual })).body);
  return receipts;
}

export const apply = (account: Account, photos: number, recipe: object = paper): Promise<Json[]> =>
  spend(
    account,
    Array.from({ length: photos }, (_, i) => applying(recipe, `IMG_${i}`)),
  );

/** One operation that must be refused: the problem document. */
export async function refusal(account: Account, operation: object): Promise<{ status: number; body: Json }> {
  const answer = await account.post('/v1/operations', { operations: [{ opId: opId(), ...operation }] });
  expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
  return answer;
}

export const quote = async (account: Account, ...operations: object[]): Promise<Json> =>
  (await account.post('/v1/quotes', { operations })).body;

/** What staff lets an account owe, where an online provider is set up and nothing is sold on account by default. */
export const onAccount = { onAccount: { limit: '5000.00' } };

/** On account, unless a provider is named. */
export async function buy(account: Account, what: object): Promise<Json> {
  const { status, body } = await account.post('/v1/purchases', { opId: opId(), provider: 'invoice', ...what });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

/** On account, unless a provider is named. */
export async function subscription(account: Account, action: string, more: object = {}): Promise<Json> {
  const { status, body } = await account.post('/v1/subscription', { opId: opId(), action, provider: 'invoice', ...more });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

/** Staff notes that everything was paid that is open. */
export async function paid(server: RunningServer, account: Account): Promise<void> {
  for (const { number, state } of (await account.get('/v1/invoices')).body) {
    const at = `/v1/admin/accounts/${account.accountId}/invoices/${number}/paid`;
    if (state === 'open') expect((await server.admin.post(at, { opId: opId(), reason: 'bank transfer' })).status).toBe(200);
  }
}

export async function generate(account: Account, order: object = {}): Promise<Json> {
  const { status, body } = await account.post('/v1/generations', {
    opId: opId(),
    model: 'backdrop-lite',
    resolution: '1K',
    style: 'brand',
    ...order,
  });
  expect(status, JSON.stringify(body)).toBe(202);
  return body;
}

export const failNext = (server: RunningServer): Promise<unknown> => server.admin.post('/v1/admin/generations/fail-next', { count: 1 });

/** Money and amounts to compare, free of rounding: "12.34" is 1234 at two decimals. */
export const minor = (text: string, decimals = 2): number => Math.round(Number(text) * 10 ** decimals);

/** The environment of a shell in which `backlot` speaks for this account. */
export const shell = (server: RunningServer, account: Account): NodeJS.ProcessEnv =>
  environmentFor(server, account, mkdtempSync(join(server.folder, 'shell-')));
