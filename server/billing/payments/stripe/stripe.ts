/**
 * Stripe, through its official SDK: hosted Checkout, the customer portal, off-session charges, refunds. Amounts are net plus our own tax, because
 * here we are the seller. Payment methods stay at Stripe; this side knows a customer's id and nothing of a card.
 */
import Stripe from 'stripe';
import type { Minor } from '../../../../shared/credits/model/quantities.ts';
import type { ReturnPage } from '../../../../shared/return-page.ts';
import {
  BadSignature,
  type ChargeOrder,
  type ChargeOutcome,
  type CheckoutOrder,
  type HostedProvider,
  type Payer,
  type Placed,
  type ProviderEvent,
  ProviderTrouble,
  type RefundOrder,
  totalOf,
} from '../provider.ts';
import type { ReturnAddress } from '../return-address.ts';
import { reasonOf, stripeEvent } from './events.ts';
import type { StripeSettings } from './settings.ts';

const TIMEOUT_MS = 20_000;
const RETRIES = 2;

/** Stripe, ready to be asked. */
export class StripeProvider implements HostedProvider {
  readonly id = 'stripe';
  readonly label = 'Stripe';
  readonly merchantOfRecord = false;
  readonly keepsMethods = true;
  readonly chargesKept = true;
  readonly #stripe: Stripe;
  readonly #webhookSecret: string;
  readonly #returns: ReturnAddress;

  constructor(settings: StripeSettings, returns: ReturnAddress) {
    const { base } = settings;
    this.#stripe = new Stripe(settings.key, {
      timeout: TIMEOUT_MS,
      maxNetworkRetries: RETRIES,
      telemetry: false,
      ...(base && {
        host: base.hostname,
        port: base.port || (base.protocol === 'http:' ? 80 : 443),
        protocol: base.protocol === 'http:' ? 'http' : 'https',
      }),
    });
    this.#webhookSecret = settings.webhookSecret;
    this.#returns = returns;
  }

  async openCheckout(order: CheckoutOrder): Promise<Placed> {
    const { reference, price, returnTo } = order;
    const customer = await this.#customer(order.payer);
    const currency = price.currency.toLowerCase();
    const line = (name: string, minor: Minor) => ({
      quantity: 1,
      price_data: { currency, unit_amount: cents(minor), product_data: { name } },
    });
    const session = await this.#ask(() =>
      this.#stripe.checkout.sessions.create(
        {
          mode: 'payment',
          client_reference_id: reference,
          customer,
          line_items: [line(order.description, price.net), ...(price.tax > 0n ? [line(price.taxLabel, price.tax)] : [])],
          metadata: { reference },
          payment_intent_data: { metadata: { reference }, ...(order.keepMethod && { setup_future_usage: 'off_session' }) },
          success_url: this.#returns.to(returnTo, 'paid'),
          cancel_url: this.#returns.to(returnTo, 'left'),
        },
        { idempotencyKey: reference },
      ),
    );
    if (!session.url) throw new ProviderTrouble('Stripe', 'a checkout without an address');
    return { checkoutId: session.id, url: session.url, customerId: customer };
  }

  async portal(customer: string, returnTo: ReturnPage): Promise<string> {
    const session = await this.#ask(() =>
      this.#stripe.billingPortal.sessions.create({ customer, return_url: this.#returns.to(returnTo, 'portal') }),
    );
    return session.url;
  }

  /** One PaymentIntent per reference. */
  async prepare({ reference, payer, description, price }: Omit<ChargeOrder, 'paymentId'>): Promise<string | null> {
    const customer = payer.customerId;
    if (customer === null) return null;
    const intent = await this.#ask(() =>
      this.#stripe.paymentIntents.create(
        {
          amount: cents(totalOf(price)),
          currency: price.currency.toLowerCase(),
          customer,
          description,
          metadata: { reference },
          automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        },
        { idempotencyKey: reference },
      ),
    );
    return intent.id;
  }

  /** Idempotent: a PaymentIntent can only succeed once, so a retry after a crash or from another server is answered that it is paid. */
  async charge({ paymentId, payer, reference, attempt }: ChargeOrder): Promise<ChargeOutcome> {
    const { status } = await this.#ask(() => this.#stripe.paymentIntents.retrieve(paymentId));
    if (status === 'succeeded') return { kind: 'paid', paymentId };
    if (status === 'processing') return { kind: 'pending' };
    const method = payer.customerId === null ? null : await this.#defaultMethod(payer.customerId);
    if (method === null) return { kind: 'declined', reason: 'there is no payment method' };
    return this.#confirm(paymentId, method, `${reference}#${attempt}`);
  }

  async #confirm(paymentId: string, method: string, key: string): Promise<ChargeOutcome> {
    try {
      const { status } = await this.#stripe.paymentIntents.confirm(
        paymentId,
        { payment_method: method, off_session: true },
        { idempotencyKey: key },
      );
      if (status === 'succeeded') return { kind: 'paid', paymentId };
      if (status === 'requires_action') return { kind: 'needs-customer', reason: 'the bank asks for a confirmation' };
      return { kind: 'pending' };
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeCardError)) throw trouble(error);
      if (error.code === 'authentication_required') return { kind: 'needs-customer', reason: 'the bank asks for a confirmation' };
      return { kind: 'declined', reason: reasonOf(error.decline_code ?? error.code) };
    }
  }

  async withdraw({ paymentId }: ChargeOrder): ReturnType<HostedProvider['withdraw']> {
    const { status } = await this.#ask(() => this.#stripe.paymentIntents.retrieve(paymentId));
    if (status === 'succeeded') return { kind: 'paid', paymentId };
    if (status === 'processing') return { kind: 'pending' };
    // Paid at this very moment, it is refused here, and the next poll sees it.
    if (status !== 'canceled') await this.#ask(() => this.#stripe.paymentIntents.cancel(paymentId));
    return null;
  }

  async refund({ paymentId, opId, minor }: RefundOrder): Promise<{ refundId: string }> {
    const refund = await this.#ask(() =>
      this.#stripe.refunds.create(
        { payment_intent: paymentId, amount: cents(minor), metadata: { opId } },
        { idempotencyKey: `refund-${opId}` },
      ),
    );
    return { refundId: refund.id };
  }

  receipt(): Promise<null> {
    return Promise.resolve(null);
  }

  async event(rawBody: string, headers: Readonly<Record<string, string | undefined>>): Promise<ProviderEvent | null> {
    let event: Stripe.Event;
    try {
      event = this.#stripe.webhooks.constructEvent(rawBody, headers['stripe-signature'] ?? '', this.#webhookSecret);
    } catch {
      throw new BadSignature();
    }
    return stripeEvent(event);
  }

  /** The customer's own choice in the portal, else what was used last. */
  async #defaultMethod(customerId: string): Promise<string | null> {
    const customer = await this.#ask(() => this.#stripe.customers.retrieve(customerId));
    if (customer.deleted) return null;
    const chosen = customer.invoice_settings.default_payment_method;
    if (chosen) return typeof chosen === 'string' ? chosen : chosen.id;
    const { data } = await this.#ask(() => this.#stripe.customers.listPaymentMethods(customerId, { limit: 1 }));
    return data[0]?.id ?? null;
  }

  async #customer({ customerId, accountId, email, name }: Payer): Promise<string> {
    if (customerId !== null) return customerId;
    const made = await this.#ask(() =>
      this.#stripe.customers.create(
        { metadata: { account: accountId }, ...(email && { email }), ...(name && { name }) },
        { idempotencyKey: `customer-${accountId}` },
      ),
    );
    return made.id;
  }

  async #ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw trouble(error);
    }
  }
}

/** Stripe's own errors carry headers and raw answers: only their kind leaves this file. */
const trouble = (error: unknown): ProviderTrouble =>
  new ProviderTrouble('Stripe', error instanceof Stripe.errors.StripeError ? (error.code ?? error.type) : 'unreachable');

/** The SDK takes numbers: exact far beyond any price here. */
function cents(minor: Minor): number {
  if (minor < 0n || minor > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('An amount of money is past what can be charged.');
  return Number(minor);
}
