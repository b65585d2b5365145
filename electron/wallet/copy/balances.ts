/**
 * The balance that the lines of the history count along: what is available together with what is held. A hold does not
 * move it and a release does not either; what is charged does, at the moment it is charged. So every line's balance is
 * that of the line before plus the line's own amount, however many operations were under way at once.
 */
import type { LedgerEntry } from '../../../shared/api/index.ts';
import { formatAmount } from '../../../shared/credits/index.ts';

/** What the line of this entry comes to, signed. All amounts of one ledger have the same number of decimals. */
export function countedAmount(entry: Pick<LedgerEntry, 'kind' | 'amount' | 'slices'>): string {
  const scale = scaleOf(entry.amount);
  if (entry.kind === 'held' || entry.kind === 'released') return formatAmount(0n, { scale });
  if (entry.kind !== 'settled') return entry.amount;
  let charged = 0n;
  for (const { amount } of entry.slices) charged += units(amount);
  return formatAmount(-charged, { scale });
}

/** The balance after this entry; `before`: after the one in front of it. */
export const balanceAfter = (before: string, entry: Pick<LedgerEntry, 'kind' | 'amount' | 'slices'>): string =>
  formatAmount(units(before) + units(countedAmount(entry)), { scale: scaleOf(entry.amount) });

const scaleOf = (amount: string): number => amount.split('.')[1]?.length ?? 0;
const units = (amount: string): bigint => BigInt(amount.replace('.', ''));
