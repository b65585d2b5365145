/** Buying credit: a pack, or an amount where the policy sells by amount. Booked, invoiced and granted in one transaction. */
import type pg from 'pg';
import type { z } from 'zod';
import { type PurchaseAnswer, purchaseAnswer, type purchaseRequest } from '../../shared/api/index.ts';
import { autoTopUpDue } from '../../shared/credits/decide/auto-top-up.ts';
import { decide } from '../../shared/credits/decide/decide.ts';
import { formatMoney } from '../../shared/credits/model/amount.ts';
import type { CommandOf } from '../../shared/credits/model/commands.ts';
import type { AccountState } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { AccountId, Instant, OpId, Units } from '../../shared/credits/model/quantities.ts';
import type { PaymentWay } from '../../shared/payment-ways.ts';
import { rfc3339 } from '../clock.ts';
import { execute } from '../ledger/command.ts';
import { refused } from '../ledger/refusals.ts';
import { amountsOf, newGrant } from '../ledger/wire.ts';
import { idTaken, Refusal } from '../problems.ts';
import type { Checkouts } from './checkouts.ts';
import { loadCustomer } from './customer.ts';
import { type Customer, issueInvoice, lineOf } from './invoices/invoices.ts';
import { type Language, lineText } from './invoices/texts/texts.ts';
import type { Needs } from './needs.ts';
import { type Checkout, checkoutOf } from './payments/checkout-store.ts';
import type { HostedProvider } from './payments/provider.ts';
import type { Providers } from './payments/providers.ts';

type PurchaseRequest = z.infer<typeof purchaseRequest>;

/** How a purchase was paid; `invoice`: on account, as far as the account may. `wrote`: what else belongs into the transaction that grants it. */
export interface Payment {
  readonly provider: PaymentWay;
  /** False when the provider is the seller and writes the invoice. */
  readonly invoiced: boolean;
  /** Whom the invoice names; absent: the account as it is now. */
  readonly customer?: Customer;
  wrote?(client: pg.PoolClient): Promise<void>;
}
const ON_ACCOUNT: Payment = { provider: 'invoice', invoiced: true };

/** Where things are sold: on account, or first on a provider's page. */
export interface Till extends Pick<Needs, 'ledger' | 'pool' | 'issuer' | 'onAccount'> {
  readonly providers: Providers;
  readonly checkouts: Checkouts;
}

/** The same operation id answers the same purchase and invoice, or the same checkout; with another body it is a conflict. */
export async function buy(till: Till, accountId: AccountId, request: PurchaseRequest): Promise<PurchaseAnswer> {
  const { opId, returnTo: _, ...content } = request;
  if ((content.packId === undefined) === (content.amount === undefined))
    throw new Refusal('invalid_request', 'Name either a packId or an amount. Nothing was charged.');
  const policy = till.ledger.policyOf((await till.ledger.newest(accountId)).state);
  const provider = await providerOf(till, policy, accountId, request);
  if (provider) return checkOut(till, accountId, provider, request);
  if (await checkoutOf(till.pool, accountId, opId)) throw idTaken('Nothing was charged or granted.', 'a checkout');
  if (content.keepMethod) throw new Refusal('not_offered', 'An invoice keeps no payment method. Nothing was charged.');
  return book(till, accountId, { opId, content, command: (policy) => commandOf(policy, request) });
}

/**
 * The hosted provider that this is paid through; null: on account. What was begun under this operation id goes on as it began, whatever has been set
 * up since.
 */
export async function providerOf(
  { ledger, pool, providers }: Till,
  policy: Policy,
  accountId: AccountId,
  { opId, provider }: { readonly opId: OpId; readonly provider?: PaymentWay | undefined },
): Promise<HostedProvider | null> {
  if (provider !== undefined) return providers.choose(policy, provider);
  const checkout = await checkoutOf(pool, accountId, opId);
  if (checkout) return providers.hosted(checkout.provider) ?? null;
  return (await ledger.operations(accountId, [opId])).length > 0 ? null : providers.choose(policy, undefined);
}

/** Opens the provider's page for it; what was opened or bought before is answered as it stands. */
async function checkOut(till: Till, accountId: AccountId, provider: HostedProvider, request: PurchaseRequest): Promise<PurchaseAnswer> {
  const { checkouts } = till;
  const { opId, returnTo: _, ...content } = request;
  const checkout = (await checkouts.find(accountId, opId, content)) ?? (await openCheckout(till, accountId, provider, request));
  const wire = checkouts.wire(checkout);
  if (checkout.grantedOp !== null)
    return { ...(await till.ledger.answer(accountId, checkout.grantedOp, 'purchase', purchaseAnswer)), checkout: wire };
  const { bought, price } = checkout;
  return {
    purchase: {
      opId,
      packId: bought.kind === 'pack' ? bought.packId : null,
      credits: bought.kind === 'plan' ? '0' : bought.credits,
      paid: formatMoney({ minor: price.net, currency: price.currency }),
      provider: provider.id,
      status: 'awaiting-payment',
      at: rfc3339(checkout.pricedAt),
      invoice: null,
      grantId: null,
    },
    checkout: wire,
    ...(wire.checkoutUrl !== null && { checkoutUrl: wire.checkoutUrl }),
  };
}

async function openCheckout(
  { ledger, checkouts }: Till,
  accountId: AccountId,
  provider: HostedProvider,
  request: PurchaseRequest,
): Promise<Checkout> {
  const { opId, returnTo, ...content } = request;
  if (content.keepMethod && !provider.chargesKept)
    throw new Refusal('not_offered', `${provider.label} keeps no payment method here. Nothing was charged. Buy without keeping it.`);
  const { state } = await ledger.newest(accountId);
  const policy = ledger.policyOf(state);
  // A dry run: what would be refused is refused before anybody pays.
  const pricedAt = ledger.now(state);
  const decision = decide(policy, state, commandOf(policy, request), pricedAt);
  if (!decision.ok) throw refused(policy, decision.refusal, state.timeZone);
  const { receipt } = decision;
  const credits = amountsOf(policy).format(receipt.grant.amount);
  return checkouts.open(accountId, provider, {
    opId,
    content,
    bought: content.packId === undefined ? { kind: 'top-up', credits } : { kind: 'pack', packId: content.packId, credits },
    net: receipt.paid,
    describe: (language) => whatIsSold(language, policy, receipt.grant.amount, null),
    pricedAt,
    returnTo: returnTo ?? 'buy',
    keepMethod: content.keepMethod ?? false,
  });
}

/** What the account agreed to beforehand, on account; billed like any other purchase. Throws not_offered when it is not due any more. */
export const buyAutomatically = (
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer' | 'onAccount'>,
  accountId: AccountId,
  opId: OpId,
): Promise<PurchaseAnswer> =>
  book(needs, accountId, {
    opId,
    content: { automatic: true },
    command: (policy, state, now) => {
      // Decided on the newest state: of several looks at the same fall only one finds it low.
      const command = autoTopUpDue(policy, state, opId, now);
      if (command === null) throw new Refusal('not_offered', 'Nothing is to be bought automatically. Nothing was charged.');
      return command;
    },
  });

/** A command that buys credit. */
export type Purchasing = CommandOf<'purchase' | 'top-up'>;

/** A purchase to be booked. */
interface Booking {
  readonly opId: OpId;
  /** Everything that was asked for besides the id: the same id with something else is a conflict. */
  readonly content: unknown;
  /** Throws a Refusal to write nothing. */
  command(policy: Policy, state: AccountState, now: Instant): Purchasing;
}

/** Grants, bills and remembers a purchase in one transaction. */
export async function book(
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer' | 'onAccount'>,
  accountId: AccountId,
  { opId, content, command }: Booking,
  payment: Payment = ON_ACCOUNT,
): Promise<PurchaseAnswer> {
  const customer = payment.customer ?? (await loadCustomer(needs.pool, accountId));
  let packId: string | null = null;
  return execute(needs.ledger, accountId, {
    opId,
    kind: 'purchase',
    stored: purchaseAnswer,
    content,
    command: (policy, state, now) => {
      const decided = command(policy, state, now);
      packId = decided.kind === 'purchase' ? decided.packId : null;
      return { ...decided, onAccount: payment.provider === 'invoice' };
    },
    answer: async ({ policy, decision: { receipt, state }, now }, client) => {
      const amounts = amountsOf(policy);
      const text = whatIsSold(customer.language, policy, receipt.grant.amount, receipt.grant.expiresAt);
      const { minor, currency } = receipt.paid;
      const lines = [lineOf(text, minor)];
      if (payment.provider === 'invoice') await needs.onAccount.admit(client, policy, { customer, lines, timeZone: state.timeZone, now });
      const bill = () =>
        issueInvoice(client, needs.issuer, {
          kind: 'invoice',
          opId,
          issuedAt: now,
          description: text,
          customer,
          currency,
          lines,
          state: payment.provider === 'invoice' ? 'open' : 'paid',
          credits: null,
        });
      const invoice = payment.invoiced ? (await bill()).invoice : undefined;
      await payment.wrote?.(client);
      return {
        purchase: {
          opId,
          packId,
          credits: amounts.format(receipt.grant.amount),
          paid: formatMoney(receipt.paid),
          provider: payment.provider,
          status: 'complete',
          at: rfc3339(now),
          invoice: invoice?.number ?? null,
          grantId: receipt.grant.grantId,
        },
        ...(invoice && { invoice }),
        grant: newGrant(amounts, receipt.grant, 'purchase', receipt.gaveUp),
        ...(receipt.gaveUp !== undefined && { gaveUp: amounts.format(receipt.gaveUp) }),
      };
    },
  });
}

function commandOf(policy: Policy, { opId, packId, amount, currency }: PurchaseRequest): Purchasing {
  if (currency !== undefined && currency.toUpperCase() !== policy.currency)
    throw new Refusal('currency_mismatch', `Prices here are in ${policy.currency}, not ${currency}. Nothing was charged.`);
  if (packId !== undefined) return { kind: 'purchase', by: 'customer', opId, packId };
  return { kind: 'top-up', by: 'customer', opId, amount: amountsOf(policy).parse(amount ?? '') };
}

/** The text of the line that bills it. */
export function whatIsSold(language: Language, policy: Policy, amount: Units, until: Instant | null): string {
  const given = { amount: amountsOf(policy).format(amount), of: policy.label, until };
  const { code } = policy.unit;
  return lineText(language, code === 'credit' ? { kind: 'credits', ...given } : { kind: 'balance', unit: code, ...given });
}
