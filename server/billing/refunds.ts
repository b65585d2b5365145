/** Money given back: by the policy's own rule, case by case, or taken by the bank. Each leaves a credit note and a fact in the ledger. */
import type { z } from 'zod';
import type { adminRefundRequest, PurchaseAnswer, RefundAnswer } from '../../shared/api.ts';
import { formatMoney, parseMoney } from '../../shared/credits/amount.ts';
import type { Command } from '../../shared/credits/commands.ts';
import type { OpId, RefundBasis } from '../../shared/credits/model.ts';
import type { Policy } from '../../shared/credits/policy.ts';
import type { Books } from '../ledger/books.ts';
import { execute, loadAnswer } from '../ledger/command.ts';
import { amountsOf } from '../ledger/wire.ts';
import { Refusal } from '../problems.ts';
import { lineText } from './invoices/words.ts';
import { issueInvoice, lineOf } from './invoices.ts';

type AdminRefund = z.infer<typeof adminRefundRequest>;

/** What the customer may ask for: the policy's own rule decides (PG-16, AS-11). */
export const refundByPolicy = (books: Books, accountId: string, opId: OpId, purchaseId: OpId): Promise<RefundAnswer> =>
  refund(books, accountId, { opId, purchaseId, basis: 'policy', reason: 'asked for by the customer' });

export async function refund(
  books: Books,
  accountId: string,
  request: Omit<AdminRefund, 'basis'> & { basis: RefundBasis },
): Promise<RefundAnswer> {
  const { opId, ...content } = request;
  const { purchase } = await loadAnswer<PurchaseAnswer>(books.pool, accountId, request.purchaseId, 'purchase');
  const customer = await books.customer(accountId);
  return execute<RefundAnswer>(books, accountId, {
    opId,
    kind: 'refund',
    content,
    command: (policy) => commandOf(policy, request, purchase),
    answer: async ({ policy, decision: { receipt }, now }, client) => {
      if (receipt.kind !== 'refunded') throw new Error('The engine answered a refund with something else.');
      const amounts = amountsOf(policy);
      const { minor, currency } = receipt.money;
      const text = lineText(customer.language, {
        kind: 'refund',
        amount: amounts.format(receipt.amount),
        unit: policy.unit.code,
        of: policy.label,
      });
      const { invoice } = await issueInvoice(client, books.issuer, {
        kind: 'credit-note',
        opId,
        issuedAt: now,
        description: text,
        customer,
        currency,
        lines: [lineOf(text, -minor)],
        state: 'paid',
        credits: purchase.invoice,
      });
      return {
        opId,
        refunded: formatMoney(receipt.money),
        amount: amounts.format(receipt.amount),
        shortfall: amounts.format(receipt.shortfall),
        creditNote: invoice,
      };
    },
  });
}

function commandOf(
  policy: Policy,
  request: Omit<AdminRefund, 'basis'> & { basis: RefundBasis },
  purchase: PurchaseAnswer['purchase'],
): Command {
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
    purchase: { credits: amountsOf(policy).parse(purchase.credits), paid },
  };
}

/** The bank gave a charged-back payment back: credit returns and the shortfall is struck. */
export const winDispute = (books: Books, accountId: string, opId: OpId, purchaseId: OpId): Promise<{ opId: string }> =>
  execute(books, accountId, {
    opId,
    kind: 'dispute',
    content: { purchaseId },
    command: () => ({ kind: 'dispute-won', opId, purchaseOpId: purchaseId }),
    answer: () => ({ opId }),
  });
