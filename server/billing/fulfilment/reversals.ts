/** What a provider takes or gives back by itself, as facts of the ledger: refunds made on its own pages, chargebacks, disputes that were won. */

import type { AccountId, OpId } from '../../../shared/credits/model/quantities.ts';
import { derivedId } from '../../derived-id.ts';
import { Refusal } from '../../problems.ts';
import type { Needs } from '../needs.ts';
import { type Checkout, checkoutBy } from '../payments/checkout-store.ts';
import { payoutBy } from '../payments/payouts.ts';
import { type HostedProvider, type Price, type ProviderEvent, readEvent, totalOf } from '../payments/provider.ts';
import { refund, winDispute } from '../refunds.ts';
import { firstPayment, type PlanPayment, renewalPayment } from './plan-payment.ts';
import { restorePayment, returnPayment } from './plan-returns.ts';

/** A provider’s word about money that went back, or came again. */
type Reversal = Extract<ProviderEvent, { kind: 'refunded' | 'disputed' | 'dispute-won' }>;

/** False: what it is about is not known yet, so it waits. */
export async function reverse(
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer'>,
  provider: HostedProvider,
  event: Reversal,
): Promise<boolean> {
  if (event.kind === 'refunded' && (await payoutBy(needs.pool, provider.id, event.refundId, event.opId))) return true;
  const checkout = await checkoutBy(needs.pool, 'payment_id', provider.id, event.subject);
  // Nothing was granted for it, so there is nothing to take back.
  if (checkout?.grantedOp === null) return true;
  if (checkout && checkout.bought.kind !== 'plan') return reversePurchase(needs, provider, checkout, checkout.grantedOp, event);
  const payment = checkout ? await firstPayment(needs, checkout) : await renewalPayment(needs, event.subject);
  return payment !== null && reversePlan(needs, provider, payment, event);
}

async function reversePurchase(
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer'>,
  provider: HostedProvider,
  { accountId, price }: Checkout,
  purchaseId: OpId,
  event: Reversal,
): Promise<boolean> {
  const sale = { accountId, paymentOp: purchaseId };
  switch (event.kind) {
    case 'refunded': {
      const opId = derivedId('refund', provider.id, event.refundId);
      const money = await netOf(needs, provider, price, event);
      const reason = `refunded at ${provider.label}`;
      return once(needs, sale, opId, () => refund(needs, accountId, { opId, purchaseId, basis: 'goodwill', reason, ...money }, false));
    }
    case 'disputed': {
      const opId = derivedId('dispute', provider.id, event.disputeId);
      const reason = `chargeback: ${event.reason}`;
      return once(needs, sale, opId, () => refund(needs, accountId, { opId, purchaseId, basis: 'chargeback', reason }, false));
    }
    case 'dispute-won': {
      const opId = derivedId('dispute won', provider.id, event.disputeId);
      // Before its chargeback there is no dispute to win: it waits for that.
      const { state } = await needs.ledger.newest(accountId);
      const known = await needs.ledger.operations(accountId, [opId]);
      if (known.length === 0 && state.disputes[purchaseId] === undefined) return false;
      await winDispute(needs, accountId, opId, purchaseId);
      return true;
    }
  }
}

async function reversePlan(
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer'>,
  provider: HostedProvider,
  payment: PlanPayment,
  event: Reversal,
): Promise<boolean> {
  const sale = { accountId: payment.accountId, paymentOp: payment.paymentOpId };
  switch (event.kind) {
    case 'refunded': {
      const opId = derivedId('plan refunded', provider.id, event.refundId);
      const money = await netOf(needs, provider, payment.price, event);
      const reason = `refunded at ${provider.label}`;
      return once(needs, sale, opId, () => returnPayment(needs, payment, { opId, basis: 'goodwill', reason, ...money }));
    }
    case 'disputed': {
      const opId = derivedId('plan disputed', provider.id, event.disputeId);
      const reason = `chargeback: ${event.reason}`;
      return once(needs, sale, opId, () => returnPayment(needs, payment, { opId, basis: 'chargeback', reason }));
    }
    case 'dispute-won':
      return restorePayment(needs, payment, derivedId('plan dispute won', provider.id, event.disputeId));
  }
}

/** The share of the net price in what went back; absent: all that is left of it, which the last of several refunds is as well. */
async function netOf(
  { pool }: Pick<Needs, 'pool'>,
  provider: HostedProvider,
  price: Price,
  { subject, minor, refundId }: Extract<Reversal, { kind: 'refunded' }>,
): Promise<{ money?: { amount: string; currency: string } }> {
  const whole = provider.merchantOfRecord ? price.net : totalOf(price);
  const { rows } = await pool.query<{ document: string }>(
    `select document from provider_events where provider = $1 and subject = $2 and kind = 'refunded'`,
    [provider.id, subject],
  );
  const back = new Map([[refundId, BigInt(minor)]]);
  for (const { document } of rows) {
    const other = readEvent(document);
    if (other.kind === 'refunded') back.set(other.refundId, BigInt(other.minor));
  }
  if ([...back.values()].reduce((sum, one) => sum + one, 0n) >= whole) return {};
  const net = (BigInt(minor) * price.net * 2n + whole) / (whole * 2n);
  return { money: { amount: `${net / 100n}.${String(net % 100n).padStart(2, '0')}`, currency: price.currency } };
}

/** Told again, or given back in full before: then it is done as well. False while a dispute holds what it would be taken from. */
async function once(
  needs: Pick<Needs, 'ledger'>,
  { accountId, paymentOp }: { readonly accountId: AccountId; readonly paymentOp: OpId },
  opId: OpId,
  work: () => Promise<unknown>,
): Promise<boolean> {
  const known = async () => (await needs.ledger.operations(accountId, [opId])).length > 0;
  if (await known()) return true;
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'not_refundable' || error.code === 'invalid_amount')
      return (await needs.ledger.newest(accountId)).state.disputes[paymentOp] === undefined;
    // Another telling of it was quicker, and knew of another share.
    if (error.code === 'conflict' && (await known())) return true;
    throw error;
  }
}
