/** What is open on account, in words, and how it is paid. */
import type { InvoiceView } from '../../shared/ipc/wallet.ts';
import { absoluteDate } from '../ui/figures/dates.ts';

/** So many are named; the rest is counted. */
const MOST_NAMED = 3;

/** Which invoices are to be paid, the first due first, and how. `now`: what year it is; `timeZone`: that of the account. Null: none is to be paid in this copy. */
export function openBillsText(invoices: readonly InvoiceView[], now: Date, timeZone: string | undefined): string | null {
  const open = invoices
    .flatMap(({ number, kind, state, dueAt }) => (kind === 'invoice' && state === 'open' && dueAt !== null ? [{ number, dueAt }] : []))
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
  if (open.length === 0) return null;
  const named = open.slice(0, MOST_NAMED).map(({ number, dueAt }) => `${number} (due ${absoluteDate(new Date(dueAt), now, timeZone)})`);
  const rest = open.length > MOST_NAMED ? `, and ${open.length - MOST_NAMED} more` : '';
  return `To be paid: ${named.join(', ')}${rest}. Pay by bank transfer as it stands on the invoice, with its number; once the payment is noted, buying on account goes on.`;
}
