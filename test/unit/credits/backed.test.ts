/**
 * A plan's payment goes back from a period that other money had paid for in part. That other money is the customer's again, and so the credit of it is
 * gone for good: when the payment stands again, what returns is what it had paid for itself.
 */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../shared/credits/index.ts';
import { generativeSuite } from '../../../shared/policies/index.ts';
import { Account, on } from './account.ts';

/** Plus for 12.00; after half of its days Max for 39.00 with 400 credits: 6.00 of it are what Plus gave back, 33.00 are charged. */
function upgraded(): Account {
  const account = new Account(generativeSuite(), '2026-03-01');
  account.do({ kind: 'subscribe', opId: 'plus', plan: 'plus' });
  account.at('2026-03-16').do({ kind: 'change-plan', opId: 'max', plan: 'max' });
  expect(account.entriesOf('plan-changed').at(-1)?.proration).toMatchObject({ charged: 3300n, unused: 600n });
  return account;
}

function returning(account: Account, basis: 'goodwill' | 'chargeback', opId: string = basis): Command {
  const { start, end } = account.state.subscription?.period ?? { start: 0, end: 0 };
  const paid = { minor: 3300n, currency: 'USD' };
  return { kind: 'return-plan', opId, paymentOpId: 'max', basis, paid, period: { start, end }, carries: true, spent: {}, reason: 'test' };
}

const paidOut = (account: Account) => account.entriesOf('carried-paid-out').map(({ money }) => money.minor);
/** Of the 400, by what became of them. */
const ofMax = (account: Account) => {
  const all = [...account.state.grants.values(), ...account.state.recent].filter(
    ({ source }) => source.kind === 'plan' && source.plan === 'max',
  );
  return all.reduce((sum, { available }) => sum + available, 0n);
};

/** Spends down to so many credits of Max, in whole generations of the Flash model. */
function leave(account: Account, left: bigint): void {
  const other = account.available - ofMax(account);
  const slices = account.operations(Number(account.available - left));
  for (const part of [slices.slice(0, 400), slices.slice(400)])
    if (part.length > 0) account.do({ kind: 'hold', atomic: true, operations: part });
  for (const holdId of [...account.state.holds.keys()]) account.do({ kind: 'settle', holdId });
  expect([other >= 0n, account.available, ofMax(account)]).toEqual([true, left, left]);
}

/** Left of 400; what is paid out of 6.00; what the bank's victory leaves owed; what returns when the dispute is won. */
const table: readonly (readonly [left: bigint, out: bigint, owed: bigint, returns: bigint])[] = [
  // 62 = 400 x 6.00 / 39.00, rounded up.
  [400n, 600n, 0n, 338n],
  [100n, 600n, 300n, 38n],
  [62n, 600n, 338n, 0n],
  // 10 credits are worth 0.97.
  [10n, 97n, 390n, 0n],
];

describe('GS-12: of a period that other money had paid for in part', () => {
  it.each(table)('with %s left: %s paid out, %s owed, and %s return when the dispute is won', (left, out, owed, returns) => {
    const account = upgraded();
    const rest = account.available - ofMax(account);
    if (left < 400n) leave(account, left);
    account.do(returning(account, 'chargeback'));
    account.sweep();
    expect([paidOut(account), ofMax(account), account.state.shortfall]).toEqual([[out], 0n, owed]);
    account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'max', restores: account.state.subscription?.period });
    account.sweep();
    expect([paidOut(account), ofMax(account), account.state.shortfall]).toEqual([[out], returns, 0n]);
    expect(account.available).toBe(returns + (left < 400n ? 0n : rest));
  });

  it('the same when a refund of it was not made after all', () => {
    const account = upgraded();
    account.do(returning(account, 'goodwill'));
    const [refund] = account.entriesOf('refunded');
    if (refund === undefined) throw new Error('It was given back.');
    account.do({ kind: 'refund-refused', opId: 'no', refund, restores: account.state.subscription?.period });
    account.sweep();
    expect([paidOut(account), ofMax(account)]).toEqual([[600n], 338n]);
  });

  it('is paid out once, however often the payment goes back', () => {
    const account = upgraded();
    for (const time of ['one', 'two', 'three']) {
      account.do(returning(account, 'chargeback', time));
      account.sweep();
      expect(account.state.shortfall).toBe(0n);
      account.do({ kind: 'dispute-won', opId: `won-${time}`, purchaseOpId: 'max', restores: account.state.subscription?.period });
      expect([paidOut(account), ofMax(account)]).toEqual([[600n], 338n]);
    }
  });
});

/**
 * Plus for a year, 86.40, changed to a month of 12.00 and its 100 credits, with so many days and credits used before, and so many months after it
 * until the bank takes the 86.40: owed is what was used, and what the money that is not carried any more had bought.
 */
const changes: readonly (readonly [at: string, used: number, backAt: string, carried: bigint, taken: bigint, owed: bigint])[] = [
  ['2026-03-01', 0, '2026-03-01', 7440n, 0n, 100n],
  // 10 of 1200 used: 85.68 come back.
  ['2026-03-01', 10, '2026-03-01', 7368n, 0n, 110n],
  // 364 of 365 days are left: 86.16, with 97 of the 100 credits.
  ['2026-03-02', 0, '2026-03-02', 7416n, 3n, 100n],
  // Another month, and two more, of 12.00 each.
  ['2026-03-01', 0, '2026-04-05', 6240n, 0n, 200n],
  ['2026-03-01', 10, '2026-06-05', 3768n, 0n, 410n],
];

it.each(changes)(
  'GS-12: a year changed to a month on %s with %s used, taken by the bank on %s: %s carried, %s taken and %s owed',
  (...row) => {
    const [at, used, backAt, carried, taken, owed] = row;
    const account = new Account(generativeSuite(), '2026-03-01');
    account.do({ kind: 'subscribe', opId: 'year', plan: 'plus', interval: 'year' });
    const { start, end } = account.state.subscription?.period ?? { start: 0, end: 0 };
    if (used > 0) account.apply(used);
    account.at(at).do({ kind: 'change-plan', opId: 'month', interval: 'month' });
    const movedOn = account.entriesOf('plan-changed').at(-1)?.proration?.unused;
    account.at(backAt).sweep();
    expect(account.state.carried).toBe(carried);
    const receipt = account.do({
      kind: 'return-plan',
      opId: 'back',
      paymentOpId: 'year',
      basis: 'chargeback',
      paid: { minor: 8640n, currency: 'USD' },
      period: { start, end },
      cutAt: on(at),
      movedOn,
      carries: true,
      spent: {},
      reason: 'test',
    });
    expect(receipt).toMatchObject({ amount: taken, shortfall: owed });
    expect([account.state.carried, account.state.shortfall]).toEqual([0n, owed]);
  },
);
