/**
 * The holes that were there once, each put back as a small change to the decision that the engine comes to. The search has to find every one: a
 * search that finds nothing proves something only as long as it finds these.
 */

import {
  type Accepted,
  type AccountState,
  type CommandOf,
  type Decision,
  decide,
  due,
  type Entry,
  evolveAll,
  type Instant,
  type Policy,
  type Receipt,
  type Subscription,
} from '../../../shared/credits/index.ts';
import { sum } from '../../../shared/credits/model/amount.ts';
import { days } from '../../../shared/credits/model/durations.ts';
import { laterBy, latest } from '../../../shared/credits/model/instants.ts';
import { grantOfOperation } from '../../../shared/credits/model/minting.ts';
import { cents, grantNamed, units } from '../../quantities.ts';
import { least } from './lot.ts';
import { allowanceOf, planPrice } from './terms.ts';
import type { Decider } from './world.ts';

/** The policy under which it was found, and the engine with the hole. */
export interface Hole {
  readonly policy: string;
  readonly decider: Decider;
}

const accepted = (state: AccountState, entries: readonly Entry[], receipt: Receipt): Accepted => ({
  ok: true,
  entries,
  receipt,
  state: evolveAll(state, entries),
});

/** The decision with other entries, and the state that they come to. */
const rewritten = (state: AccountState, decision: Decision, change: (entry: Entry) => readonly Entry[]): Decision =>
  decision.ok ? accepted(state, decision.entries.flatMap(change), decision.receipt) : decision;

/** What is refused to the customer is done as if staff asked for it (ST-08). */
const openToTheCustomer: Decider = (policy, state, command, now) => decide(policy, state, { ...command, by: 'staff' }, now);

const withTerms =
  (change: (policy: Policy) => Partial<Policy>): Decider =>
  (policy, state, command, now) =>
    decide({ ...policy, ...change(policy) }, state, command, now);

/** Whatever a client says at the end of an operation is believed (ST-03, GS-02). */
const settledAtAnything: Decider = (policy, state, command, now) => {
  const decision = decide(policy, state, command, now);
  if (decision.ok || command.kind !== 'settle' || command.actual !== 0n) return decision;
  const time = due(policy, state, now);
  const hold = evolveAll(state, time).holds.get(command.holdId);
  if (hold === undefined) return decision;
  const { opId, slices } = hold;
  const entry: Entry = { opId, at: latest(now, state.lastAt), kind: 'settled', holdId: opId, charged: [], returned: slices };
  return accepted(state, [...time, entry], { kind: 'settled', holdId: opId, charged: units(0n), returned: units(0n), slices: [] });
};

/** The money goes back, and nobody looks at what is held (AS-11, PG-16). */
const refundsPastHolds: Decider = (policy, state, command, now) => {
  const decision = decide(policy, state, command, now);
  if (decision.ok || command.kind !== 'refund') return decision;
  const { refusal } = decision;
  if (refusal.code !== 'not_refundable' || refusal.why !== 'held') return decision;
  const time = due(policy, state, now);
  const grant = evolveAll(state, time).grants.get(grantOfOperation(command.purchaseOpId));
  if (grant?.source.kind !== 'purchase') return decision;
  const { id: grantId, bucket, available, source } = grant;
  const slices = available === 0n ? [] : [{ grantId, bucket, amount: available }];
  const entry: Entry = {
    opId: command.opId,
    at: latest(now, state.lastAt),
    kind: 'refunded',
    basis: 'policy',
    slices,
    money: source.paid,
    purchaseOpId: command.purchaseOpId,
    shortfall: units(0n),
    reason: command.reason,
  };
  return accepted(state, [...time, entry], { kind: 'refunded', money: source.paid, amount: available, shortfall: units(0n) });
};

/** What a refund awaits from work under way is forgotten: released, it can be spent. */
const heldIsForgotten: Decider = (policy, state, command, now) =>
  rewritten(state, decide(policy, state, command, now), (entry) => {
    if (entry.kind !== 'refunded' || entry.awaits === undefined) return [entry];
    const { awaits: _, ...rest } = entry;
    return [rest];
  });

/** The same, and what is held is called owed, as what was spent is: then it comes back, and can be spent. */
const heldIsOwed: Decider = (policy, state, command, now) =>
  rewritten(state, decide(policy, state, command, now), (entry) => {
    if (entry.kind !== 'refunded' || entry.awaits === undefined || entry.basis !== 'chargeback') return [entry];
    const { awaits, ...rest } = entry;
    return [{ ...rest, shortfall: units(sum(awaits) + entry.shortfall) }];
  });

/** Both upgrades of before: `money` for the time that is left, and the difference of the allowances in the running month. */
const upgradesByTime: Decider = (policy, state, command, now) => {
  const decision = decide(policy, state, command, now);
  const old = state.subscription;
  if (!decision.ok || command.kind !== 'change-plan' || old === null || decision.receipt.kind !== 'subscription') return decision;
  const to = decision.receipt.subscription;
  const more = allowanceOf(policy, to.plan, to.slots) - allowanceOf(policy, old.plan, old.slots);
  if (more <= 0n || old.interval !== to.interval || now >= old.cycle.end) return decision;
  return accepted(state, raisedByTime(policy, state, command, { old, to, more }, now), decision.receipt);
};

function raisedByTime(
  policy: Policy,
  state: AccountState,
  { opId }: CommandOf<'change-plan'>,
  { old, to, more }: { readonly old: Subscription; readonly to: Subscription; readonly more: bigint },
  now: Instant,
): Entry[] {
  const at = latest(now, state.lastAt);
  const left = BigInt(old.period.end - at);
  const charged = cents(((planPrice(policy, to) - planPrice(policy, old)) * left) / BigInt(old.period.end - old.period.start));
  const { currency } = policy;
  const subscription = { ...old, plan: to.plan, slots: to.slots };
  const { start: cycleStart, end: cycleEnd } = old.cycle;
  const source = { kind: 'plan', plan: to.plan, cycleStart, cycleEnd, paid: { minor: charged, currency } } as const;
  const bucket = policy.plans?.bucket ?? '';
  return [
    ...due(policy, state, now),
    { opId, at, kind: 'plan-changed', subscription, proration: { charged, credited: cents(0n), carried: state.carried, currency } },
    { opId, at, kind: 'granted', grantId: grantOfOperation(opId), bucket, amount: units(more), effectiveAt: at, expiresAt: null, source },
  ];
}

/** Of the period before, all of its money comes back, however much of its credit was used (GS-13). */
const givesBackWhatWasUsed: Decider = (policy, state, command, now) =>
  rewritten(state, decide(policy, state, command, now), (entry) => {
    if (entry.kind !== 'plan-changed' || entry.proration?.unused === undefined || state.subscription === null) return [entry];
    const more = planPrice(policy, state.subscription) - entry.proration.unused;
    const { charged, carried } = entry.proration;
    const less = least(more, charged);
    const proration = {
      ...entry.proration,
      unused: cents(entry.proration.unused + more),
      charged: cents(charged - less),
      carried: cents(carried + more - less),
    };
    return [{ ...entry, proration }];
  });

/** The credit of the period before stays, though its money came back (GS-13). */
const keepsWhatWasGivenBack: Decider = (policy, state, command, now) =>
  rewritten(state, decide(policy, state, command, now), (entry) => {
    if (entry.kind !== 'plan-changed' || entry.returned === undefined) return [entry];
    const { returned: _, ...rest } = entry;
    return [rest];
  });

/** Changing a plan that ends makes it go on (GS-15). */
const changingGoesOn: Decider = (policy, state, command, now) =>
  rewritten(state, decide(policy, state, command, now), (entry) =>
    entry.kind === 'plan-changed' && command.kind === 'change-plan' && entry.subscription.status === 'cancelling'
      ? [{ ...entry, subscription: { ...entry.subscription, status: 'active' } }]
      : [entry],
  );

/** Cancelling forgets the smaller plan that was to come (GS-14). */
const cancellingForgets: Decider = (policy, state, command, now) =>
  rewritten(state, decide(policy, state, command, now), (entry) =>
    entry.kind === 'plan-changed' && command.kind === 'cancel-plan'
      ? [{ ...entry, subscription: { ...entry.subscription, next: null } }]
      : [entry],
  );

/** Credit does not say what was paid for it. */
const grantsWithoutPrice: Decider = (policy, state, command, now) =>
  rewritten(state, decide(policy, state, command, now), (entry) =>
    entry.kind === 'granted' && entry.source.kind === 'plan' ? [{ ...entry, source: { ...entry.source, paid: null } }] : [entry],
  );

/** The month comes again with every cancelled plan that goes on. */
const resumingGivesAgain: Decider = (policy, state, command, now) => {
  const decision = decide(policy, state, command, now);
  return rewritten(state, decision, (entry) =>
    entry.kind === 'plan-changed' && command.kind === 'resume-plan' && entry.proration === null
      ? [entry, again(policy, entry, command)]
      : [entry],
  );
};

function again(policy: Policy, { at, subscription }: Extract<Entry, { kind: 'plan-changed' }>, { opId }: CommandOf<'resume-plan'>): Entry {
  const { plan, slots, cycle } = subscription;
  const source = {
    kind: 'plan',
    plan,
    cycleStart: cycle.start,
    cycleEnd: cycle.end,
    paid: { minor: cents(999_999n), currency: policy.currency },
  } as const;
  const amount = units(allowanceOf(policy, plan, slots));
  return {
    opId,
    at,
    kind: 'granted',
    grantId: grantOfOperation(opId),
    bucket: policy.plans?.bucket ?? '',
    amount,
    effectiveAt: at,
    expiresAt: null,
    source,
  };
}

/** What is priced for the customer and what is drawn are two things. */
const packsForNothing: Decider = withTerms(({ packs }) => ({
  packs: packs && {
    ...packs,
    list: packs.list.map((pack) => ({ ...pack, listPrice: { ...pack.listPrice, minor: cents(pack.listPrice.minor / 2n) } })),
  },
}));

const guaranteeWithoutEnd: Decider = withTerms(({ refunds: { windowDays, covers } }) => ({ refunds: { windowDays, covers } }));

/** Lapsed credit that failing work returns stays for ever. */
const graceWithoutEnd: Decider = (policy, state, command, now) =>
  rewritten(state, decide(policy, state, command, now), (entry) =>
    entry.kind === 'released' && entry.graceUntil !== null ? [{ ...entry, graceUntil: laterBy(entry.graceUntil, days(400)) }] : [entry],
  );

/** A top-up that went back leaves the clock where it had moved it (PG-12). */
const clockStays: Decider = (policy, state, command, now) =>
  rewritten(state, decide(policy, state, command, now), (entry) =>
    entry.kind === 'expiry-changed' && command.kind === 'refund' ? [] : [entry],
  );

/** A plan's payment goes back, and the later period that stands on a part of it keeps its credit (GS-12). */
const laterPeriodsKeepTheirs: Decider = (policy, state, command, now) =>
  rewritten(state, decide(policy, state, command, now), (entry) => {
    if (entry.kind !== 'refunded' || entry.stood === undefined || entry.money.minor === 0n) return [entry];
    const { awaits: _, ...rest } = entry;
    return [{ ...rest, slices: [], shortfall: units(0n), stood: entry.stood.map((one) => ({ ...one, shortfall: units(0n) })) }];
  });

/** A plan's payment goes back, and what of it was carried to later bills stays (GS-12). */
const carriedMoneyStays: Decider = (policy, state, command, now) =>
  rewritten(state, decide(policy, state, command, now), (entry) => {
    if (entry.kind !== 'refunded' || entry.stood === undefined) return [entry];
    return [{ ...entry, stood: entry.stood.map((one) => (one.period === null ? { ...one, period: entry.purchaseOpId } : one)) }];
  });

/** The month of a contract grows by the difference to the plan before, whatever it gave already (ST-08). */
const raisesByDifference: Decider = (policy, state, command, now) => {
  const old = state.subscription;
  return rewritten(state, decide(policy, state, command, now), (entry) => {
    if (command.kind !== 'change-plan' || old === null || entry.opId !== command.opId) return [entry];
    if (entry.kind === 'granted' && entry.source.kind === 'plan' && entry.source.paid === null) return [];
    if (entry.kind !== 'plan-changed' || entry.begins) return [entry];
    const { plan, slots, cycle } = entry.subscription;
    const amount = units(allowanceOf(policy, plan, slots) - allowanceOf(policy, old.plan, old.slots));
    const source = { kind: 'plan', plan, cycleStart: cycle.start, cycleEnd: cycle.end, paid: null } as const;
    const grant = {
      grantId: grantNamed(`${entry.opId}:more`),
      bucket: policy.plans?.bucket ?? '',
      effectiveAt: entry.at,
      expiresAt: cycle.end,
    };
    return amount <= 0n ? [entry] : [entry, { opId: entry.opId, at: entry.at, kind: 'granted', ...grant, amount, source }];
  });
};

export const holes: Readonly<Record<string, Hole>> = {
  'ST-03: a fixed price settles at nothing': { policy: 'background-studio', decider: settledAtAnything },
  'GS-02: a range settles below its least': { policy: 'generative-suite', decider: settledAtAnything },
  'AS-11: hold, refund, release': { policy: 'artificial-studio', decider: refundsPastHolds },
  'PG-16: money back for what is held': { policy: 'pay-as-you-go', decider: refundsPastHolds },
  'PG-12: a refunded top-up moves the clock': { policy: 'pay-as-you-go', decider: clockStays },
  'AS-11: the guarantee has no end': { policy: 'artificial-studio', decider: guaranteeWithoutEnd },
  'after a chargeback what was held can be spent': { policy: 'creative-suite', decider: heldIsForgotten },
  'after a chargeback what was held is owed and can be spent': { policy: 'pay-as-you-go', decider: heldIsOwed },
  'GS-13: an upgrade charges the time that is left and grants the month': { policy: 'generative-suite', decider: upgradesByTime },
  'GS-13: the same where credit never lapses': { policy: 'artificial-studio', decider: upgradesByTime },
  'GS-13: an upgrade gives the money of used credit back': { policy: 'generative-suite', decider: givesBackWhatWasUsed },
  'GS-13: an upgrade leaves the credit whose money it gave back': { policy: 'artificial-studio', decider: keepsWhatWasGivenBack },
  'ST-08: a plan or slots for nothing': { policy: 'background-studio', decider: openToTheCustomer },
  'GS-15: changing a plan makes it go on': { policy: 'generative-suite', decider: changingGoesOn },
  'GS-14: cancelling forgets what was planned': { policy: 'generative-suite', decider: cancellingForgets },
  'GS-15: resuming brings the month again': { policy: 'creative-suite', decider: resumingGivesAgain },
  'a grant does not say what was paid for it': { policy: 'artificial-studio', decider: grantsWithoutPrice },
  'ST-13: a pack at less than its price': { policy: 'background-studio', decider: packsForNothing },
  'GS-12: a payment goes back and later periods keep what it had paid for': {
    policy: 'generative-suite',
    decider: laterPeriodsKeepTheirs,
  },
  'GS-12: a payment goes back and what was carried of it stays': { policy: 'artificial-studio', decider: carriedMoneyStays },
  'ST-08: slots are given again': { policy: 'background-studio', decider: raisesByDifference },
  'failing work keeps lapsed credit alive': { policy: 'background-studio', decider: graceWithoutEnd },
};
