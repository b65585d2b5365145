/** Opening a hosted checkout and telling what has become of it. The price is fixed here; the credit arrives when the provider says paid. */
import { ulid } from 'ulid';
import type { PaymentOptions, Checkout as WireCheckout } from '../../shared/api/index.ts';
import { formatMoney } from '../../shared/credits/model/amount.ts';
import { moneyText } from '../../shared/credits/model/amount-text.ts';
import { grantOf } from '../../shared/credits/model/draft.ts';
import { grantOfOperation } from '../../shared/credits/model/minting.ts';
import type { AccountId, Instant, Minor, Money, OpId } from '../../shared/credits/model/quantities.ts';
import type { ReturnPage } from '../../shared/return-page.ts';
import { fingerprintOf, isRemembered } from '../ledger/fingerprint.ts';
import { idTaken, notFound, Refusal } from '../problems.ts';
import { loadCustomer } from './customer.ts';
import type { Language } from './invoices/texts/texts.ts';
import type { Needs } from './needs.ts';
import { standingWire } from './on-account.ts';
import { priceFor } from './payments/bill.ts';
import { type Bought, type Checkout, checkoutOf, customerAt, insertCheckout, placed, rememberCustomer } from './payments/checkout-store.ts';
import { type HostedProvider, ProviderTrouble, totalOf } from './payments/provider.ts';
import type { Providers } from './payments/providers.ts';
import { renewsThrough } from './renewals/store.ts';

/** What is sold on a provider’s page, and at what price. */
interface Offer {
  readonly opId: OpId;
  /** Everything that was asked for besides the id: the same id with something else is a conflict. */
  readonly content: unknown;
  readonly bought: Bought;
  readonly net: Money;
  describe(language: Language): string;
  /** The instant that the price was reckoned at. */
  readonly pricedAt: Instant;
  readonly returnTo: ReturnPage;
  /** For what renews, and for whoever asked for it: the method stays at the provider. */
  readonly keepMethod: boolean;
}

/** Hosted checkouts of accounts. */
export class Checkouts {
  readonly #needs: Needs;
  readonly #providers: Providers;

  constructor(parts: Needs & { providers: Providers }) {
    this.#needs = parts;
    this.#providers = parts.providers;
  }

  /** The checkout of this operation id, in whatever state it is by now; null: none yet. With another content it is a conflict. */
  async find(accountId: AccountId, opId: OpId, content: unknown): Promise<Checkout | null> {
    const checkout = await checkoutOf(this.#needs.pool, accountId, opId);
    if (checkout && !isRemembered(checkout.fingerprint, { checkout: content })) throw idTaken('Nothing was charged.', 'another checkout');
    return checkout?.url === null && checkout.state === 'open' ? null : checkout;
  }

  /** Fixes the price and asks the provider for its page. The same operation id finds the same checkout. */
  async open(accountId: AccountId, provider: HostedProvider, offer: Offer): Promise<Checkout> {
    const { pool } = this.#needs;
    const { opId, bought, net } = offer;
    const said = { checkout: offer.content };
    const print = fingerprintOf(said);
    if ((await this.#needs.ledger.operations(accountId, [opId])).length > 0) throw idTaken('Nothing was charged or granted.');
    const customer = await loadCustomer(this.#needs.pool, accountId);
    const description = offer.describe(customer.language);
    const price = priceFor(this.#needs.issuer, customer, net, provider.merchantOfRecord);
    const fresh = {
      accountId,
      opId,
      fingerprint: print,
      reference: `co_${ulid(this.#needs.clock.now())}`,
      provider: provider.id,
      bought,
      price,
      description,
      customer,
      pricedAt: offer.pricedAt,
      keepsMethod: offer.keepMethod,
    };
    await insertCheckout(pool, fresh);
    const checkout = await this.#stored(accountId, opId);
    if (!isRemembered(checkout.fingerprint, said)) throw idTaken('Nothing was charged.', 'another checkout');
    if (checkout.url !== null || checkout.state !== 'open') return checkout;
    const payer = { ...customer, customerId: await customerAt(pool, accountId, provider.id) };
    const { checkoutId, url, customerId } = await reached(provider, () =>
      provider.openCheckout({
        reference: checkout.reference,
        payer,
        description: checkout.description,
        price: checkout.price,
        returnTo: offer.returnTo,
        keepMethod: checkout.keepsMethod,
      }),
    );
    if (customerId !== null) await rememberCustomer(pool, accountId, provider.id, customerId);
    await placed(pool, checkout.reference, checkoutId, url);
    return { ...checkout, url };
  }

  /** With what became of the payment afterwards. */
  async read(accountId: AccountId, opId: OpId): Promise<WireCheckout> {
    const checkout = await this.#stored(accountId, opId);
    const wire = this.wire(checkout);
    const { grantedOp, price } = checkout;
    if (grantedOp === null) return wire;
    const { state } = await this.#needs.ledger.newest(accountId);
    const back = grantOf(state, grantOfOperation(grantedOp))?.paidBack ?? state.paidBack[grantedOp] ?? 0n;
    if (back === 0n) return wire;
    const disputed = state.disputes[grantedOp] !== undefined;
    const part = moneyText({ minor: back, currency: price.currency });
    const what = back >= price.net ? 'All of it' : `A part of it (${part} before tax)`;
    const how = disputed ? 'was taken back by the bank' : 'was given back';
    return { ...wire, message: `${wire.message} ${what} ${how}, and the credit that went with it is gone as far as it was unused.` };
  }

  wire(checkout: Checkout): WireCheckout {
    const { opId, provider, state, price } = checkout;
    const money = (minor: Minor) => formatMoney({ minor, currency: price.currency });
    const hosted = this.#providers.hosted(provider);
    return {
      opId,
      provider,
      state,
      net: money(price.net),
      tax: hosted?.merchantOfRecord ? null : money(price.tax),
      total: hosted?.merchantOfRecord ? null : money(totalOf(price)),
      checkoutUrl: state === 'open' || state === 'failed' ? checkout.url : null,
      message: sentenceOf(checkout, hosted?.label ?? provider, sumOf(checkout, hosted?.merchantOfRecord ?? false)),
      operation: checkout.grantedOp,
    };
  }

  async options(accountId: AccountId): Promise<PaymentOptions> {
    const { pool } = this.#needs;
    const { state } = await this.#needs.ledger.newest(accountId);
    const policy = this.#needs.ledger.policyOf(state);
    const { onAccount } = this.#needs;
    const standing = await onAccount.standing(pool, policy, accountId, this.#needs.ledger.now(state));
    const offered = this.#providers.offered(policy).filter((id) => id !== 'invoice' || standing.limit !== null);
    const customers = await Promise.all(this.#providers.all.map(({ id }) => customerAt(pool, accountId, id)));
    return {
      onAccount: standingWire(standing, onAccount.blocked(policy, standing, state.timeZone)),
      providers: offered.map((id) => {
        const hosted = this.#providers.hosted(id);
        return {
          id,
          label: hosted?.label ?? 'Invoice',
          plans: hosted?.keepsMethods ?? true,
          sells: hosted?.merchantOfRecord ?? false,
          keeps: hosted?.chargesKept ?? false,
        };
      }),
      renewsThrough: await renewsThrough(pool, accountId),
      portal: customers.some((customer) => customer !== null),
    };
  }

  /** The provider's page for cards and receipts. Throws not_found while the account never paid there. */
  async portal(accountId: AccountId, asked: string | undefined, returnTo: ReturnPage): Promise<{ url: string }> {
    for (const provider of this.#providers.all) {
      if (asked !== undefined && asked !== provider.id) continue;
      const customerId = await customerAt(this.#needs.pool, accountId, provider.id);
      if (customerId !== null) return { url: await reached(provider, () => provider.portal(customerId, returnTo)) };
    }
    throw new Refusal(
      'not_found',
      'Nothing was paid through a payment provider yet, so there is no payment page of this account. Pay once, and it is there.',
    );
  }

  /** The merchant of record's own invoice. Throws not_found for what was not paid, or is billed by an invoice of ours. */
  async receipt(accountId: AccountId, opId: OpId): Promise<{ url: string }> {
    const { provider: id, paymentId, state } = await this.#stored(accountId, opId);
    const provider = this.#providers.hosted(id);
    const url = provider && paymentId !== null && state === 'paid' ? await reached(provider, () => provider.receipt(paymentId)) : null;
    if (url === null) throw notFound('receipt of a payment provider');
    return { url };
  }

  async #stored(accountId: AccountId, opId: OpId): Promise<Checkout> {
    const checkout = await checkoutOf(this.#needs.pool, accountId, opId);
    if (!checkout) throw notFound('checkout');
    return checkout;
  }
}

/** Throws payment_unavailable when the provider does not answer. */
async function reached<T>(provider: HostedProvider, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ProviderTrouble)) throw error;
    throw new Refusal(
      'payment_unavailable',
      `${provider.label} could not be reached, so no payment page was opened. Nothing was charged. Try again in a moment.`,
      { provider: provider.id, reason: error.code },
    );
  }
}

/** "€22.61"; where the provider is the seller, what it adds is its own to say. */
function sumOf({ price }: Checkout, providerSells: boolean): string {
  return `${moneyText({ minor: totalOf(price), currency: price.currency })}${providerSells ? ' and the tax on it' : ''}`;
}

/** What was and was not charged, in a sentence or two. */
function sentenceOf({ state, reason, bought, refundRefused }: Checkout, provider: string, sum: string): string {
  // Nobody was sent to a page for it.
  const automatic = bought.kind !== 'plan' && bought.automatic === true;
  switch (state) {
    case 'open':
      if (automatic) return `${sum} are being charged to the payment method at ${provider}. Nothing is granted before it is confirmed.`;
      return `Nothing is charged yet. Pay on ${provider}’s page in your browser; it arrives here as soon as ${provider} confirms it.`;
    case 'paid':
      if (refundRefused)
        return `${sum} paid through ${provider}. A refund of it was refused there: no money went back, and the credit it took is in the wallet again.`;
      return `${sum} paid through ${provider}.`;
    case 'failed':
      if (automatic) return `Not paid: ${reason}. Nothing was charged and nothing was granted.`;
      return `Not paid: ${reason}. Nothing was charged and nothing was granted. Try another payment method on ${provider}’s page.`;
    case 'expired':
      if (automatic) return `Not charged: ${reason}. Nothing was granted.`;
      return 'The checkout was left without paying. Nothing was charged and nothing was granted. Start again whenever you like.';
    case 'returned':
      if (refundRefused)
        return `${sum} were paid through ${provider}, but ${reason}. Nothing was granted, and ${provider} refused to give the payment back so far. Write to support: it is still yours.`;
      return `${sum} were paid through ${provider}, but ${reason}. The payment goes back in full; nothing was granted.`;
  }
}
