/** Money given back: by the policy's own rule, case by case, or taken by the bank. Each leaves a credit note and a fact in the ledger. */
import { z } from 'zod';
import {
  type adminRefundRequest,
  type Invoice,
  type PurchaseAnswer,
  purchase as purchaseOfWire,
  type RefundAnswer,
  refundAnswer,
  type refundQuote,
} from '../../shared/api/index.ts';
import { formatMoney, parseMoney } from '../../shared/credits/model/amount.ts';
import type { CommandOf } from '../../shared/credits/model/commands.ts';
import { parseInstant } from '../../shared/credits/model/instants.ts';
import { opIdFrom } from '../../shared/credits/model/minting.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { AccountId, Minor, Money, OpId, RefundBasis, Units } from '../../shared/credits/model/quantities.ts';
import type { ReceiptOf } from '../../shared/credits/model/receipts.ts';
import { quoteCommand } from '../../shared/credits/read/quote.ts';
import { rfc3339 } from '../clock.ts';
import type { Witness } from '../identity/audit.ts';
import { acknowledged, execute } from '../ledger/command.ts';
import { spentOf } from '../ledger/grant-facts.ts';
import { refused } from '../ledger/refusals.ts';
import { amountsOf } from '../ledger/wire.ts';
import { Refusal } from '../problems.ts';
import { loadCustomer } from './customer.ts';
import { creditBill, rebill } from './invoices/crediting.ts';
import { lineText } from './invoices/texts/texts.ts';
import type { Needs } from './needs.ts';
import { type Checkout, checkoutOf } from './payments/checkout-store.ts';
import { owe, type Payout } from './payments/payouts.ts';

/** What a refund has to know of the answer to a purchase. */
const purchased = z.object({ purchase: purchaseOfWire });

type AdminRefund = z.infer<typeof adminRefundRequest>;

/** What the customer may ask for: the policy's own rule decides (PG-16, AS-11). */
export const refundByPolicy = (
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer'>,
  accountId: AccountId,
  opId: OpId,
  purchaseId: OpId,
): Promise<RefundAnswer> => refund(needs, accountId, { opId, purchaseId, basis: 'policy', reason: 'asked for by the customer' }, true);

/** What that would give back and take, the older balance included that would lapse with it (PG-12). Refused as the refund would be. */
export async function quoteRefund(
  needs: Pick<Needs, 'ledger' | 'pool'>,
  accountId: AccountId,
  purchaseId: OpId,
): Promise<z.infer<typeof refundQuote>> {
  const checkout = await checkoutOf(needs.pool, accountId, purchaseId);
  if (checkout?.bought.kind === 'plan') throw ofPlan(checkout);
  const request = { opId: opIdFrom('quote'), purchaseId: checkout?.grantedOp ?? purchaseId, basis: 'policy', reason: 'quote' } as const;
  const { purchase } = await needs.ledger.answer(accountId, request.purchaseId, 'purchase', purchased);
  const { state } = await needs.ledger.newest(accountId);
  const policy = needs.ledger.policyOf(state);
  const quoted = quoteCommand(policy, state, commandOf(policy, request, purchase, undefined), needs.ledger.now(state));
  if (!quoted.ok) throw refused(policy, quoted.refusal, state.timeZone);
  const { format } = amountsOf(policy);
  return { ...refundWire(format, quoted.receipt), availableAfter: format(quoted.availableAfter) };
}

/** A refund in the words of the wire. */
const refundWire = (format: (units: Units) => string, { money, amount, shortfall, awaited, older }: ReceiptOf<'refund'>) => ({
  refunded: formatMoney(money),
  amount: format(amount),
  shortfall: format(shortfall),
  ...(awaited !== undefined && { awaited: format(awaited) }),
  ...(older && { older: { amount: format(older.amount), lapsesAt: rfc3339(older.lapsesAt) } }),
});

/** `payOut`: the provider that took the money is asked to give it back; false when it did so by itself. */
export async function refund(
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer'>,
  accountId: AccountId,
  asked: Omit<AdminRefund, 'basis'> & { basis: RefundBasis },
  payOut: boolean,
  witness?: Witness,
): Promise<RefundAnswer> {
  const checkout = await checkoutOf(needs.pool, accountId, asked.purchaseId);
  if (checkout?.bought.kind === 'plan') throw ofPlan(checkout);
  // A purchase at a provider may be named by the checkout's id as well.
  const request = { ...asked, purchaseId: checkout?.grantedOp ?? asked.purchaseId };
  const { opId, ...content } = request;
  const { purchase } = await needs.ledger.answer(accountId, request.purchaseId, 'purchase', purchased);
  const customer = await loadCustomer(needs.pool, accountId);
  // What the bank takes back is owed as far as it was spent; of a grant that left the state only the ledger knows.
  const spent = request.basis === 'chargeback' ? await spentOf(needs.ledger, accountId, request.purchaseId) : undefined;
  return execute(needs.ledger, accountId, {
    opId,
    kind: 'refund',
    stored: refundAnswer,
    content,
    witness,
    command: (policy) => commandOf(policy, request, purchase, spent),
    answer: async ({ policy, decision: { receipt }, now }, client) => {
      const amounts = amountsOf(policy);
      const text = lineText(customer.language, {
        kind: 'refund',
        amount: amounts.format(receipt.amount),
        unit: policy.unit.code,
        of: policy.label,
      });
      // Inside this transaction: the debt is there exactly when the refund is.
      const owing = (gross: Minor | null) =>
        payOut && checkout?.paymentId ? owe(client, owed(checkout, checkout.paymentId, opId, receipt.money, gross)) : undefined;
      const answer = { opId, ...refundWire(amounts.format, receipt) };
      // Without an invoice of ours the seller was somebody else, who writes the credit note too.
      if (purchase.invoice === null) {
        await owing(null);
        return answer;
      }
      const { invoice } = await creditBill(client, needs.issuer, {
        opId,
        issuedAt: now,
        customer,
        description: text,
        money: receipt.money,
        invoice: purchase.invoice,
      });
      await owing(grossOf(invoice));
      return { ...answer, creditNote: invoice };
    },
  });
}

/** A plan's payment goes back where it was made, and is a fact here as soon as that is told (`fulfilment/plan-returns.ts`). */
const ofPlan = ({ provider }: Checkout): Refusal =>
  new Refusal(
    'not_refundable',
    `This is the payment of a plan. Nothing was changed: what goes back of it at ${provider}, or comes again there, is booked with its credit note when ${provider} tells.`,
    { why: 'plan' },
  );

/** What a credit note gives back, as a positive amount in minor units. */
function grossOf({ total }: Invoice): Minor {
  const money = parseMoney(total.amount.replace(/^-/, ''), total.currency);
  if (!money) throw new Error('A credit note was written without a total.');
  return money.minor;
}

/** What the provider has to give back: what the credit note says, or where the provider writes it, the net amount. */
function owed(checkout: Checkout, paymentId: string, opId: OpId, net: Money, gross: Minor | null): Payout {
  const { price, provider, accountId } = checkout;
  const whole = net.minor === price.net;
  return { accountId, opId, provider, paymentId, minor: gross ?? net.minor, whole, currency: net.currency, reason: 'Refund' };
}

function commandOf(
  policy: Policy,
  request: Omit<AdminRefund, 'basis'> & { basis: RefundBasis },
  purchase: PurchaseAnswer['purchase'],
  spent: Units | undefined,
): CommandOf<'refund'> {
  const { opId, purchaseId, basis, reason, money } = request;
  const paid = parseMoney(purchase.paid.amount, purchase.paid.currency);
  if (!paid) throw new Error('A purchase was stored without what was paid.');
  const given = money && parseMoney(money.amount, money.currency);
  if (given === null) throw new Refusal('invalid_amount', 'money.amount is not an amount of money. Nothing was refunded.');
  return {
    kind: 'refund',
    opId,
    purchaseOpId: purchaseId,
    basis,
    reason,
    ...(given === undefined ? {} : { money: given }),
    purchase: {
      credits: amountsOf(policy).parse(purchase.credits),
      paid,
      boughtAt: parseInstant(purchase.at),
      ...(spent !== undefined && { spent }),
    },
  };
}

/** The bank gave a charged-back payment back: credit returns, the shortfall is struck, and what the credit note took off is billed again. */
export async function winDispute(
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer'>,
  accountId: AccountId,
  opId: OpId,
  purchaseId: OpId,
  witness?: Witness,
): Promise<{ opId: OpId }> {
  const checkout = await checkoutOf(needs.pool, accountId, purchaseId);
  if (checkout?.bought.kind === 'plan') throw ofPlan(checkout);
  const { purchase } = await needs.ledger.answer(accountId, purchaseId, 'purchase', purchased);
  const customer = await loadCustomer(needs.pool, accountId);
  return execute(needs.ledger, accountId, {
    opId,
    kind: 'dispute',
    stored: acknowledged,
    content: { purchaseId },
    witness,
    command: () => ({ kind: 'dispute-won', opId, purchaseOpId: purchaseId }),
    answer: async ({ policy, decision: { receipt }, now }, client) => {
      if (purchase.invoice === null || receipt.money.minor === 0n) return { opId };
      await rebill(client, needs.issuer, {
        opId,
        issuedAt: now,
        customer,
        of: policy.label,
        money: receipt.money,
        invoice: purchase.invoice,
      });
      return { opId };
    },
  });
}
