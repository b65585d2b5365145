/**
 * No sequence of plan changes is a bargain: money kept is at every moment at least the worth of what was spent, is held and can be spent, and
 * the credit that was paid for is never more than the dearest plan would give for that money.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDueAt, stateAt } from '../../../shared/credits/decide/due.ts';
import type { Command, Entry, Policy } from '../../../shared/credits/index.ts';
import { allowanceUnits } from '../../../shared/credits/model/periods.ts';
import { artificialStudio, creativeSuite, generativeSuite } from '../../../shared/policies/index.ts';
import { runs } from '../../runs.ts';
import { Account, DAY, HOUR } from './account.ts';

const RUNS = { numRuns: runs(20, 60) };

/** A grant as an outsider reckons it: from the entries alone. */
interface Owned {
  readonly granted: bigint;
  readonly paid: bigint;
  /** Not given back, and not lapsed unused. */
  kept: bigint;
}

class Till {
  readonly grants = new Map<string, Owned>();
  /** In cents: charged, less what was given back and what is still the customer's to use up. */
  money = 0n;
  #carried = 0n;

  book(entry: Entry): void {
    switch (entry.kind) {
      case 'granted':
        if (entry.source.kind === 'plan' && entry.source.paid)
          this.grants.set(entry.grantId, { granted: entry.amount, paid: entry.source.paid.minor, kept: entry.amount });
        return;
      case 'plan-changed':
        for (const { grantId, amount } of entry.returned ?? []) this.#less(grantId, amount);
        if (entry.proration === null) return;
        this.money += entry.proration.charged + this.#carried - entry.proration.carried;
        this.#carried = entry.proration.carried;
        return;
      case 'renewed':
        this.money += (entry.charge?.minor ?? 0n) + entry.carriedUsed;
        this.#carried -= entry.carriedUsed;
        return;
      case 'carried-paid-out':
        this.#carried -= entry.money.minor;
        return;
      case 'expired':
      case 'refunded':
        for (const { grantId, amount } of entry.slices) this.#less(grantId, amount);
        return;
      default:
    }
  }

  get worth(): bigint {
    let worth = 0n;
    for (const { granted, paid, kept } of this.grants.values()) worth += (paid * kept) / granted;
    return worth;
  }

  get credit(): bigint {
    let credit = 0n;
    for (const { kept } of this.grants.values()) credit += kept;
    return credit;
  }

  get carried(): bigint {
    return this.#carried;
  }

  #less(grantId: string, amount: bigint): void {
    const grant = this.grants.get(grantId);
    if (grant) grant.kept -= amount;
  }
}

const ACTIONS = [
  'change',
  'change',
  'change',
  'change',
  'hold',
  'hold',
  'settle',
  'release',
  'cancel',
  'pause',
  'resume',
  'subscribe',
  'end',
] as const;
const step = fc.record({
  wait: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 1, HOUR) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 20 * DAY }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 400 * DAY }) },
  ),
  action: fc.constantFrom(...ACTIONS),
  a: fc.nat(1000),
  b: fc.nat(1000),
});

function commandOf(account: Account, action: (typeof ACTIONS)[number], a: number, b: number): Command | null {
  const { list = [] } = account.policy.plans ?? {};
  const plan = list[a % list.length]?.id ?? '';
  const interval = b % 2 === 0 ? 'month' : 'year';
  const opId = account.nextId();
  const [holdId] = stateAt(account.policy, account.state, account.now).holds.keys();
  switch (action) {
    case 'change':
      return { kind: 'change-plan', opId, plan, interval };
    case 'subscribe':
      return { kind: 'subscribe', opId, plan, interval };
    case 'cancel':
    case 'pause':
    case 'resume':
      return { kind: `${action}-plan`, opId };
    case 'hold':
      return { kind: 'hold', atomic: false, operations: account.operations(1 + ((a * 7) % 300)) };
    case 'settle':
      return holdId === undefined ? null : { kind: 'settle', holdId };
    case 'release':
      return holdId === undefined ? null : { kind: 'release', holdId, cause: 'failed', reason: 'x' };
    case 'end':
      return { kind: 'sweep' };
  }
}

/** The most credit that a cent buys in any of the plans. */
function dearest({ plans }: Policy): { readonly units: bigint; readonly minor: bigint } {
  let best = { units: 0n, minor: 1n };
  for (const { allowance, price } of plans?.list ?? [])
    for (const [money, months] of [
      [price.month, 1n],
      [price.year, 12n],
    ] as const) {
      if (money === null || money.minor === 0n) continue;
      const units = allowanceUnits(allowance, 0) * months;
      if (units * best.minor > best.units * money.minor) best = { units, minor: money.minor };
    } // prettier-ignore
  return best;
}

describe.each([generativeSuite(), artificialStudio(), creativeSuite()])('$id', (policy) => {
  const best = dearest(policy);
  const history = (check: (account: Account, till: Till) => void) =>
    fc.assert(
      fc.property(fc.nat(10), fc.array(step, { minLength: 1, maxLength: 30 }), (first, steps) => {
        const list = policy.plans?.list ?? [];
        const account = new Account(policy, Date.UTC(2026, 0, 31), {
          plan: list[first % (list.length + 1)]?.id ?? null,
          timeZone: 'Europe/Berlin',
        });
        const till = new Till();
        let seen = 0;
        for (const { wait, action, a, b } of steps) {
          account.at(account.now + wait);
          const command = commandOf(account, action, a, b);
          if (command !== null) account.try(command);
          account.sweep();
          for (const entry of account.entries.slice(seen)) till.book(entry);
          seen = account.entries.length;
          check(account, till);
        }
      }),
      RUNS,
    );

  it('money kept is at least the worth of what was spent, is held and can be spent', () => {
    history((account, till) => {
      expect(till.carried).toBe(account.state.carried);
      expect(till.carried >= 0n).toBe(true);
      expect(till.money >= till.worth, `kept ${till.money}, worth ${till.worth}`).toBe(true);
    });
  });

  it('no more credit for a cent than the dearest plan gives', () => {
    history((_, till) => {
      // A month's share of a year's price is a whole cent: each grant may be out by less than one.
      const cents = till.money + BigInt(till.grants.size);
      expect(till.credit * best.minor <= cents * best.units, `${till.credit} for ${till.money}`).toBe(true);
    });
  });

  it('after a sweep nothing is due, and money is carried only for a bill that can come', () => {
    history((account) => {
      const next = nextDueAt(policy, stateAt(policy, account.state, account.now));
      expect(next === null || next > account.now).toBe(true);
      const { status } = account.state.subscription ?? {};
      if (status === undefined || status === 'ended') expect(account.state.carried).toBe(0n);
    });
  });
});
