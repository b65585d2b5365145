/** An automatic top-up that was declined: nothing was charged, it is told, and there is a pause before the next. */
import { z } from 'zod';
import { instant } from '../../../shared/api/index.ts';
import { formatMoney } from '../../../shared/credits/model/amount.ts';
import { rfc3339 } from '../../clock.ts';
import { transaction } from '../../db/database.ts';
import { derivedId } from '../../derived-id.ts';
import { execute } from '../../ledger/command.ts';
import { announce } from '../../outbox.ts';
import { Refusal } from '../../problems.ts';
import type { Needs } from '../needs.ts';
import { type AutomaticCharge, closeCharge } from '../payments/automatic-store.ts';
import { type Checkout, markUnpaid } from '../payments/checkout-store.ts';
import { totalOf } from '../payments/provider.ts';

/** The answer to a decline. null: it is not bought by itself any more. */
const paused = z.object({ pausedUntil: instant.nullable() });

/** Books the decline with its pause, closes the charge and announces it, in one transaction. Once, however often it is heard. */
export async function declineTopUp(
  needs: Pick<Needs, 'ledger' | 'pool'>,
  charge: AutomaticCharge,
  checkout: Checkout,
  reason: string,
): Promise<void> {
  const { accountId, reference, description, price } = checkout;
  const opId = derivedId('automatic top-up declined', reference);
  try {
    await execute(needs.ledger, accountId, {
      opId,
      kind: 'auto-top-up-declined',
      stored: paused,
      content: { reference },
      command: () => ({ kind: 'auto-top-up-declined', opId }),
      async answer({ decision, now }, client) {
        const retryAt = decision.state.autoTopUp?.retryAt ?? null;
        const pausedUntil = retryAt === null ? null : rfc3339(retryAt);
        await markUnpaid(client, reference, 'failed', reason);
        await closeCharge(client, reference);
        await announce(client, {
          accountId,
          eventId: `evt_${derivedId('top-up failed', reference)}`,
          type: 'top-up.failed',
          at: now,
          data: { description, amount: formatMoney({ minor: totalOf(price), currency: price.currency }), reason, pausedUntil },
        });
        return { pausedUntil };
      },
    });
  } catch (error) {
    if (!(error instanceof Refusal) || (error.code !== 'not_found' && error.code !== 'account_closed')) throw error;
    // Turned off meanwhile: there is nothing to pause.
    await transaction(needs.pool, async (client) => {
      await markUnpaid(client, reference, 'failed', reason);
      await closeCharge(client, charge.reference);
    });
  }
}
