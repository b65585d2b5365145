/** ST-08: what gives credit and costs nothing is staff's alone, whatever it is and however it is asked for. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command, PlanRule, Policy, PolicyTerms } from '../../../shared/credits/index.ts';
import { decodePolicy, encodePolicy, policyIds, policyNamed } from '../../../shared/policies/index.ts';
import { cents, units } from '../../quantities.ts';
import { runs } from '../../runs.ts';
import { Account, DAY } from './account.ts';
import { opened, run, steps } from './random-account.ts';

const named = (id: string): Policy => {
  const policy = policyNamed(id);
  if (policy === null) throw new RangeError(id);
  return policy;
};
const contract = named('background-studio');
const suite = named('generative-suite');

/** `policy` with its plans changed. */
function withPlans(policy: Policy, change: (plans: NonNullable<PolicyTerms['plans']>) => NonNullable<PolicyTerms['plans']>): Policy {
  if (policy.plans === null) throw new RangeError(policy.id);
  return { ...policy, plans: change(policy.plans) };
}
const repriced = (id: string, price: PlanRule['price']): Policy =>
  withPlans(suite, (plans) => ({ ...plans, list: plans.list.map((plan) => (plan.id === id ? { ...plan, price } : plan)) }));

type Asked = Command extends infer C ? (C extends { readonly opId: string } ? Omit<C, 'opId' | 'by'> : never) : never;

const CONTRACT: readonly (readonly [what: string, Asked])[] = [
  ['a plan of the contract', { kind: 'subscribe', plan: 'premium' }],
  ['one with slots', { kind: 'subscribe', plan: 'professional-plus', slots: 1_000_000 }],
  ['the least of them', { kind: 'subscribe', plan: 'basic' }],
  ['a change to it', { kind: 'change-plan', plan: 'premium' }],
  ['a change that waits for the renewal', { kind: 'change-plan', plan: 'professional' }],
  ['more slots', { kind: 'change-plan', slots: 51 }],
  ['more slots of the same plan', { kind: 'change-plan', plan: 'professional-plus', slots: 51 }],
  ['fewer slots', { kind: 'change-plan', slots: 1 }],
  ['bringing a plan back', { kind: 'resume-plan' }],
];

describe('ST-08: a plan without a price and its slots are staff’s alone', () => {
  const account = () => new Account(contract, '2026-06-10T10:00:00Z', { plan: 'professional-plus', slots: 50 });
  test.each(CONTRACT)('%s: not offered to the customer, nor to whoever does not say who asks', (_, asked) => {
    for (const by of ['customer', undefined] as const) {
      const mine = account();
      const command = { opId: mine.nextId(), ...asked, by } as Command;
      expect(mine.refusal(command)).toMatchObject({ code: 'not_offered', staff: true });
      expect(mine.available).toBe(500n);
    }
  });

  test('staff sets all of it', () => {
    const mine = account();
    mine.do({ kind: 'change-plan', by: 'staff', opId: 'more', slots: 60 });
    mine.do({ kind: 'change-plan', by: 'staff', opId: 'up', plan: 'premium' });
    expect(mine.state.subscription).toMatchObject({ plan: 'premium', slots: 60 });
  });

  test.each(['cancel-plan', 'pause-plan'] as const)('leaving is the customer’s own right (%s); coming back is staff’s to say', (leave) => {
    const mine = account();
    mine.do({ kind: leave, by: 'customer', opId: 'leave' });
    for (const at of ['2026-06-20T10:00:00Z', '2026-08-20T10:00:00Z']) {
      mine.at(at);
      expect(mine.refusal({ kind: 'resume-plan', by: 'customer', opId: mine.nextId() })).toMatchObject({
        code: 'not_offered',
        staff: true,
      });
    }
    expect(mine.available).toBe(0n);
    mine.do({ kind: 'subscribe', by: 'staff', opId: 'back', plan: 'professional-plus', slots: 50 });
    expect(mine.available).toBe(500n);
  });

  test('what staff has planned for the slots is not undone by staying on a plan, nor by another one', () => {
    const policy = withPlans(contract, (plans) => ({
      ...plans,
      list: plans.list.map((plan) => ({
        ...plan,
        price: { month: { minor: cents(BigInt(100 + plan.rank)), currency: 'EUR' }, year: null },
      })),
    }));
    const mine = new Account(policy, '2026-06-10T10:00:00Z', { plan: 'professional-plus', slots: 50 });
    mine.do({ kind: 'change-plan', by: 'staff', opId: 'less', slots: 5 });
    for (const plan of ['professional-plus', 'professional', 'premium']) {
      mine.try({ kind: 'change-plan', by: 'customer', opId: mine.nextId(), plan });
      expect(mine.state.subscription?.next, plan).toMatchObject({ slots: 5 });
    }
  });
});

describe('ST-08: an interval, a pack, a plan for nothing', () => {
  test('a year without a price is not had by the month’s price, by subscribing or by changing', () => {
    const month = suite.plans?.list.find(({ id }) => id === 'team')?.price.month ?? null;
    const policy = repriced('team', { month, year: null });
    const mine = new Account(policy, '2026-03-01');
    const year = { plan: 'team', interval: 'year' } as const;
    expect(mine.refusal({ kind: 'subscribe', by: 'customer', opId: 'a', ...year })).toMatchObject({ code: 'not_offered', staff: true });
    mine.do({ kind: 'subscribe', by: 'customer', opId: 'b', plan: 'team' });
    expect(mine.refusal({ kind: 'change-plan', by: 'customer', opId: 'c', interval: 'year' })).toMatchObject({ code: 'not_offered' });
  });

  test('a month without a price is not had where only the year is sold', () => {
    const year = suite.plans?.list.find(({ id }) => id === 'team')?.price.year ?? null;
    const mine = new Account(repriced('team', { month: null, year }), '2026-03-01');
    expect(mine.refusal({ kind: 'subscribe', by: 'customer', opId: 'a', plan: 'team' })).toMatchObject({
      code: 'not_offered',
      staff: true,
    });
    mine.do({ kind: 'subscribe', by: 'customer', opId: 'b', plan: 'team', interval: 'year' });
    expect(mine.refusal({ kind: 'change-plan', by: 'customer', opId: 'c', interval: 'month' })).toMatchObject({ code: 'not_offered' });
  });

  test('a price of nothing is a price for the plan that everybody has, and for no other', () => {
    const nothing = { month: { minor: cents(0n), currency: 'USD' }, year: { minor: cents(0n), currency: 'USD' } };
    const mine = new Account(repriced('team', nothing), '2026-03-01');
    expect(mine.refusal({ kind: 'subscribe', by: 'customer', opId: 'a', plan: 'team' })).toMatchObject({
      code: 'not_offered',
      staff: true,
    });
    const free = new Account(named('creative-suite'), '2026-03-01');
    free.do({ kind: 'cancel-plan', by: 'customer', opId: 'leave' });
    free.at('2026-05-01').do({ kind: 'subscribe', by: 'customer', opId: 'again', plan: 'free' });
    expect(free.available).toBe(5n);
  });

  test('slots are not had with a plan that has none, nor with one that is sold', () => {
    const mine = new Account(suite, '2026-03-01');
    expect(mine.refusal({ kind: 'subscribe', by: 'customer', opId: 'a', plan: 'max', slots: 1 })).toMatchObject({ code: 'not_offered' });
    mine.do({ kind: 'subscribe', by: 'customer', opId: 'b', plan: 'max', slots: 0 });
    expect(mine.refusal({ kind: 'change-plan', by: 'customer', opId: 'c', slots: 1 })).toMatchObject({ code: 'not_offered' });
  });

  test('a pack whose discounts leave nothing of its price is not given away', () => {
    const packs = suite.packs && {
      ...suite.packs,
      list: suite.packs.list.map((pack) => ({ ...pack, listPrice: { minor: cents(1n), currency: 'USD' }, volumeDiscountPercent: 99 })),
    };
    const mine = new Account({ ...suite, packs }, '2026-03-01');
    expect(mine.refusal({ kind: 'purchase', by: 'customer', opId: 'a', packId: 'pack-500' })).toMatchObject({ code: 'not_offered' });
    expect(mine.available).toBe(0n);
  });
});

/** What the customer has asked for so far that costs money, in minor units: what was bought and what plans charge, before anything is taken off. */
const CUSTOMERS: ReadonlySet<string> = new Set(['purchase', 'top-up', 'subscribe', 'change', 'cancel-plan', 'pause-plan', 'resume-plan']);

describe.each([...policyIds, 'with-gaps'])('%s: no act of a customer leaves more credit while nothing is charged', (id) => {
  const policy = id === 'with-gaps' ? gaps() : named(id);
  test('whatever staff, time and the customer did before', () => {
    fc.assert(
      fc.property(opened(policy), steps(), (make, list) => {
        const account = make();
        for (const step of list) {
          account.at(account.now + step.waitMs);
          const before = account.wallet().available;
          const done = run(account, { ...step, waitMs: 0 });
          if (done === null || !done.decision.ok || done.command.by !== 'customer' || !CUSTOMERS.has(step.action)) continue;
          const { receipt } = done.decision;
          const charged =
            receipt.kind === 'granted' ? (receipt.paid?.minor ?? 0n) : receipt.kind === 'subscription' ? receipt.charge.charge.minor : 0n;
          const gift = receipt.kind === 'subscription' && receipt.subscription.plan === policy.plans?.defaultPlan;
          if (charged === 0n && !gift) expect(account.wallet().available, JSON.stringify(step)).toBeLessThanOrEqual(before);
        }
      }),
      { numRuns: runs(60, 150) },
    );
  });

  test('nor what the next renewal brings: by itself it brings what it would have brought, or less', () => {
    fc.assert(
      fc.property(opened(policy), steps(20), (make, list) => {
        const account = make();
        for (const step of list) {
          account.at(account.now + step.waitMs);
          // What time brings is no act of the customer's.
          account.sweep();
          const unpriced = (rule: string | undefined) => policy.plans?.list.find((plan) => plan.id === rule)?.price.month === null;
          const before = account.state.subscription;
          const done = run(account, { ...step, waitMs: 0 });
          if (done === null || !done.decision.ok || done.command.by !== 'customer' || !CUSTOMERS.has(step.action)) continue;
          const after = account.state.subscription;
          const begins = after !== null && after.status === 'active' && (before?.status !== 'active' || after.plan !== before.plan);
          if (begins && after.interval === 'month') expect(unpriced(after.plan), JSON.stringify(step)).toBe(false);
          if (after?.next) expect(after.next.interval === 'month' && unpriced(after.next.plan) && step.action === 'change').toBe(false);
        }
      }),
      { numRuns: runs(50, 100) },
    );
  });
});

/** A policy as a file may have it: some plans sold, some by the year only, some part of contracts, slots throughout. */
function gaps(): Policy {
  const list = suite.plans?.list ?? [];
  const policy = withPlans({ ...suite, id: 'with-gaps' }, (plans) => ({
    ...plans,
    list: list.map((plan, index) => ({
      ...plan,
      allowance: { kind: 'per-slot', amount: units(10n) },
      price: { month: index === 1 ? null : plan.price.month, year: index === 2 ? null : plan.price.year },
    })),
  }));
  const read = decodePolicy(JSON.parse(JSON.stringify(encodePolicy(policy))));
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

test('an account that is on no plan at all is told that there is none', () => {
  const mine = new Account(suite, '2026-03-01');
  mine.at(mine.now + DAY);
  expect(mine.refusal({ kind: 'change-plan', by: 'customer', opId: 'c', plan: 'team' }).code).toBe('not_found');
});
