/** GS-12, GS-13: an upgrade begins a new cycle; what comes back of the period before is the smaller of its unused time and its unused allowance. */
import { describe, expect, it, test } from 'vitest';
import { decodeState, encodeState } from '../../../shared/credits/index.ts';
import { artificialStudio, backgroundStudio, generativeSuite } from '../../../shared/policies/index.ts';
import { units } from '../../quantities.ts';
import { Account, DAY, on } from './account.ts';

const suite = generativeSuite();
const studio = artificialStudio({ signUpCredits: null });
const tool = (name: string) => ({ kind: 'tool', tool: name, recipe: undefined }) as const;
const MINUTE = 60_000;

interface Case {
  readonly name: string;
  readonly from: { plan: string; interval?: 'month' | 'year' };
  readonly to: { plan?: string; interval?: 'month' | 'year' };
  /** Days after the beginning. */
  readonly day: number;
  readonly used?: number;
  readonly held?: number;
  /** In cents. */
  readonly price: bigint;
  readonly back: bigint;
  readonly carried?: bigint;
  /** Left of the period before, and in all. */
  readonly left: bigint;
  readonly available: bigint;
  readonly renews: string;
}

// From 1 March, generative suite: Plus 12.00 and 100, Max 39.00 and 400, Team 449.00 and 6,000 for 30 days; a year costs 60% of twelve months.
const cases: readonly Case[] = [
  {
    name: 'at once, nothing used: all of it comes back',
    from: { plan: 'plus' },
    to: { plan: 'max' },
    day: 0,
    price: 3900n,
    back: 1200n,
    left: 0n,
    available: 400n,
    renews: '2026-03-31',
  },
  {
    name: 'half the time, nothing used: by time',
    from: { plan: 'plus' },
    to: { plan: 'max' },
    day: 15,
    price: 3900n,
    back: 600n,
    left: 50n,
    available: 450n,
    renews: '2026-04-15',
  },
  {
    name: 'half the time, half used: both say a half',
    from: { plan: 'plus' },
    to: { plan: 'max' },
    day: 15,
    used: 50,
    price: 3900n,
    back: 600n,
    left: 0n,
    available: 400n,
    renews: '2026-04-15',
  },
  {
    name: 'at once, 60 used: by credit',
    from: { plan: 'plus' },
    to: { plan: 'max' },
    day: 0,
    used: 60,
    price: 3900n,
    back: 480n,
    left: 0n,
    available: 400n,
    renews: '2026-03-31',
  },
  {
    name: 'all used: nothing comes back',
    from: { plan: 'plus' },
    to: { plan: 'team' },
    day: 0,
    used: 100,
    price: 44_900n,
    back: 0n,
    left: 0n,
    available: 6000n,
    renews: '2026-03-31',
  },
  {
    name: 'held counts as used, and stays',
    from: { plan: 'plus' },
    to: { plan: 'max' },
    day: 0,
    held: 100,
    price: 3900n,
    back: 0n,
    left: 0n,
    available: 400n,
    renews: '2026-03-31',
  },
  {
    name: 'a third gone: credit is rounded up, money down',
    from: { plan: 'plus' },
    to: { plan: 'team' },
    day: 10,
    price: 44_900n,
    back: 800n,
    left: 33n,
    available: 6033n,
    renews: '2026-04-10',
  },
  {
    name: 'GS-12: monthly to yearly',
    from: { plan: 'max' },
    to: { interval: 'year' },
    day: 10,
    price: 28_080n,
    back: 2600n,
    left: 133n,
    available: 533n,
    renews: '2026-04-11',
  },
  {
    name: 'GS-12: yearly to monthly at once: the rest is carried',
    from: { plan: 'max', interval: 'year' },
    to: { interval: 'month' },
    day: 0,
    price: 3900n,
    back: 28_080n,
    carried: 24_180n,
    left: 0n,
    available: 400n,
    renews: '2026-03-31',
  },
  {
    name: 'GS-12: yearly to monthly, one month used: eleven twelfths',
    from: { plan: 'max', interval: 'year' },
    to: { interval: 'month' },
    day: 0,
    used: 400,
    price: 3900n,
    back: 25_740n,
    carried: 21_840n,
    left: 0n,
    available: 400n,
    renews: '2026-03-31',
  },
  {
    name: 'a year’s upgrade, half a year gone',
    from: { plan: 'plus', interval: 'year' },
    to: { plan: 'max' },
    day: 184,
    price: 28_080n,
    back: (8640n * 181n) / 365n,
    left: 104n,
    available: 504n,
    renews: '2026-10-01',
  },
]; // prettier-ignore

test.each(cases)('GS-13: $name', ({ from, to, day, used = 0, held = 0, price, back, carried = 0n, available, renews, left }) => {
  const account = new Account(suite, '2026-03-01', from);
  if (used > 0) account.apply(used);
  if (held > 0) account.hold(held);
  account.at(on('2026-03-01') + day * DAY);
  const receipt = account.do({ kind: 'change-plan', opId: 'up', ...to });
  const credit = back > price ? back - carried : back;
  expect(receipt).toMatchObject({
    charge: { charge: { minor: price }, credit: { minor: back }, net: { minor: price - credit }, carried: { minor: carried } },
  });
  expect(account.available).toBe(available);
  expect(account.available - 400n === left || account.available - 6000n === left).toBe(true);
  expect(account.wallet().plan?.renewsAt).toBe(on(renews));
});

describe('GS-13: at the last moment', () => {
  it('Starter to Enterprise a minute before the renewal costs Enterprise, and next month it renews as that', () => {
    const account = new Account(studio, '2026-03-01', { plan: 'starter' });
    account.at(on('2026-04-01') - MINUTE);
    const receipt = account.do({ kind: 'change-plan', opId: 'up', plan: 'enterprise' });
    expect(receipt).toMatchObject({ charge: { net: { minor: 19_900n } } });
    // A minute's share of 9.00 is below a cent; the credit that goes with it is rounded up.
    expect(account.available).toBe(20_000n + 499n);
    account.do({ kind: 'change-plan', opId: 'down', plan: 'starter' });
    expect(account.at('2026-04-01').wallet().plan).toMatchObject({ id: 'enterprise', renewsAt: on('2026-05-01') - MINUTE });
  });
  it('Plus to Team a minute before the renewal costs Team', () => {
    const account = new Account(suite, '2026-03-01', { plan: 'plus' });
    account.at(on('2026-03-31') - MINUTE);
    expect(account.do({ kind: 'change-plan', opId: 'up', plan: 'team' })).toMatchObject({ charge: { net: { minor: 44_900n } } });
    expect(account.available).toBe(6000n + 99n);
  });
});

describe('GS-13: what is left of the period before', () => {
  it('keeps its own dates (GS-03, AS-04)', () => {
    const account = new Account(suite, '2026-03-01', { plan: 'plus' });
    account.at('2026-03-16').do({ kind: 'change-plan', opId: 'up', plan: 'max' });
    expect(account.buckets('2026-03-31')).toEqual({ rollover: 50n, monthly: 400n });
    expect(account.buckets('2026-04-30')).toEqual({ rollover: 400n, monthly: 400n });
  });
  it('what was held returns to where it came from, and pays when it is settled', () => {
    const account = new Account(suite, '2026-03-01', { plan: 'plus' });
    const [first = '', second = ''] = account.hold(2);
    account.do({ kind: 'change-plan', opId: 'up', plan: 'max' });
    expect(account.state.carried).toBe(0n);
    account.do({ kind: 'release', holdId: first, cause: 'failed', reason: 'x' });
    account.do({ kind: 'settle', holdId: second });
    expect(account.available).toBe(401n);
  });
  it('each grant says what was paid for it; a year’s months add up to its price', () => {
    const account = new Account(suite, '2026-03-01', { plan: 'plus', interval: 'year' }).at('2027-02-28');
    account.sweep();
    const paid = account.entriesOf('granted').map(({ source }) => (source.kind === 'plan' ? source.paid?.minor : null));
    expect(paid).toHaveLength(12);
    expect(paid.reduce((sum: bigint, one) => sum + (one ?? 0n), 0n)).toBe(8640n);
  });
  it('days that a year’s months differ by are given, not lost', () => {
    const account = new Account(suite, '2026-03-01', { plan: 'max', interval: 'year' });
    // The last day of January: 28 of 365 days are left, and one of twelve allowances is to come.
    account.at('2027-01-31T23:59:59Z').sweep();
    const before = account.available;
    account.do({ kind: 'change-plan', opId: 'up', plan: 'team', interval: 'month' });
    const [kept] = account.entriesOf('granted').filter(({ grantId }) => grantId === 'up:kept');
    expect(kept?.amount).toBe(400n - 369n);
    expect(account.available).toBe(before + 6000n + 31n);
  });
});

describe('GS-13: both lines stand on the invoice, 0.00 too', () => {
  it('where nothing is left', () => {
    const account = new Account(suite, '2026-03-01', { plan: 'plus' });
    account.apply(100);
    expect(account.do({ kind: 'change-plan', opId: 'up', plan: 'max' })).toMatchObject({
      charge: {
        lines: [
          { code: 'new-plan', plan: 'max' },
          { code: 'unused-time', plan: 'plus', net: { minor: 0n } },
        ],
      },
    });
  });
});

describe('several changes in a row', () => {
  it('up and up again: each gives back what the one before was paid with', () => {
    const account = new Account(suite, '2026-03-01', { plan: 'plus' });
    account.do({ kind: 'change-plan', opId: '1', plan: 'max' });
    account.do({ kind: 'change-plan', opId: '2', plan: 'team' });
    const net = account.entriesOf('plan-changed').map(({ proration }) => proration?.charged);
    expect(net).toEqual([1200n, 2700n, 41_000n]);
    expect(account.available).toBe(6000n);
  });
  it('a year and back, over and over: no cent and no credit more', () => {
    const account = new Account(suite, '2026-03-01', { plan: 'max' });
    for (const [at, interval] of (['year', 'month', 'year', 'month'] as const).entries())
      account.do({ kind: 'change-plan', opId: `switch-${at}`, interval });
    const charged = account.entriesOf('plan-changed').reduce((sum, { proration }) => sum + (proration?.charged ?? 0n), 0n);
    expect([charged - account.state.carried, account.available]).toEqual([3900n, 400n]);
  });
  it('a promotion is not given again by a cycle that began early', () => {
    const promotion = {
      id: 'spring',
      label: 'Spring',
      bucket: 'monthly',
      startsAt: on('2026-03-01'),
      days: 60,
      byPlan: { plus: { kind: 'fixed', amount: units(10n) }, max: { kind: 'fixed', amount: units(25n) } },
      perCycle: true,
    } as const;
    const account = new Account({ ...suite, promotions: [promotion] }, '2026-03-01', { plan: 'plus' });
    account.at('2026-03-16').do({ kind: 'change-plan', opId: 'up', plan: 'max' });
    const given = () =>
      account
        .entriesOf('granted')
        .filter(({ source }) => source.kind === 'promotion')
        .map(({ amount }) => amount);
    expect(given()).toEqual([10n, 15n]);
    account.at('2026-04-16').sweep();
    expect(given()).toEqual([10n, 15n, 25n]);
  });
});

describe('ST-08, ST-09: a contract’s plan and slots raise the running month and begin no cycle', () => {
  const quiet = backgroundStudio({ launchAt: on('2030-01-01') });
  test.each([
    ['more slots', { slots: 80 }, 300n],
    ['a higher plan', { plan: 'premium' }, 4500n],
    ['both', { plan: 'premium', slots: 80 }, 4500n],
    ['a plan that gives less', { plan: 'premium', slots: 1 }, 4500n],
  ] as const)('%s', (_, change, more) => {
    const account = new Account(quiet, '2026-11-05', { plan: 'professional-plus', slots: 50 });
    account.apply(100);
    account.at('2026-11-20').do({ kind: 'change-plan', opId: 'c', by: 'staff', ...change });
    expect(account.available).toBe(400n + more);
    expect(account.wallet().plan?.renewsAt).toBe(on('2026-12-01'));
    expect(account.entriesOf('plan-changed').at(-1)?.proration).toBe(null);
    expect(account.entriesOf('granted').every(({ source }) => source.kind !== 'plan' || source.paid === null)).toBe(true);
  });
  it('never twice: up, down and up again in one month', () => {
    const account = new Account(quiet, '2026-11-05', { plan: 'professional-plus', slots: 50 });
    for (const [at, slots] of [80, 50, 80, 90, 50, 90].entries()) account.try({ kind: 'change-plan', opId: `c${at}`, by: 'staff', slots });
    expect(account.available).toBe(900n);
  });
  it.each([
    [
      'professional',
      50,
      [
        ['professional-plus', 0],
        ['professional-plus', 50],
      ],
      500n,
    ],
    [
      'professional-plus',
      50,
      [
        ['premium', 0],
        ['premium', 1],
      ],
      5000n,
    ],
    ['professional-plus', 600, [['premium', 0]], 6000n],
  ] as const)('never more than the best of its plans: %s with %i slots, then %s', (plan, slots, changes, month) => {
    const account = new Account(quiet, '2026-11-05', { plan, slots });
    account.apply(3);
    for (const [at, [to, more]] of changes.entries())
      account.try({ kind: 'change-plan', opId: `c${at}`, by: 'staff', plan: to, slots: more });
    expect(account.available).toBe(month - 3n);
    expect(decodeState(encodeState(account.state))).toMatchObject({ ok: true, value: { monthGiven: { units: month } } });
  });
  it('a higher plan with a smaller allowance takes nothing, and brings none of its own before the month is over', () => {
    const account = new Account(quiet, '2026-11-05', { plan: 'professional-plus', slots: 1000 });
    account.do({ kind: 'change-plan', opId: 'c', by: 'staff', plan: 'premium' });
    expect([account.available, account.wallet('2026-12-01').available]).toEqual([10_000n, 5000n]);
  });
});

it('tools in hand when the plan changes are paid once', () => {
  const account = new Account(studio, '2026-03-01', { plan: 'starter' });
  const [held = ''] = account.hold(1, tool('video'));
  account.do({ kind: 'change-plan', opId: 'up', plan: 'creator' });
  // 300 of 500 were free: 3/5 of 9.00 and their credit went back.
  expect(account.available).toBe(2000n);
  account.do({ kind: 'settle', holdId: held });
  expect(account.available).toBe(2000n);
});
