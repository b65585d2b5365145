/**
 * Who may have what nobody pays for. A plan without a price, an interval without one, listing slots: they are part of a contract, so staff sets
 * them and never the customer's own command (ST-08). The act is looked at before it is decided, for what it asks for, and again afterwards,
 * for what it brought: credit that arrives by a customer's act was paid for, whatever a later policy finds to give away.
 */
import type { Command, Refusal } from '../model/commands.ts';
import type { Entry, Subscription } from '../model/model.ts';
import type { PlanRule, PolicyTerms } from '../model/policy.ts';
import type { Interval } from '../model/quantities.ts';
import type { Receipt } from '../model/receipts.ts';
import { planRule } from '../model/versions.ts';

/** The commands that may bring credit by themselves. */
const BRINGS_CREDIT: ReadonlySet<Command['kind']> = new Set(['subscribe', 'change-plan', 'resume-plan', 'purchase', 'top-up']);

const byCustomer = ({ by = 'customer' }: Command): boolean => by === 'customer';

/** A price of nothing is a price only for the plan that everybody has anyway; any other plan without one is part of a contract. */
export function costsNothing(terms: Pick<PolicyTerms, 'plans'>, plan: PlanRule, interval: Interval): boolean {
  const price = plan.price[interval];
  return price === null || (price.minor === 0n && plan.id !== terms.plans?.defaultPlan);
}

/** Why this is staff's alone; null when it is not, and for what is refused anyway. `current`: the subscription before the command. */
export function staffOnly(terms: PolicyTerms, current: Subscription | null, command: Command): Refusal | null {
  if (!byCustomer(command)) return null;
  switch (command.kind) {
    case 'subscribe':
      return planRefusal(terms, command.plan, command.interval ?? 'month') ?? slotsRefusal(command.slots, current);
    case 'change-plan':
      if (current === null) return null;
      return planRefusal(terms, command.plan ?? current.plan, command.interval ?? current.interval) ?? slotsRefusal(command.slots, current);
    case 'resume-plan':
      return current === null ? null : planRefusal(terms, current.plan, current.interval);
    default:
      return null;
  }
}

function planRefusal(terms: PolicyTerms, id: string, interval: Interval): Refusal | null {
  const plan = planRule(terms, id);
  if (plan === null || !costsNothing(terms, plan, interval)) return null;
  // Where the policy knows no years at all, that is the clearer answer.
  if (interval === 'year' && terms.plans?.year === null) return null;
  const sold = plan.price.month !== null || plan.price.year !== null;
  return { code: 'not_offered', what: sold ? `${plan.label} by the ${interval}` : `The plan ${plan.label}`, staff: true };
}

const slotsRefusal = (asked: number | undefined, current: Subscription | null): Refusal | null =>
  asked === undefined || asked === (current?.slots ?? 0) ? null : { code: 'not_offered', what: 'The number of listing slots', staff: true };

/** Why what a customer's act brought may not be theirs: nobody paid for it. null: it was paid for, or it brought nothing. */
export function givenForNothing(
  terms: PolicyTerms,
  before: Subscription | null,
  command: Command,
  decided: { readonly receipt: Receipt; readonly entries: readonly Entry[] },
  after: readonly Entry[],
): Refusal | null {
  if (!byCustomer(command) || !BRINGS_CREDIT.has(command.kind)) return null;
  const { receipt, entries } = decided;
  if (receipt.kind === 'subscription' && before !== null && slotsToCome(receipt.subscription) > slotsToCome(before))
    return { code: 'not_offered', what: 'The number of listing slots', staff: true };
  const paid =
    receipt.kind === 'granted' ? (receipt.paid?.minor ?? 0n) : receipt.kind === 'subscription' ? receipt.charge.charge.minor : 0n;
  const brings = [...entries, ...after].some((entry) => entry.kind === 'granted');
  if (!brings || paid > 0n) return null;
  // What everybody has is the policy's gift: it arrives with time, whether anybody asks or not.
  const isGift = receipt.kind === 'subscription' && receipt.subscription.plan === terms.plans?.defaultPlan;
  return isGift ? null : { code: 'not_offered', what: 'Credit without a price', staff: true };
}

/** What the contract says for the next cycle, a planned change included. */
const slotsToCome = ({ next, slots }: Subscription): number => next?.slots ?? slots;
