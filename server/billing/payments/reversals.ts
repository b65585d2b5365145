/** What a provider takes or gives back by itself, as facts of the ledger: refunds made on its own pages, chargebacks, disputes that were won. */
import type { Books } from '../../ledger/books.ts';
import { derivedId } from '../../ledger/derived-id.ts';
import { Refusal } from '../../problems.ts';
import { refund, winDispute } from '../refunds.ts';
import { renewalReturned } from '../renewals/returned.ts';
import { type Checkout, checkoutBy } from './checkout-store.ts';
import { isOurRefund } from './payouts.ts';
import { type HostedProvider, type ProviderEvent, totalOf } from './provider.ts';

export type Reversal = Extract<ProviderEvent, { kind: 'refunded' | 'disputed' | 'dispute-won' }>;

/** False: what it is about is not known yet, so it waits. */
export async function reverse(books: Books, provider: HostedProvider, event: Reversal): Promise<boolean> {
  if (event.kind === 'refunded' && (await isOurRefund(books.pool, provider.id, event.refundId, event.opId))) return true;
  const checkout = await checkoutBy(books.pool, 'payment_id', provider.id, event.subject);
  if (!checkout) return renewalReturned(books, event);
  const { accountId, grantedOp } = checkout;
  // Nothing was granted for it, so there is nothing to take back.
  if (grantedOp === null || checkout.bought.kind === 'plan') return true;
  switch (event.kind) {
    case 'refunded': {
      const opId = derivedId('refund', provider.id, event.refundId);
      const money = netOf(provider, checkout, event);
      await unlessDone(() =>
        refund(
          books,
          accountId,
          { opId, purchaseId: grantedOp, basis: 'goodwill', reason: `refunded at ${provider.label}`, ...money },
          false,
        ),
      );
      return true;
    }
    case 'disputed': {
      const opId = derivedId('dispute', provider.id, event.disputeId);
      await unlessDone(() =>
        refund(books, accountId, { opId, purchaseId: grantedOp, basis: 'chargeback', reason: `chargeback: ${event.reason}` }, false),
      );
      return true;
    }
    case 'dispute-won': {
      const opId = derivedId('dispute won', provider.id, event.disputeId);
      // Before its chargeback there is no dispute to win: it waits for that.
      const { state } = await books.newest(accountId);
      const known = await books.operations(accountId, [opId]);
      if (known.length === 0 && state.disputes[grantedOp] === undefined) return false;
      await winDispute(books, accountId, opId, grantedOp);
      return true;
    }
  }
}

/** The share of the net price in what went back; absent: all of it. */
function netOf(
  provider: HostedProvider,
  { price }: Checkout,
  { minor, currency }: Extract<Reversal, { kind: 'refunded' }>,
): { money?: { amount: string; currency: string } } {
  const whole = provider.merchantOfRecord ? price.net : totalOf(price);
  const back = BigInt(minor);
  if (back >= whole) return {};
  const net = (back * price.net * 2n + whole) / (whole * 2n);
  return { money: { amount: `${net / 100n}.${String(net % 100n).padStart(2, '0')}`, currency } };
}

/** Refunded in full before is done as well. */
async function unlessDone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal) || (error.code !== 'not_refundable' && error.code !== 'invalid_amount')) throw error;
  }
}
