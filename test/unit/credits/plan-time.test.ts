/** What is decided does not depend on the very millisecond, and a sweep writes whatever time brings. */
import { describe, expect, it, test } from 'vitest';
import { stateAt } from '../../../shared/credits/decide/due.ts';
import { decide, due, evolveAll, nextDueAt, type Policy, view } from '../../../shared/credits/index.ts';
import type { Instant } from '../../../shared/credits/model/quantities.ts';
import { artificialStudio, backgroundStudio, creativeSuite, generativeSuite, payAsYouGo } from '../../../shared/policies/index.ts';
import { instant } from '../../quantities.ts';
import { Account, DAY, on } from './account.ts';

describe('two events at one instant', () => {
  it('an account opened and a plan bought in the same millisecond: the plan’s allowance arrives', () => {
    for (const wait of [0, 1]) {
      const account = new Account(creativeSuite(), '2026-03-01');
      account.at(account.now + wait).do({ kind: 'subscribe', opId: 's', plan: 'plus' });
      expect(account.buckets()).toEqual({ monthly: 205n });
    }
  });
  it('and in the same millisecond as the allowance of the plan before', () => {
    const account = new Account(generativeSuite(), '2026-03-01', { plan: 'plus' });
    account.do({ kind: 'cancel-plan', opId: 'c' });
    account.at('2026-03-31').do({ kind: 'subscribe', opId: 's', plan: 'plus' });
    expect(account.buckets()).toEqual({ rollover: 100n, monthly: 100n });
  });
  it('changes of one instant come to the same in every order', () => {
    const result = (steps: readonly object[]) => {
      const account = new Account(backgroundStudio({ launchAt: on('2026-11-01') }), '2026-11-05', { plan: 'professional-plus', slots: 10 });
      for (const [at, to] of steps.entries()) account.do({ kind: 'change-plan', opId: `${at}`, by: 'staff', ...to });
      return account.buckets();
    };
    const [a, b] = [{ slots: 30 }, { plan: 'premium' }];
    expect(result([a, b]).monthly).toBe(result([b, a]).monthly);
    expect(result([{ slots: 20 }, { slots: 30 }])).toEqual(result([{ slots: 30 }]));
  });
});

describe('a fixed day, a plan that everybody has with an allowance, and plans to buy', () => {
  const base = creativeSuite();
  if (base.plans === null) throw new Error('It has plans.');
  const policy: Policy = { ...base, plans: { ...base.plans, anchor: { kind: 'day-of-month', day: 1 } } };
  it('the first month of a plan that is bought is whole', () => {
    const account = new Account(policy, '2026-03-05');
    account.at('2026-03-10').do({ kind: 'subscribe', opId: 's', plan: 'plus' });
    expect(account.buckets()).toEqual({ monthly: 205n });
    expect(account.buckets('2026-04-01')).toEqual({ monthly: 200n });
  });
  it('GS-13: an upgrade gives back by the days that were bought, not by the days of the month', () => {
    const account = new Account(policy, '2026-03-05');
    account.at('2026-03-11').do({ kind: 'subscribe', opId: 's', plan: 'plus' });
    // Ten and a half of 21 days are left.
    account.at('2026-03-21T12:00:00Z');
    expect(account.do({ kind: 'change-plan', opId: 'up', plan: 'pro' })).toMatchObject({ charge: { credit: { minor: 350n } } });
  });
});

describe('ST-10: slots raise the promotion as they raise the month', () => {
  const launched = backgroundStudio({ launchAt: on('2026-11-20') });
  const account = () => new Account(launched, '2026-11-21', { plan: 'professional-plus', slots: 10 });
  const slots = (to: number) => ({ kind: 'change-plan', opId: `slots-${to}`, by: 'staff', slots: to }) as const;
  it('at once, by the difference, until the window ends', () => {
    const dealer = account();
    dealer.at('2026-11-25').do(slots(15));
    expect(dealer.buckets()).toEqual({ promo: 150n, monthly: 150n });
    expect(dealer.buckets('2026-12-18')).toEqual({ monthly: 150n });
  });
  it('not again when slots are taken back and added again', () => {
    const dealer = account();
    for (const to of [15, 10, 15]) dealer.do(slots(to));
    expect(dealer.buckets()).toEqual({ promo: 150n, monthly: 150n });
    expect(dealer.buckets('2026-12-01')['promo']).toBe(300n);
  });
  it('a plan with a promotion, chosen during the window, brings it; after the window nothing does', () => {
    const dealer = new Account(launched, '2026-11-21', { plan: 'professional', slots: 10 });
    dealer.do({ kind: 'change-plan', opId: 'up', by: 'staff', plan: 'professional-plus' });
    expect(dealer.buckets()['promo']).toBe(100n);
    dealer.at('2026-12-18').do(slots(50));
    expect(dealer.buckets()['promo']).toBe(undefined);
  });
});

describe('ST-09: an account’s own reset day', () => {
  const quiet = backgroundStudio({ launchAt: on('2030-01-01') });
  const renewals = (account: Account, days: readonly string[]) => days.map((day) => account.wallet(day).plan?.renewsAt);
  it.each([
    [15, 'UTC', ['2026-11-15', '2026-12-15', '2027-01-15', '2027-02-15']],
    [31, 'UTC', ['2026-11-30', '2026-12-31', '2027-01-31', '2027-02-28']],
    [29, 'UTC', ['2026-11-29', '2026-12-29', '2027-01-29', '2027-02-28']],
    [30, 'America/New_York', ['2026-11-30T05:00:00Z', '2026-12-30T05:00:00Z', '2027-01-30T05:00:00Z', '2027-02-28T05:00:00Z']],
    [1, 'Europe/Berlin', ['2026-11-30T23:00:00Z', '2026-12-31T23:00:00Z', '2027-01-31T23:00:00Z', '2027-02-28T23:00:00Z']],
  ] as const)('the %i. in %s, short months and clock changes included', (resetDay, timeZone, expected) => {
    const account = new Account(quiet, '2026-11-05', { plan: 'professional-plus', slots: 50, resetDay, timeZone });
    expect(renewals(account, ['2026-11-06', expected[0], expected[1], expected[2]])).toEqual(expected.map(on));
  });
  it('stays when the plan is chosen later, and when a cancelled one falls back', () => {
    const account = new Account(quiet, '2026-11-05', { resetDay: 15 });
    account.do({ kind: 'change-plan', opId: 'c', by: 'staff', plan: 'professional-plus', slots: 50 });
    expect(account.wallet().plan?.renewsAt).toBe(on('2026-11-15'));
    account.do({ kind: 'cancel-plan', opId: 'x' });
    expect(account.at('2026-11-16').wallet().plan).toMatchObject({ id: 'basic', renewsAt: on('2026-12-15') });
  });
  it('set by staff, the running month ends on the next such day, its credit with it, and comes once', () => {
    const account = new Account(quiet, '2026-11-05', { plan: 'professional-plus', slots: 50 });
    account.apply(100);
    account.do({ kind: 'set-reset-day', opId: 'd', day: 15 });
    expect(account.wallet().plan?.renewsAt).toBe(on('2026-11-15'));
    expect(account.buckets(on('2026-11-15') - 1)).toEqual({ monthly: 400n });
    expect(account.buckets('2026-11-15')).toEqual({ monthly: 500n });
    expect(account.buckets('2026-12-14')).toEqual({ monthly: 500n });
    account.at('2026-11-20').do({ kind: 'set-reset-day', opId: 'back', day: null });
    expect(account.wallet().plan?.renewsAt).toBe(on('2026-12-01'));
    expect(account.refusal({ kind: 'set-reset-day', opId: 'again', day: null }).code).toBe('conflict');
  });
  it.each([0, 32, 1.5, -1])('a %s. is refused', (day) => {
    expect(new Account(quiet, '2026-11-05').refusal({ kind: 'set-reset-day', opId: 'd', day }).code).toBe('invalid_instant');
  });
  it('is not offered where months begin with the subscription', () => {
    expect(new Account(generativeSuite(), '2026-11-05').refusal({ kind: 'set-reset-day', opId: 'd', day: 3 }).code).toBe('not_offered');
  });
});

/** Every kind of thing that time brings, and an account that waits for it. */
const second: Policy = { ...backgroundStudio({ launchAt: on('2030-01-01') }), version: 2 };
const taking: Policy = { ...second, appliesFrom: on('2026-12-10'), previous: backgroundStudio({ launchAt: on('2030-01-01') }) };
test.each<[string, Policy, () => Account, Instant]>([
  [
    'a promotion that begins',
    backgroundStudio({ launchAt: on('2026-11-20') }),
    () => new Account(backgroundStudio({ launchAt: on('2026-11-20') }), '2026-11-05', { plan: 'professional-plus', slots: 5 }),
    on('2026-11-20'),
  ],
  ['a version that takes over', taking, () => new Account(taking.previous ?? taking, '2026-12-05', { plan: 'basic' }), on('2026-12-10')],
  ['a renewal', generativeSuite(), () => new Account(generativeSuite(), '2026-03-01', { plan: 'max' }), on('2026-03-31')],
  [
    'a month of a year',
    generativeSuite(),
    () => new Account(generativeSuite(), '2026-03-01', { plan: 'max', interval: 'year' }),
    on('2026-04-01'),
  ],
  ['credit that lapses', payAsYouGo(), () => new Account(payAsYouGo(), '2026-03-01'), on('2027-03-01')],
  ['a hold that nobody ends', artificialStudio(), () => held(new Account(artificialStudio(), '2026-03-01')), on('2026-03-01T06:00:00Z')],
])('%s: it is swept at its instant, and the wallet is the fold of the ledger', (_, policy, open, expected) => {
  const account = open();
  const swept = account.sweep();
  expect(due(policy, account.state, account.now)).toEqual([]);
  expect(swept.length).toBeGreaterThanOrEqual(0);
  expect(nextDueAt(policy, account.state)).toBe(expected);
  const before = decide(policy, account.state, { kind: 'sweep' }, instant(expected - 1));
  expect(before.ok && before.entries).toEqual([]);
  const decision = decide(policy, account.state, { kind: 'sweep' }, expected);
  if (!decision.ok) throw new Error(decision.refusal.code);
  expect(decision.entries.length).toBeGreaterThan(0);
  const folded = evolveAll(account.state, decision.entries);
  const available = [...folded.grants.values()].reduce((sum, grant) => sum + grant.available, 0n);
  expect(view(policy, account.state, expected).available).toBe(available);
  const next = nextDueAt(policy, stateAt(policy, folded, expected));
  expect(next === null || next > expected).toBe(true);
}); // prettier-ignore

function held(account: Account): Account {
  account.hold(1, { kind: 'tool', tool: 'upscale', recipe: undefined });
  return account.at(account.now + DAY / 24);
}
