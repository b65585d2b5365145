/** What the clients of the benchmark do, and how it is counted. */

import type { Server } from '../../../server/server.ts';
import type { Operation } from '../../../shared/api/index.ts';
import { accountNamed, opNamed } from '../../quantities.ts';

export interface Load {
  /** Everything that was done, warming up included. */
  readonly all: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One client's step; answers how much it did. */
export type Step = (client: number, step: number) => Promise<number>;

/** Closed loop: each client sends its next request when the last one is answered. The first tenth of the time warms up. */
export async function run(clients: number, seconds: number, step: Step): Promise<Load> {
  const took: number[] = [];
  let all = 0;
  let done = 0;
  const begin = performance.now() + seconds * 100;
  const end = begin + seconds * 1000;
  const client = async (_: unknown, index: number): Promise<void> => {
    for (let i = 0; performance.now() < end; i += 1) {
      const from = performance.now();
      const count = await step(index, i);
      all += count;
      if (from < begin) continue;
      done += count;
      took.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const elapsed = (performance.now() - begin) / 1000;
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN;
  return { all, perSecond: done / elapsed, p50Ms: at(0.5), p99Ms: at(0.99) };
}

const CREDITS = '100000000';

/** Accounts with plenty of purchased credit. */
export async function seedAccounts({ accounts }: Server, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const { accountId } = await accounts.open({ policy: 'background-studio', country: 'DE' });
    await accounts.grant(accountId, { opId: opNamed(nextId()), bucket: 'purchased', amount: CREDITS, reason: 'benchmark' });
    ids.push(accountId);
  }
  return ids;
}

const RECIPE = { background: { kind: 'built-in', id: 'paper', colour: '#e8e6e1' }, logo: null };
const applying = (photo: string): Operation => ({ kind: 'apply', photo, recipe: RECIPE });

/** Two operations: a hold for one photo, and its settlement. */
export const authoriseAndSettle =
  ({ operations }: Server, accounts: readonly string[]): Step =>
  async (client, step) => {
    const account = accounts[(client * 13 + step * 37) % accounts.length] ?? '';
    const opId = nextId();
    await operations.authorise(accountNamed(account), true, [{ opId: opNamed(opId), ...applying('IMG_0001') }]);
    await operations.settle(accountNamed(account), opNamed(opId), undefined);
    return 2;
  };

/** Holds for `size` photos in one request. */
export const authoriseBatches =
  ({ operations }: Server, accounts: readonly string[], size: number): Step =>
  async (client, step) => {
    const account = accounts[(client * 51 + step * 8 + client) % accounts.length] ?? '';
    await operations.authorise(
      accountNamed(account),
      true,
      Array.from({ length: size }, (_, i) => ({ opId: opNamed(nextId()), ...applying(`IMG_${i}`) })),
    );
    return size;
  };

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PREFIX = Array.from({ length: 14 }, (_, i) => (i < 2 ? '01' : '')[i] ?? DIGITS[Math.floor(Math.random() * 32)]).join('');
let made = 0;

/** A ULID-shaped id. Making ids is the client's work: it should not be measured as the ledger's. */
export function nextId(): string {
  let rest = made;
  made += 1;
  let text = '';
  for (let i = 0; i < 12; i += 1) {
    text = DIGITS[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return PREFIX + text;
}
