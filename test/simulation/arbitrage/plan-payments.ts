/** What the server knows of a plan's payment when it goes back: read from the ledger, as `server/billing/fulfilment/plan-payment.ts` does. */

import { belongs } from '../../../shared/credits/decide/whereabouts.ts';
import type { CommandOf, Entry, GrantId, Instant, Units } from '../../../shared/credits/index.ts';
import { addUnits, NO_UNITS } from '../../../shared/credits/model/units.ts';

export type PlanPayment = Pick<CommandOf<'return-plan'>, 'paymentOpId' | 'paid' | 'period' | 'cutAt' | 'carries' | 'spent' | 'granted'>;

const isBeginning = (entry: Entry): boolean => entry.kind === 'plan-changed' && entry.begins === true;

/** Every payment that a period stands on, the oldest first. What an account was opened with is billed by hand, and is none. */
export function planPayments(entries: readonly Entry[], currency: string): PlanPayment[] {
  return entries.flatMap((entry, index) => {
    if (entry.opId.startsWith('open:')) return [];
    const charged =
      entry.kind === 'renewed' ? (entry.charge?.minor ?? 0n) : entry.kind === 'plan-changed' ? (entry.proration?.charged ?? 0n) : 0n;
    if (charged === 0n || (entry.kind !== 'renewed' && entry.kind !== 'plan-changed')) return [];
    const { period } = entry.subscription;
    const payment = {
      paymentOpId: entry.opId,
      paid: { minor: charged, currency },
      period: { start: period.start, end: period.end },
      carries: entry.kind === 'renewed' || period.start === entry.at || isBeginning(entry),
    };
    return [{ ...payment, ...broughtBy(payment, entries.slice(index + 1)) }];
  });
}

function broughtBy(
  payment: Pick<PlanPayment, 'paymentOpId' | 'period' | 'carries'>,
  entries: readonly Entry[],
): Pick<PlanPayment, 'cutAt' | 'spent' | 'granted'> {
  let cutAt: Instant | undefined;
  const spent: Record<GrantId, Units> = {};
  const granted: Record<GrantId, Units> = {};
  for (const entry of entries) {
    if (cutAt === undefined && isBeginning(entry) && entry.at < payment.period.end) {
      cutAt = entry.at;
    }
    if (entry.kind === 'granted' && belongs(payment, { id: entry.grantId, source: entry.source })) {
      const anew = entry.source.kind === 'admin';
      if (cutAt === undefined || anew) spent[entry.grantId] = NO_UNITS;
      if (cutAt === undefined && !anew) granted[entry.grantId] = entry.amount;
    }
    if (entry.kind !== 'settled') continue;
    for (const { grantId, amount } of entry.charged) {
      const before = spent[grantId];
      if (before !== undefined) spent[grantId] = addUnits(before, amount);
    }
  }
  return { spent, granted, ...(cutAt !== undefined && { cutAt }) };
}
