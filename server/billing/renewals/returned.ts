/** A renewal that was paid, and went back: refunded at the provider, or taken by the bank. */
import { transaction } from '../../db/database.ts';
import type { Books } from '../../ledger/books.ts';
import { derivedId } from '../../ledger/derived-id.ts';
import { totalOf } from '../payments/provider.ts';
import type { Reversal } from '../payments/reversals.ts';
import { creditRenewal, endPeriod } from './dunning.ts';
import { collectionBy } from './store.ts';

/** False: no renewal was paid with this payment. */
export async function renewalReturned(books: Books, event: Reversal): Promise<boolean> {
  const collection = await collectionBy(books.pool, 'payment_id', event.subject);
  if (!collection) return false;
  const { accountId, price } = collection;
  switch (event.kind) {
    case 'refunded': {
      // A gesture of staff's, made at the provider: the plan goes on.
      const opId = derivedId('renewal refunded', event.refundId);
      const [back, total] = [BigInt(event.minor), totalOf(price)];
      const net = back >= total ? price.net : (back * price.net * 2n + total) / (total * 2n);
      const now = books.now((await books.newest(accountId)).state);
      await transaction(books.pool, (client) => creditRenewal(client, books, collection, { opId, now, net }));
      return true;
    }
    case 'disputed':
      await endPeriod(books, collection, derivedId('renewal disputed', event.disputeId), async () => undefined);
      return true;
    case 'dispute-won':
      // The plan has ended; staff decides what it is given for the payment that came back.
      return true;
  }
}
