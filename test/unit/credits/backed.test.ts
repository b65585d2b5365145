/**
 * A plan's payment goes back from a period that other money had paid for in part. That other money is the customer's again, and so the credit of it is
 * gone for good: when the payment stands again, what returns is what it had paid for itself.
 */
import { describe, expect, it } from 'vitest';
import { type Command, decodeState, encodeState } from '../../../shared/credits/index.ts';
import { EPOCH } from '../../../shared/credits/model/instants.ts';
import { generativeSuite } from '../../../shared/policies/index.ts';
import { cents, opNamed } from '../../quantities.ts';
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
  const { start, end } = account.state.subscription?.period ?? { start: EPOCH, end: EPOCH };
  const paid = { minor: cents(3300n), currency: 'USD' };
  return {
    kind: 'return-plan',
    opId: opNamed(opId),
    paymentOpId: opNamed('max'),
    basis,
    paid,
    period: { start, end },
    carries: true,
    spent: {},
    reason: 'test',
  };
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
  // 10 credits are worth 0.97; of the 6.00 the other 5.03 stay, and so of the 390 that were spent what 33.00 had bought is owed.
  [10n, 97n, 339n, 0n],
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
 * until the bank takes the 86.40: what it had bought since goes as far as it is there, and what was used is owed; what lapsed is not.
 */
const changes: readonly (readonly [at: string, used: number, backAt: string, carried: bigint, taken: bigint, owed: bigint])[] = [
  ['2026-03-01', 0, '2026-03-01', 7440n, 100n, 0n],
  // 10 of 1200 used: 85.68 come back.
  ['2026-03-01', 10, '2026-03-01', 7368n, 100n, 10n],
  // 364 of 365 days are left: 86.16, with 97 of the 100 credits; the 3 that stayed go as well.
  ['2026-03-02', 0, '2026-03-02', 7416n, 103n, 0n],
  // Another month, and two more, of 12.00 each; the credit of each lives for another 30 days.
  ['2026-03-01', 0, '2026-04-05', 6240n, 200n, 0n],
  ['2026-03-01', 10, '2026-06-05', 3768n, 200n, 10n],
];

it.each(changes)(
  'GS-12: a year changed to a month on %s with %s used, taken by the bank on %s: %s carried, %s taken and %s owed',
  (...row) => {
    const [at, used, backAt, carried, taken, owed] = row;
    const account = new Account(generativeSuite(), '2026-03-01');
    account.do({ kind: 'subscribe', opId: 'year', plan: 'plus', interval: 'year' });
    const { start, end } = account.state.subscription?.period ?? { start: EPOCH, end: EPOCH };
    if (used > 0) account.apply(used);
    account.at(at).do({ kind: 'change-plan', opId: 'month', interval: 'month' });
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
      carries: true,
      spent: {},
      reason: 'test',
    });
    expect(receipt).toMatchObject({ amount: taken, shortfall: owed });
    expect([account.state.carried, account.state.shortfall]).toEqual([0n, owed]);
  },
);

/** What the periods stand on, by payment: nothing of it is lost or counted twice. */
const stands = ({ state }: Account) => [
  state.carriedFrom.map(({ of, minor }) => [of, minor]),
  Object.fromEntries(Object.entries(state.paidPeriods).map(([by, { own, from }]) => [by, [own, from.map(({ of, minor }) => [of, minor])]])),
];

type Basis = 'goodwill' | 'chargeback';

/** The payment goes back as the server says it: all of it, or a part. */
function back(account: Account, paymentOpId: string, basis: Basis, minor?: bigint): Command {
  const began = account.entries.find((entry) => entry.opId === paymentOpId && (entry.kind === 'plan-changed' || entry.kind === 'renewed'));
  if (began?.kind !== 'plan-changed' && began?.kind !== 'renewed') throw new Error(`Nothing was paid for by ${paymentOpId}.`);
  const charged = began.kind === 'renewed' ? began.charge?.minor : began.proration?.charged;
  const paid = { minor: charged ?? cents(0n), currency: 'USD' };
  const { start, end } = began.subscription.period;
  const money = minor === undefined ? {} : { money: { ...paid, minor: cents(minor) } };
  const opId = opNamed(`${paymentOpId}-${account.nextId()}`);
  return {
    kind: 'return-plan',
    opId,
    paymentOpId: opNamed(paymentOpId),
    basis,
    paid,
    period: { start, end },
    carries: true,
    spent: {},
    reason: 'test',
    ...money,
  };
}

/** Plus by the month for 12.00, half a month later Max by the month for 39.00, and at once Generative for 79.00. */
function twice(): Account {
  const account = upgraded();
  account.do({ kind: 'change-plan', opId: 'generative', plan: 'generative' });
  return account;
}

describe('GS-12, GS-13: a period remembers whose money it stands on', () => {
  it('what is given back comes out of what was carried first, and pays in the order in which it came', () => {
    const account = twice();
    // 6.00 of Plus and 33.00 of Max go on to Generative, which is charged 40.00 more.
    expect(stands(account)).toEqual([
      [],
      {
        plus: [600n, []],
        max: [0n, []],
        generative: [
          4000n,
          [
            ['plus', 600n],
            ['max', 3300n],
          ],
        ],
      },
    ]);
    expect(decodeState(encodeState(account.state))).toEqual({ ok: true, value: account.state });
  });

  /** What each payment is the price of in Generative's 900 credits for 79.00, rounded up; of Plus 50 of its own stay besides. */
  it.each<[string, bigint, bigint, bigint]>([
    ['plus', 1200n, 50n, 69n],
    ['max', 3300n, 0n, 376n],
  ])(
    '%s taken by the bank, %s: %s of its own credit and %s of the later period go, and come back when the dispute is won',
    (of, minor, own, later) => {
      const account = twice();
      const before = account.state.paidPeriods[opNamed('generative')]?.from;
      expect(account.available).toBe(50n + 900n);
      expect(account.do(back(account, of, 'chargeback'))).toMatchObject({ money: { minor }, amount: own + later, shortfall: 0n });
      expect([account.available, account.wallet().plan?.status]).toEqual([950n - own - later, 'active']);
      account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: of });
      expect(account.available).toBe(950n);
      expect(new Set(account.state.paidPeriods[opNamed('generative')]?.from)).toEqual(new Set(before));
    },
  );

  it('what was spent of the later period is owed, at most that share of it', () => {
    const account = twice();
    account.do({ kind: 'take-back', opId: 'less', bucket: 'monthly', amount: 50n, reason: 'the credit of Plus' });
    account.apply(400);
    account.apply(480);
    expect(account.available).toBe(20n);
    expect(account.do(back(account, 'max', 'chargeback'))).toMatchObject({ amount: 20n, shortfall: 356n });
    // Of the other payment too: 69 more.
    expect(account.do(back(account, 'plus', 'chargeback'))).toMatchObject({ amount: 0n, shortfall: 69n });
    expect(account.state.shortfall).toBe(356n + 69n);
  });

  it('staff’s return takes the same share, and leaves what was spent', () => {
    const account = twice();
    account.do({ kind: 'take-back', opId: 'less', bucket: 'monthly', amount: 50n, reason: 'the credit of Plus' });
    account.apply(400);
    account.apply(480);
    expect(account.do(back(account, 'max', 'goodwill'))).toMatchObject({ amount: 20n, shortfall: 0n });
    expect([account.available, account.state.shortfall]).toEqual([0n, 0n]);
  });

  it('what work under way holds of the later period goes when it comes back', () => {
    const account = twice();
    const holds = account.hold(450);
    account.hold(450);
    expect(account.do(back(account, 'max', 'chargeback'))).toMatchObject({ amount: 50n, awaited: 326n });
    for (const holdId of holds) account.do({ kind: 'release', holdId, cause: 'failed', reason: 'test' });
    expect(account.available).toBe(450n - 326n);
  });

  it('what work spends of a period that two payments stood in is owed at once, once', () => {
    const account = twice();
    account.do({ kind: 'take-back', opId: 'less', bucket: 'monthly', amount: 50n, reason: 'the credit of Plus' });
    const holds = [...account.hold(450), ...account.hold(450)];
    expect(account.do(back(account, 'plus', 'chargeback'))).toMatchObject({ awaited: 69n });
    expect(account.do(back(account, 'generative', 'chargeback'))).toMatchObject({ awaited: 831n - 375n, shortfall: 0n });
    for (const holdId of holds.slice(0, 500)) account.do({ kind: 'settle', holdId });
    account.sweep();
    // The 33.00 of Max are still here, and are the price of 375 of them: nothing was unused that they could go back for.
    expect([account.state.shortfall, paidOut(account)]).toEqual([125n, []]);
    for (const holdId of holds.slice(500)) account.do({ kind: 'release', holdId, cause: 'failed', reason: 'test' });
    account.sweep();
    expect([account.available, account.state.shortfall]).toEqual([0n, 125n]);
  });

  it('a period is remembered when its money goes back, and stands on it again when that was not made after all', () => {
    const account = new Account(generativeSuite(), '2026-03-01');
    account.do({ kind: 'subscribe', opId: 'first', plan: 'plus' });
    account.do({ kind: 'change-plan', opId: 'year', interval: 'year' });
    account.do({ kind: 'change-plan', opId: 'month', interval: 'month' });
    account.apply(100);
    account.at('2026-04-02').do(back(account, 'first', 'goodwill'));
    account.at('2026-05-02').sweep();
    const [refund] = account.entriesOf('refunded');
    if (refund === undefined) throw new Error('It was given back.');
    account.do({ kind: 'refund-refused', opId: 'no', refund });
    expect(account.state.paidPeriods[opNamed('month')]?.from).toEqual([{ of: 'first', minor: 1200n }]);
    expect(account.do(back(account, 'first', 'chargeback'))).toMatchObject({ amount: 0n, shortfall: 100n });
  });

  it('of money that is carried, the carried money goes and nothing else', () => {
    const account = new Account(generativeSuite(), '2026-03-01');
    account.do({ kind: 'subscribe', opId: 'year', plan: 'plus', interval: 'year' });
    account.do({ kind: 'change-plan', opId: 'month', interval: 'month' });
    expect(stands(account)).toEqual([[['year', 7440n]], { year: [0n, []], month: [0n, [['year', 1200n]]] }]);
    expect(account.do(back(account, 'year', 'goodwill', 7000n))).toMatchObject({ amount: 0n });
    expect([account.state.carried, account.available]).toEqual([440n, 100n]);
    expect(account.do(back(account, 'year', 'goodwill', 1040n))).toMatchObject({ amount: 50n });
    expect([account.state.carried, account.available, account.wallet().plan?.status]).toEqual([0n, 50n, 'active']);
    // Then nothing stands behind the month any more.
    account.do(back(account, 'year', 'chargeback'));
    expect([account.available, account.wallet().plan?.status]).toEqual([0n, 'ended']);
    account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'year' });
    expect([account.available, account.wallet().plan?.status]).toEqual([50n, 'cancelling']);
  });

  it('carried money that the bank took comes back with the dispute, as far as it was taken', () => {
    const account = new Account(generativeSuite(), '2026-03-01');
    account.do({ kind: 'subscribe', opId: 'year', plan: 'plus', interval: 'year' });
    account.do({ kind: 'change-plan', opId: 'month', interval: 'month' });
    account.do(back(account, 'year', 'goodwill', 7000n));
    account.do(back(account, 'year', 'chargeback'));
    expect([account.state.carried, account.available]).toEqual([0n, 0n]);
    account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'year' });
    expect([account.state.carried, account.available]).toEqual([440n, 100n]);
  });

  it('what was paid out before and goes back again is owed at the price of what it had paid for', () => {
    const account = new Account(generativeSuite(), '2026-03-01');
    account.do({ kind: 'subscribe', opId: 'year', plan: 'plus', interval: 'year' });
    account.do({ kind: 'change-plan', opId: 'month', interval: 'month' });
    account.do({ kind: 'cancel-plan', opId: 'stop' });
    account.at('2026-04-01').sweep();
    expect(paidOut(account)).toEqual([7440n]);
    // 74.40 are what 1034 of the year's 1200 credits cost, rounded up; the month's 100 are there still.
    expect(account.do(back(account, 'year', 'chargeback'))).toMatchObject({ amount: 100n, shortfall: 1034n });
    account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'year' });
    expect([account.available, account.state.shortfall, account.state.carried]).toEqual([100n, 0n, 0n]);
  });

  it('the months to come of a year bring what is paid for still, and all of it when the payment stands again', () => {
    const account = new Account(generativeSuite(), '2026-03-01');
    account.do({ kind: 'subscribe', opId: 'plus', plan: 'plus' });
    account.do({ kind: 'change-plan', opId: 'year', plan: 'max', interval: 'year' });
    // 12.00 of 280.80 for 4800 credits: 17.1 of each month's 400.
    expect(account.do(back(account, 'plus', 'chargeback'))).toMatchObject({ amount: 18n });
    expect(account.available).toBe(382n);
    account.at('2026-04-15').sweep();
    const months = () =>
      account
        .entriesOf('granted')
        .slice(1)
        .map(({ amount }) => amount);
    expect(months()).toEqual([400n, 382n]);
    account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'plus' });
    account.at('2026-05-15').sweep();
    expect(months()).toEqual([400n, 382n, 400n]);
  });

  it('the same of a year’s own payment that staff gave back in part', () => {
    const account = new Account(generativeSuite(), '2026-03-01');
    account.do({ kind: 'subscribe', opId: 'year', plan: 'max', interval: 'year' });
    account.do(back(account, 'year', 'goodwill', 14_040n));
    expect(account.available).toBe(200n);
    account.at('2027-02-15').sweep();
    expect(account.entriesOf('granted').map(({ amount }) => amount)).toEqual([400n, ...Array(11).fill(200n)]);
  });
});
