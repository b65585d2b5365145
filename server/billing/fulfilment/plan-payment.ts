/** A payment that a plan stands on, found by the provider's id of it: the first one of a checkout, or a renewal's. */

import { belongs } from '../../../shared/credits/decide/whereabouts.ts';
import { BEFORE_FIRST, seqAfter } from '../../../shared/credits/model/minting.ts';
import type { Entry } from '../../../shared/credits/model/model.ts';
import type { AccountId, GrantId, Instant, Money, OpId, Seq, Units } from '../../../shared/credits/model/quantities.ts';
import { addUnits, NO_UNITS } from '../../../shared/credits/model/units.ts';
import type { Customer } from '../invoices/invoices.ts';
import type { Needs } from '../needs.ts';
import type { Checkout } from '../payments/checkout-store.ts';
import type { Price } from '../payments/provider.ts';
import { collectionBy } from '../renewals/store.ts';
import { changed } from '../subscriptions.ts';

/** What was paid, for which period, and what came of it since. */
export interface PlanPayment {
  readonly accountId: AccountId;
  /** The operation that it paid for: what the ledger knows it by. */
  readonly paymentOpId: OpId;
  readonly price: Price;
  readonly period: { readonly start: Instant; readonly end: Instant };
  /** When a change began another period before that one was over. */
  readonly cutAt?: Instant;
  /** False for an upgrade inside of a period that another payment carries. */
  readonly carries: boolean;
  /** What was spent so far of what it brought, by grant. */
  readonly spent: Readonly<Record<GrantId, Units>>;
  /** What it brought, by grant. */
  readonly granted: Readonly<Record<GrantId, Units>>;
  /** null: somebody else wrote the invoice. */
  readonly invoice: string | null;
  readonly description: string;
  readonly customer: Customer;
}

/** What was paid without tax. */
export const netPaid = ({ price: { net, currency } }: Pick<PlanPayment, 'price'>): Money => ({ minor: net, currency });

/** The payment of this checkout; null while nothing was granted for it. */
export async function firstPayment(needs: Pick<Needs, 'ledger'>, checkout: Checkout): Promise<PlanPayment | null> {
  const { accountId, grantedOp, bought, price, description, customer } = checkout;
  if (grantedOp === null || bought.kind !== 'plan') return null;
  const [known] = await needs.ledger.operations(accountId, [grantedOp]);
  if (!known) return null;
  const { invoice } = await needs.ledger.answer(accountId, grantedOp, 'subscription', changed);
  const found = await readPayment(needs, accountId, grantedOp, seqAfter(known.seq, -1), bought.action !== 'change');
  return { accountId, paymentOpId: grantedOp, price, ...found, invoice: invoice?.number ?? null, description, customer };
}

/** null: no renewal was paid with this payment. */
export async function renewalPayment(needs: Pick<Needs, 'ledger' | 'pool'>, paymentId: string): Promise<PlanPayment | null> {
  const collection = await collectionBy(needs.pool, 'payment_id', paymentId);
  if (!collection) return null;
  const { accountId, opId, price, invoice, description, customer } = collection;
  const found = await readPayment(needs, accountId, opId, BEFORE_FIRST, true);
  return { accountId, paymentOpId: opId, price, ...found, invoice, description, customer };
}

type Found = Pick<PlanPayment, 'period' | 'carries' | 'spent' | 'granted' | 'cutAt'>;

/** Reads the ledger from there on: the period that the operation paid for, what came with it, and what was spent of that. */
async function readPayment(
  needs: Pick<Needs, 'ledger'>,
  accountId: AccountId,
  paymentOpId: OpId,
  after: Seq,
  begins: boolean,
): Promise<Found> {
  let payment: Pick<PlanPayment, 'paymentOpId' | 'period' | 'carries'> | null = null;
  let cutAt: Instant | null = null;
  const spent: Record<GrantId, Units> = {};
  const granted: Record<GrantId, Units> = {};
  for await (const entry of needs.ledger.entriesSince(accountId, after)) {
    if (entry.opId === paymentOpId && (entry.kind === 'plan-changed' || entry.kind === 'renewed')) {
      const { period } = entry.subscription;
      // A switch of the interval begins a period at that instant.
      payment = { paymentOpId, period, carries: begins || period.start === entry.at || isBeginning(entry) };
    } else if (payment !== null && cutAt === null && isBeginning(entry) && entry.at < payment.period.end) {
      cutAt = entry.at;
    }
    if (payment === null) continue;
    if (entry.kind === 'granted' && belongs(payment, { id: entry.grantId, source: entry.source })) {
      const anew = entry.source.kind === 'admin';
      if (cutAt === null || anew) spent[entry.grantId] = NO_UNITS;
      if (cutAt === null && !anew) granted[entry.grantId] = entry.amount;
    }
    if (entry.kind === 'settled')
      for (const { grantId, amount } of entry.charged) {
        const before = spent[grantId];
        if (before !== undefined) spent[grantId] = addUnits(before, amount);
      }
  }
  if (payment === null) throw new Error('A plan was paid for, and its ledger does not know it.');
  return {
    period: payment.period,
    carries: payment.carries,
    spent,
    granted,
    ...(cutAt !== null && { cutAt }),
  };
}

const isBeginning = (entry: Entry): boolean => entry.kind === 'plan-changed' && entry.begins === true;
