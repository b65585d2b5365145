/** Paddle's events as ours. Amounts are net: the tax is Paddle's own business. What is not named here is answered with 200 and forgotten. */
import { type EventEntity, EventName, type TransactionNotification } from '@paddle/paddle-node-sdk';
import { parseInstant } from '../../../../shared/credits/model/instants.ts';
import { opIdFrom } from '../../../../shared/credits/model/minting.ts';
import type { ProviderEvent } from '../provider.ts';

const REASONS: Readonly<Record<string, string>> = {
  declined: 'the bank declined the payment',
  declined_not_retryable: 'the bank declined the payment',
  expired_card: 'the card has expired',
  not_enough_balance: 'the account behind the card is not covered',
  authentication_failed: 'the bank’s confirmation did not succeed',
};

/** Where refund() wrote the operation id. */
const OUR_REFUND = /\[([0-9a-zA-Z-]{26,36})\]$/;

/** null: an event that is none of ours. */
export function paddleEvent(event: EventEntity): ProviderEvent | null {
  const id = event.eventId;
  const at = parseInstant(event.occurredAt);
  switch (event.eventType) {
    case EventName.TransactionPaid:
    case EventName.TransactionCompleted: {
      const { data } = event;
      const reference = referenceOf(data);
      const totals = data.details?.totals;
      if (reference === null || !totals) return null;
      return {
        id,
        at,
        subject: reference,
        kind: 'paid',
        paymentId: data.id,
        checkoutId: data.id,
        minor: String(BigInt(totals.subtotal) - BigInt(totals.discount)),
        currency: data.currencyCode,
        customerId: data.customerId,
      };
    }
    case EventName.TransactionPaymentFailed: {
      const subject = referenceOf(event.data);
      const code = event.data.payments.find(({ status }) => status === 'error')?.errorCode ?? '';
      return subject === null ? null : { id, at, subject, kind: 'failed', reason: REASONS[code] ?? 'the payment did not go through' };
    }
    case EventName.TransactionCanceled: {
      const subject = referenceOf(event.data);
      return subject === null ? null : { id, at, subject, kind: 'expired', reason: 'the checkout was left without paying' };
    }
    case EventName.AdjustmentCreated:
    case EventName.AdjustmentUpdated: {
      const { data } = event;
      const subject = data.transactionId;
      const named = OUR_REFUND.exec(data.reason)?.[1];
      const refund = {
        id,
        at,
        subject,
        refundId: data.id,
        minor: data.totals.subtotal,
        currency: data.currencyCode,
        opId: named === undefined ? null : opIdFrom(named),
      };
      if (data.status === 'rejected' && data.action === 'refund') return { ...refund, kind: 'refund-refused' };
      // A refund may wait for Paddle's approval; nothing went back before it.
      if (data.status !== 'approved') return null;
      if (data.action === 'refund') return { ...refund, kind: 'refunded' };
      // An adjustment has no dispute to name: a transaction is charged back once.
      if (data.action === 'chargeback') return { id, at, subject, kind: 'disputed', disputeId: subject, reason: data.reason };
      return data.action === 'chargeback_reverse' ? { id, at, subject, kind: 'dispute-won', disputeId: subject } : null;
    }
    default:
      return null;
  }
}

type Sold = Pick<TransactionNotification, 'origin' | 'customData' | 'items'>;

/** Within a subscription the custom data is a copy of the first payment's: there an item says what it is for, and anything else is not a sale. */
function referenceOf({ origin, customData, items }: Sold): string | null {
  if (!origin.startsWith('subscription_')) return named(customData);
  if (origin !== 'subscription_charge') return null;
  return items.map(({ price }) => named(price?.customData)).find((reference) => reference !== null) ?? null;
}

/** The reference in custom data, wherever it stands. */
export function named(customData: unknown): string | null {
  const { reference } = (customData ?? {}) as { reference?: unknown };
  return typeof reference === 'string' ? reference : null;
}
