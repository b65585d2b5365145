/** What a plan's button does from where the account stands. Pure; the server decides. */
import { formatAmount, parseAmount } from '../../shared/credits/model/amount.ts';
import { unitsFrom } from '../../shared/credits/model/minting.ts';
import type { PlanCard, PlanPreview, PlanRequest, PlansView } from '../../shared/ipc/billing.ts';
import type { Money, WalletView } from '../../shared/ipc/wallet.ts';

/** How often a plan is paid for. */
export type Interval = 'month' | 'year';

/** A button of a plan, and what it asks for. */
export interface Choice {
  readonly label: string;
  readonly request: PlanRequest;
}

const isFree = (price: Money | null): boolean => price === null || /^0*(\.0*)?$/.test(price.amount);

/** Null: there is nothing to press, because it is in force or not sold here. */
export function choiceOf(card: PlanCard, interval: Interval, plans: PlansView, plan: WalletView['plan']): Choice | null {
  const price = interval === 'year' ? card.year : card.month;
  if (price === null) return null;
  const { id } = card;
  if (card.step === 'begin') return { label: `Start ${card.label}`, request: { action: 'subscribe', plan: id, interval } };
  if (card.step === 'current') {
    if (plan?.next != null) return { label: `Stay on ${card.label}`, request: { action: 'change', plan: id } };
    if (plans.interval === null || plans.interval === interval || isFree(price)) return null;
    return { label: interval === 'year' ? 'Pay yearly' : 'Pay monthly', request: { action: 'change', plan: id, interval } };
  }
  if (plan !== null && plan.next === card.label && card.step === 'downgrade') return null;
  const verb = card.step === 'upgrade' ? 'Upgrade to' : 'Change to';
  return { label: `${verb} ${card.label}`, request: { action: 'change', plan: id, interval: isFree(price) ? 'month' : interval } };
}

/** What can be done to the running plan besides changing it (GS-15, AS-10). */
export function ways(plan: WalletView['plan'], card: PlanCard | null): readonly Choice[] {
  if (plan === null) return [];
  const { status, label } = plan;
  // Part of a contract: staff brings it back.
  if (card !== null && (plan.interval === 'year' ? card.year : card.month) === null) return [];
  if (status === 'cancelling' || status === 'pausing') return [{ label: `Keep ${label}`, request: { action: 'resume' } }];
  if (status === 'paused') return [{ label: `Restart ${label}`, request: { action: 'resume' } }];
  if (status === 'ended' || card === null || isFree(card.month)) return [];
  return [
    { label: 'Pause', request: { action: 'pause' } },
    { label: 'Cancel', request: { action: 'cancel' } },
  ];
}

/** The heading of the question that comes before it. */
export function headingOf({ action }: PlanRequest, label: string, planLabel: string): string {
  if (action === 'pause') return `Pause ${planLabel}`;
  if (action === 'cancel') return `Cancel ${planLabel}`;
  return label;
}

/**
 * What a change at once takes out of the wallet, in the wallet's unit: credit of the period before goes where its unused time is credited in money.
 * Null: nothing, or it changes nothing before a renewal.
 */
export function takenOut(
  { atOnce, added, availableAfter }: Pick<PlanPreview, 'atOnce' | 'added' | 'availableAfter'>,
  { unit, available }: Pick<WalletView, 'unit' | 'available'>,
): string | null {
  const unitsOf = (amount: string): bigint => parseAmount(amount, unit) ?? 0n;
  const gone = added.reduce((sum, { amount }) => sum + unitsOf(amount), unitsOf(available)) - unitsOf(availableAfter);
  return atOnce && gone > 0n ? formatAmount(unitsFrom(gone), unit) : null;
}
