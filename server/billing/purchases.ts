/** Buying credit: a pack, or an amount where the policy sells by amount. Booked, invoiced and granted in one transaction. */
import type { z } from 'zod';
import type { PurchaseAnswer, purchaseRequest } from '../../shared/api.ts';
import { formatMoney } from '../../shared/credits/amount.ts';
import type { CommandOf, GrantReceipt } from '../../shared/credits/commands.ts';
import type { Policy } from '../../shared/credits/policy.ts';
import { rfc3339 } from '../clock.ts';
import type { Books } from '../ledger/books.ts';
import { execute } from '../ledger/command.ts';
import { amountsOf, newGrant } from '../ledger/wire.ts';
import { Refusal } from '../problems.ts';
import { type Language, lineText } from './invoices/words.ts';
import { issueInvoice, lineOf } from './invoices.ts';

type PurchaseRequest = z.infer<typeof purchaseRequest>;

/** The same operation id answers the same purchase and invoice; with another body it is a conflict. */
export async function buy(books: Books, accountId: string, request: PurchaseRequest): Promise<PurchaseAnswer> {
  const { opId, ...content } = request;
  if ((content.packId === undefined) === (content.amount === undefined))
    throw new Refusal('invalid_request', 'Name either a packId or an amount. Nothing was charged.');
  if (content.provider && content.provider !== 'invoice')
    throw new Refusal('not_offered', `Payment through ${content.provider} is not set up on this server. Nothing was charged.`);
  return book(books, accountId, opId, content, (policy) => commandOf(policy, request));
}

/** What the account agreed to beforehand; billed like any other purchase. */
export const buyAutomatically = (books: Books, accountId: string, command: Bought): Promise<PurchaseAnswer> =>
  book(books, accountId, command.opId, { automatic: true }, () => command);

type Bought = CommandOf<'purchase'> | CommandOf<'top-up'>;

async function book(
  books: Books,
  accountId: string,
  opId: string,
  content: unknown,
  command: (policy: Policy) => Bought,
): Promise<PurchaseAnswer> {
  const customer = await books.customer(accountId);
  let packId: string | null = null;
  return execute<PurchaseAnswer>(books, accountId, {
    opId,
    kind: 'purchase',
    content,
    command: (policy) => {
      const decided = command(policy);
      packId = decided.kind === 'purchase' ? decided.packId : null;
      return decided;
    },
    answer: async ({ policy, decision: { receipt }, now }, client) => {
      if (receipt.kind !== 'granted' || receipt.paid === null) throw new Error('The engine answered a purchase with something else.');
      const amounts = amountsOf(policy);
      const text = descriptionOf(customer.language, policy, receipt.grant);
      const { minor, currency } = receipt.paid;
      const { invoice } = await issueInvoice(client, books.issuer, {
        kind: 'invoice',
        opId,
        issuedAt: now,
        description: text,
        customer,
        currency,
        lines: [lineOf(text, minor)],
        state: 'open',
        credits: null,
      });
      return {
        purchase: {
          opId,
          packId,
          credits: amounts.format(receipt.grant.amount),
          paid: formatMoney(receipt.paid),
          provider: 'invoice',
          status: 'complete',
          at: rfc3339(now),
          invoice: invoice.number,
          grantId: receipt.grant.grantId,
        },
        invoice,
        grant: newGrant(amounts, receipt.grant, 'purchase'),
      };
    },
  });
}

function commandOf(policy: Policy, { opId, packId, amount, currency }: PurchaseRequest): Bought {
  if (currency !== undefined && currency.toUpperCase() !== policy.currency)
    throw new Refusal('currency_mismatch', `Prices here are in ${policy.currency}, not ${currency}. Nothing was charged.`);
  if (packId !== undefined) return { kind: 'purchase', opId, packId };
  return { kind: 'top-up', opId, amount: amountsOf(policy).parse(amount ?? '') };
}

function descriptionOf(language: Language, policy: Policy, { amount, expiresAt }: GrantReceipt): string {
  const given = { amount: amountsOf(policy).format(amount), of: policy.label, until: expiresAt };
  const { code } = policy.unit;
  return lineText(language, code === 'credit' ? { kind: 'credits', ...given } : { kind: 'balance', unit: code, ...given });
}
