/** The ledger in plain words: a title for each entry, and why each slice came from its bucket. */

import {
  type AccountState,
  amountText,
  CORRECTION,
  type Entry,
  explain,
  type HoldPurpose,
  moneyText,
  type Policy,
  type PolicyTerms,
  pinned,
  reasonText,
  ruleOf,
  slicesOf,
} from '../../../shared/credits/index.ts';
import { sum } from '../../../shared/credits/model/amount.ts';
import type { Units } from '../../../shared/credits/model/quantities.ts';
import { addUnits } from '../../../shared/credits/model/units.ts';

/** One sentence per slice, in the entry's order. */
export function explainEntry(policy: Policy, state: AccountState, entry: Entry): string[] {
  const terms = pinned(policy, state);
  // A hold and its charge came from a bucket for a reason of its own; all else is explained as a whole.
  const bySlice = entry.kind === 'held' || entry.kind === 'settled';
  return slicesOf(entry).map((slice) => reasonText(explain(policy, state, bySlice ? slice : entry), terms, state.timeZone));
}

/** What an entry did within its operation: "Held 1 credit", and one sentence more where there is something to add. */
export function stepOf(policy: Policy, state: AccountState, entry: Entry): { title: string; note: string } {
  const terms = pinned(policy, state);
  const note = (): string => reasonText(explain(policy, state, entry), terms, state.timeZone);
  switch (entry.kind) {
    case 'held':
      return { title: `Held ${amountText(sum(entry.slices), terms)}`, note: '' };
    case 'settled':
      return { title: `Charged ${amountText(sum(entry.charged), terms)}`, note: entry.returned.length === 0 ? '' : note() };
    case 'released':
      return { title: `Returned ${amountText(sum(entry.returned), terms)}`, note: note() };
    default:
      return { title: titleOf(entry, terms, null, null), note: '' };
  }
}

/**
 * "Applied to IMG_0042.jpg", "Bought 100 credits". `photoName` when the operation was for a photo of this library; else
 * `hold`, where an entry ended one, says what kind of work it was.
 */
export function titleOf(entry: Entry, terms: PolicyTerms, photoName: string | null, hold: Entry | null): string {
  const label = (id: string): string => terms.buckets.find((bucket) => bucket.id === id)?.label ?? id;
  const plan = (id: string): string => terms.plans?.list.find((rule) => rule.id === id)?.label ?? id;
  const amount = (units: Units): string => amountText(units, terms);
  const work = hold?.kind === 'held' ? workOf(hold.purpose, terms) : null;
  const processed = hold?.kind === 'held' ? stepsOf(hold.purpose) : null;
  switch (entry.kind) {
    case 'opened':
      return 'Wallet opened';
    case 'plan-changed':
      return entry.returned === undefined
        ? `Plan: ${plan(entry.subscription.plan)}`
        : `Plan: ${plan(entry.subscription.plan)}; ${amount(sum(entry.returned))} of the one before given back`;
    case 'renewed':
      return `${plan(entry.subscription.plan)}: new cycle`;
    case 'granted':
      return entry.source.kind === 'purchase' ? `Bought ${amount(entry.amount)}` : `${label(entry.bucket)}: ${amount(entry.amount)} added`;
    case 'held':
      return photoName === null || isCorrection(entry) ? `Held: ${workOf(entry.purpose, terms)}` : `Held for ${photoName}`;
    case 'settled':
      if (photoName !== null && isCorrection(hold)) return `Corrected by staff: ${photoName}`;
      if (photoName === null) return work ?? `Charged ${amount(sum(entry.charged))}`;
      return processed === null ? `Applied to ${photoName}` : `Processed ${photoName}: ${processed}`;
    case 'released':
      if (photoName === null) return `Returned: ${work ?? amount(sum(entry.returned))}`;
      return `Returned: ${photoName} was not ${processed === null ? 'applied' : 'processed'}`;
    case 'expired':
      return `${amount(sum(entry.slices))} expired`;
    case 'expiry-changed':
      if (entry.paid) return entry.grantIds.length === 0 ? 'Payment noted' : 'Payment noted: expiry date moved';
      return 'Expiry date moved';
    case 'refunded':
      return entry.money.minor === 0n ? `Corrected: ${amount(sum(entry.slices))} taken back` : `Refunded ${moneyText(entry.money)}`;
    case 'shortfall-settled':
      return `Settled for a payment that was taken back: ${amount(addUnits(sum(entry.slices), entry.struck))}`;
    case 'dispute-won':
      return `Payment stands again: ${amount(sum(entry.slices))} back`;
    case 'auto-top-up-set':
      return entry.settings === null ? 'Automatic top-up switched off' : 'Automatic top-up switched on';
    case 'auto-top-up-declined':
      return 'Automatic top-up declined';
    case 'policy-changed':
      return 'Terms changed to a new version';
    case 'carried-paid-out':
      return `Given back: ${moneyText(entry.money)} that was kept for renewals`;
    case 'reset-day-set':
      return entry.day === null ? 'Reset day: as the policy says' : `Reset day: ${entry.day}`;
    case 'closed':
      return 'Wallet closed';
  }
}

/** Whether it is what was held for a picture that staff corrected. */
const isCorrection = (hold: Entry | null): boolean => hold?.kind === 'held' && hold.purpose.kind === CORRECTION;

/** "Use a tool: replace background", "Generate a backdrop: backdrop pro", "Process a picture: 3 steps", "Apply changes". */
function workOf(purpose: HoldPurpose, terms: PolicyTerms): string {
  const { kind, traits } = purpose;
  const item = traits['tool'] ?? traits['model'];
  const label = ruleOf(terms, kind)?.label ?? kind;
  const more = item === undefined ? stepsOf(purpose) : item.replaceAll('-', ' ');
  return more === null ? label : `${label}: ${more}`;
}

/** "3 steps" of a chain; null for other work. */
function stepsOf({ kind, traits }: HoldPurpose): string | null {
  const steps = traits['steps'];
  if (kind !== 'process' || steps === undefined) return null;
  const count = steps.split(' ').length;
  return count === 1 ? '1 step' : `${count} steps`;
}
