/** What the wallet says to people, all of it here. Calm and exact: what happened, what was and was not charged, what next. */
import type { Problem as ServerProblem } from '../../shared/api/index.ts';
import { withSymbol } from '../../shared/credits/index.ts';
import type { WalletView } from '../../shared/ipc/wallet.ts';
import { codeFrom, type Problem } from '../../shared/result.ts';

/** Said of what needs the server, while it is not reached. */
export const offlineNow = (what: string, reason: string | null): Problem => ({
  code: 'offline',
  message: `Offline. ${what} waits for the network; nothing was charged. Preview, history and finished pictures work.${reason === null ? '' : ` ${reason}`}`,
});

/** Said of a purchase whose outcome is not known. */
export const purchaseWaits: Problem = {
  code: 'waiting_for_answer',
  message:
    'The order was sent, but no answer of the credit server has come yet, so it is not known whether it was carried out. The studio asks again by itself under the same order number; ordering the same again takes up this order, so it is billed once at most. Invoices and History show it as soon as it is confirmed.',
};

/** It was carried out, and the copy does not show it yet. */
export const orderedUnseen: Problem = {
  code: 'waiting_for_answer',
  message: 'The order was carried out. The wallet shows it as soon as it has been fetched.',
};

/** A refusal of the server; its own words are already the product's. */
export const refusedBy = (problem: ServerProblem): Problem => ({ code: codeFrom(problem.code), message: problem.detail });

/** An amount with its unit: "1 credit", "€5.00". */
export const credits = (amount: string, unitCode: string): string => {
  if (unitCode !== 'credit') return withSymbol(amount, unitCode);
  return amount === '1' ? '1 credit' : `${amount} credits`;
};

/** The copy is what the server sends, and breaks an invariant of the books. */
export const booksDoubted: WalletView['alerts'][number] = {
  kind: 'books_doubted',
  level: 'critical',
  message:
    'The books of this account do not balance, also after they were fetched from the credit server again, so the balance shown here may be wrong. The credit server decides about every charge and refuses what touches the error. Please contact support.',
};

/** The first seconds of a start, before anything was reached. */
export const notNow = (what: string): Problem => ({
  code: 'offline',
  message: `The credit server has not answered yet. ${what} waits for it; nothing was charged. Preview and history work meanwhile.`,
});

/** Said of a pack that was on offer when the list was fetched. */
export const packUnknown: Problem = {
  code: 'unknown_pack',
  message: 'This pack is not on offer any more. Nothing was ordered. The list has been brought up to date.',
};

/** Said of any other order whose outcome is not known. */
export const orderWaits: Problem = {
  code: 'waiting_for_answer',
  message:
    'The request was sent, but no answer of the credit server has come yet, so it is not known whether it was carried out. The studio asks again by itself under the same number; asking for the same again takes up this request, so it is carried out once at most. The wallet and History show it as soon as it is confirmed.',
};

/** How an amount is typed. */
export const AMOUNT_FORM = 'An amount is written like 5 or 12.50.';

/** Said of an amount that was typed and is none. */
export const amountUnreadable: Problem = {
  code: 'invalid_amount',
  message: `${AMOUNT_FORM} Nothing was ordered.`,
};
