/** Tells the account of a renewal that could not be charged, in the transaction that writes it down. */
import type pg from 'pg';
import { formatMoney } from '../../../shared/credits/model/amount.ts';
import type { Instant } from '../../../shared/credits/model/quantities.ts';
import { rfc3339 } from '../../clock.ts';
import { derivedId } from '../../derived-id.ts';
import { announce } from '../../outbox.ts';
import { totalOf } from '../payments/provider.ts';
import type { After, Collection } from './store.ts';

/** Written in the transaction that notes the failed attempt; once for each attempt. */
export function tellFailure(client: Pick<pg.ClientBase, 'query'>, collection: Collection, after: After, now: Instant): Promise<void> {
  const { accountId, reference, invoice, description, price } = collection;
  return announce(client, {
    accountId,
    eventId: `evt_${derivedId('renewal failed', reference, after.attempts)}`,
    type: 'renewal.failed',
    at: now,
    data: {
      invoice,
      description,
      amount: formatMoney({ minor: totalOf(price), currency: price.currency }),
      reason: after.reason,
      nextAttemptAt: after.nextAt === null ? null : rfc3339(after.nextAt),
    },
  });
}
