/** Stripe's events as ours. What is not named here is answered with 200 and forgotten. */
import type Stripe from 'stripe';
import { instantFrom, opIdFrom } from '../../../../shared/credits/model/minting.ts';
import type { OpId } from '../../../../shared/credits/model/quantities.ts';
import type { ProviderEvent } from '../provider.ts';

const idOf = (value: string | { readonly id: string } | null | undefined): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null);

/** Of an event whatever it tells. */
type Head = Pick<ProviderEvent, 'id' | 'at'>;

/** null: an event that is none of ours. */
export function stripeEvent(event: Stripe.Event): ProviderEvent | null {
  const head: Head = { id: event.id, at: instantFrom(event.created * 1000) };
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return paidSession(head, event.data.object);
    case 'checkout.session.async_payment_failed':
      return about(event.data.object.client_reference_id, { ...head, kind: 'failed', reason: 'the bank declined the payment' });
    case 'checkout.session.expired':
      return about(event.data.object.client_reference_id, { ...head, kind: 'expired', reason: 'the checkout was left without paying' });
    case 'payment_intent.payment_failed': {
      const { metadata, last_payment_error } = event.data.object;
      const reason = reasonOf(last_payment_error?.decline_code ?? last_payment_error?.code);
      return about(metadata['reference'], { ...head, kind: 'failed', reason });
    }
    case 'payment_intent.succeeded':
      return paidIntent(head, event.data.object);
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return refunded(head, event.data.object);
    case 'charge.dispute.funds_withdrawn': {
      const dispute = event.data.object;
      return about(idOf(dispute.payment_intent), { ...head, kind: 'disputed', disputeId: dispute.id, reason: dispute.reason });
    }
    case 'charge.dispute.funds_reinstated': {
      const dispute = event.data.object;
      return about(idOf(dispute.payment_intent), { ...head, kind: 'dispute-won', disputeId: dispute.id });
    }
    default:
      return null;
  }
}

function paidSession(head: Head, session: Stripe.Checkout.Session): ProviderEvent | null {
  const paymentId = idOf(session.payment_intent);
  // A method that takes days completes the session unpaid; the payment has an event of its own.
  if (session.payment_status !== 'paid' || !paymentId) return null;
  return about(session.client_reference_id, {
    ...head,
    kind: 'paid',
    paymentId,
    checkoutId: session.id,
    minor: String(session.amount_total ?? 0),
    currency: (session.currency ?? '').toUpperCase(),
    customerId: idOf(session.customer),
  });
}

const paidIntent = (head: Head, intent: Stripe.PaymentIntent): ProviderEvent | null =>
  about(intent.metadata['reference'], {
    ...head,
    kind: 'paid',
    paymentId: intent.id,
    checkoutId: null,
    minor: String(intent.amount_received),
    currency: intent.currency.toUpperCase(),
    customerId: idOf(intent.customer),
  });

function refunded(head: Head, refund: Stripe.Refund): ProviderEvent | null {
  // A bank may send it back days later.
  const refused = refund.status === 'failed' || refund.status === 'canceled';
  if (refund.status !== 'succeeded' && !refused) return null;
  return about(idOf(refund.payment_intent), {
    ...head,
    kind: refused ? 'refund-refused' : 'refunded',
    refundId: refund.id,
    minor: String(refund.amount),
    currency: refund.currency.toUpperCase(),
    opId: opIdOf(refund),
  });
}

type Body<E = ProviderEvent> = E extends ProviderEvent ? Omit<E, 'subject'> : never;

/** None of ours without a subject. */
/** Of a refund that we ordered; null: somebody else gave it. */
function opIdOf({ metadata }: Pick<Stripe.Refund, 'metadata'>): OpId | null {
  const named = metadata?.['opId'];
  return named === undefined ? null : opIdFrom(named);
}

const about = (subject: string | null | undefined, body: Body): ProviderEvent | null => (subject ? { ...body, subject } : null);

const REASONS: Readonly<Record<string, string>> = {
  insufficient_funds: 'the account behind the card is not covered',
  expired_card: 'the card has expired',
  lost_card: 'the bank declined the card',
  stolen_card: 'the bank declined the card',
  incorrect_cvc: 'the security code was not right',
  processing_error: 'the bank could not be reached',
};

/** In words that may be shown: why a payment did not go through. */
export const reasonOf = (code: string | null | undefined): string => REASONS[code ?? ''] ?? 'the bank declined the payment';
