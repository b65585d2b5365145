/**
 * A plan's payment that the provider gave back, or the bank took, as facts of the ledger with their credit note: unused credit goes, spent
 * credit of a chargeback is owed, a plan that stands on the payment ends. A dispute that was won brings back what is left of the period.
 */
import type { SubscriptionQuote } from '../../../shared/api/index.ts';
import { parseMoney } from '../../../shared/credits/model/amount.ts';
import type { OpId } from '../../../shared/credits/model/quantities.ts';
import { acknowledged, execute } from '../../ledger/command.ts';
import { creditBill, rebill } from '../invoices/crediting.ts';
import type { Needs } from '../needs.ts';
import { netPaid, type PlanPayment } from './plan-payment.ts';

/** How a payment goes back. */
interface Returning {
  readonly opId: OpId;
  readonly basis: 'goodwill' | 'chargeback';
  /** Absent: all that is left. */
  readonly money?: SubscriptionQuote['net'];
  readonly reason: string;
}

/** Throws not_refundable when all of it went back before. */
export async function returnPayment(
  needs: Pick<Needs, 'ledger' | 'issuer'>,
  payment: PlanPayment,
  { opId, basis, money, reason }: Returning,
): Promise<void> {
  const { accountId, paymentOpId, period, cutAt, carries, spent, granted, customer, description, invoice } = payment;
  const part = money && parseMoney(money.amount, money.currency);
  await execute(needs.ledger, accountId, {
    opId,
    kind: 'plan-return',
    stored: acknowledged,
    content: { paymentOpId, basis, reason },
    command: () => ({
      kind: 'return-plan',
      opId,
      paymentOpId,
      basis,
      paid: netPaid(payment),
      ...(part && { money: part }),
      period,
      cutAt,
      carries,
      spent,
      granted,
      reason,
    }),
    async answer({ decision: { receipt }, now }, client) {
      if (invoice !== null)
        await creditBill(client, needs.issuer, { opId, issuedAt: now, customer, description, money: receipt.money, invoice });
      return { opId };
    },
  });
}

/** False: its chargeback is not known yet. */
export async function restorePayment(needs: Pick<Needs, 'ledger' | 'issuer'>, payment: PlanPayment, opId: OpId): Promise<boolean> {
  const { accountId, paymentOpId, period, customer, description, invoice } = payment;
  const { state } = await needs.ledger.newest(accountId);
  const known = await needs.ledger.operations(accountId, [opId]);
  if (known.length === 0 && state.disputes[paymentOpId] === undefined) return false;
  await execute(needs.ledger, accountId, {
    opId,
    kind: 'dispute',
    stored: acknowledged,
    content: { purchaseId: paymentOpId },
    command: () => ({ kind: 'dispute-won', opId, purchaseOpId: paymentOpId, restores: period }),
    async answer({ decision: { receipt }, now }, client) {
      if (invoice === null || receipt.money.minor === 0n) return { opId };
      await rebill(client, needs.issuer, { opId, issuedAt: now, customer, of: description, money: receipt.money, invoice });
      return { opId };
    },
  });
  return true;
}
