/**
 * Paddle, through its official SDK: merchant of record (PG-15). Paddle sells in its own name, adds and pays the VAT of the customer's country and
 * writes the invoice; this side is asked for the net amount and grants the credit.
 */
import { ApiError, type Environment, LogLevel, Paddle, type Transaction } from '@paddle/paddle-node-sdk';
import type { ReturnPage } from '../../../../shared/return-page.ts';
import {
  BadSignature,
  type ChargeOrder,
  type ChargeOutcome,
  type CheckoutOrder,
  type HostedProvider,
  type Placed,
  type ProviderEvent,
  ProviderTrouble,
  type RefundOrder,
} from '../provider.ts';
import { named, paddleEvent } from './events.ts';
import type { PaddleSettings } from './settings.ts';

/** Paddle, ready to be asked. */
export class PaddleProvider implements HostedProvider {
  readonly id = 'paddle';
  readonly label = 'Paddle';
  readonly merchantOfRecord = true;
  readonly keepsMethods = false;
  readonly chargesKept = true;
  readonly #paddle: Paddle;
  readonly #webhookSecret: string;
  readonly #hostedCheckout: URL | null;

  constructor(settings: PaddleSettings) {
    const { base, environment } = settings;
    // The SDK takes any address for an environment that it does not know; its type names only the two.
    const where = (base ? base.href.replace(/\/$/, '') : environment) as Environment;
    this.#paddle = new Paddle(settings.key, { environment: where, logLevel: LogLevel.none });
    this.#webhookSecret = settings.webhookSecret;
    this.#hostedCheckout = settings.hostedCheckout;
  }

  async openCheckout({ reference, payer, description, price, keepMethod }: CheckoutOrder): Promise<Placed> {
    const currencyCode = price.currency as 'EUR' | 'USD';
    const transaction = await asked(() =>
      this.#paddle.transactions.create({
        items: [itemOf(description, price), ...(keepMethod ? [keeping(currencyCode)] : [])],
        currencyCode,
        collectionMode: 'automatic',
        customData: { reference, ...(keepMethod && { [KEEPS]: true }) },
        ...(payer.customerId && { customerId: payer.customerId }),
      }),
    );
    const url = this.#pageOf(transaction);
    if (!url) throw new ProviderTrouble('Paddle', 'a transaction without a payment page');
    return { checkoutId: transaction.id, url, customerId: transaction.customerId };
  }

  #pageOf({ id, checkout }: Transaction): string | null {
    if (!this.#hostedCheckout) return checkout?.url ?? null;
    const page = new URL(this.#hostedCheckout);
    page.searchParams.set('transaction_id', id);
    return page.href;
  }

  async portal(customerId: string, _returnTo: ReturnPage): Promise<string> {
    const session = await asked(() => this.#paddle.customerPortalSessions.create(customerId, []));
    return session.urls.general.overview;
  }

  /** Paddle charges a kept method only within a subscription: the one for nothing that began when the customer let the method stay. */
  async prepare({ payer: { customerId } }: Omit<ChargeOrder, 'paymentId'>): Promise<string | null> {
    if (customerId === null) return null;
    return asked(async () => {
      for await (const { id, customData } of this.#paddle.subscriptions.list({ customerId: [customerId], status: ['active'] }))
        if ((customData as Readonly<Record<string, unknown>> | null)?.[KEEPS] === true) return id;
      return null;
    });
  }

  /** Paddle knows no idempotency keys: the reference stands on the charge's item, and is looked for first. */
  async charge(order: ChargeOrder): Promise<ChargeOutcome> {
    return asked(async () => {
      const before = await this.#charged(order);
      if (before !== null) return before;
      const { paymentId, reference, description, price } = order;
      const plain = itemOf(description, price);
      const item = { ...plain, price: { ...plain.price, customData: { reference } } };
      try {
        const terms = { effectiveFrom: 'immediately', onPaymentFailure: 'prevent_change' } as const;
        await this.#paddle.subscriptions.createOneTimeCharge(paymentId, { ...terms, items: [item] });
      } catch (error) {
        const reason = error instanceof ApiError ? DECLINED[error.code] : undefined;
        if (reason !== undefined) return { kind: 'declined', reason };
        throw error;
      }
      return (await this.#charged(order)) ?? { kind: 'pending' };
    });
  }

  /** What became of the charge with this reference; null: there is none. */
  async #charged({ paymentId, reference }: ChargeOrder): Promise<Exclude<ChargeOutcome, { kind: 'needs-customer' }> | null> {
    const within = { subscriptionId: [paymentId], origin: ['subscription_charge'] } satisfies Parameters<Paddle['transactions']['list']>[0];
    for await (const { id, status, items } of this.#paddle.transactions.list(within)) {
      if (!items.some(({ price }) => named(price?.customData) === reference)) continue;
      if (status === 'paid' || status === 'completed') return { kind: 'paid', paymentId: id };
      return status === 'canceled' ? { kind: 'declined', reason: 'the bank declined the payment' } : { kind: 'pending' };
    }
    return null;
  }

  /** Paddle charges at once or not at all, so there is nothing to take back. */
  async withdraw(order: ChargeOrder): ReturnType<HostedProvider['withdraw']> {
    const before = await asked(() => this.#charged(order));
    return before?.kind === 'declined' ? null : before;
  }

  /** Paddle knows no idempotency keys: the operation id stands in the reason, and is looked for first. */
  async refund({ opId, paymentId, minor, full }: RefundOrder): Promise<{ refundId: string }> {
    return asked(async () => {
      for await (const made of this.#paddle.adjustments.list({ transactionId: [paymentId] }))
        if (made.reason.includes(opId)) return { refundId: made.id };
      const common = { action: 'refund', transactionId: paymentId, reason: `Refund [${opId}]` } as const;
      if (full) return { refundId: (await this.#paddle.adjustments.create({ ...common, type: 'full' })).id };
      const { details } = await this.#paddle.transactions.get(paymentId);
      // The item for nothing, which keeps the payment method, is not what was paid.
      const itemId = details?.lineItems.find(({ totals }) => totals?.subtotal !== '0')?.id;
      if (itemId === undefined) throw new ProviderTrouble('Paddle', 'a transaction without a line');
      const items = [{ itemId, type: 'partial', amount: String(minor) } as const];
      return { refundId: (await this.#paddle.adjustments.create({ ...common, type: 'partial', taxMode: 'external', items })).id };
    });
  }

  async receipt(paymentId: string): Promise<string | null> {
    return asked(async () => (await this.#paddle.transactions.getInvoicePDF(paymentId)).url);
  }

  async event(rawBody: string, headers: Readonly<Record<string, string | undefined>>): Promise<ProviderEvent | null> {
    try {
      return paddleEvent(await this.#paddle.webhooks.unmarshal(rawBody, this.#webhookSecret, headers['paddle-signature'] ?? ''));
    } catch {
      throw new BadSignature();
    }
  }
}

/** Marks the subscription that keeps a payment method, in its custom data. */
const KEEPS = 'keepsMethod';

const DECLINED: Readonly<Record<string, string>> = {
  subscription_payment_declined: 'the bank declined the payment',
  subscription_missing_payment_method_cannot_update: 'there is no payment method',
  subscription_locked_canceled: 'there is no payment method',
};

/** One thing at its net price; Paddle adds the tax. */
const itemOf = (description: string, { net, currency }: CheckoutOrder['price']) =>
  ({
    quantity: 1,
    price: {
      name: description,
      description,
      taxMode: 'external',
      unitPrice: { amount: String(net), currencyCode: currency as 'EUR' | 'USD' },
      quantity: { minimum: 1, maximum: 1 },
      product: { name: description, taxCategory: 'standard' },
    },
  }) as const;

/** A recurring item that costs nothing: by it Paddle keeps the method that the customer pays with. */
const keeping = (currencyCode: 'EUR' | 'USD') =>
  ({
    quantity: 1,
    price: {
      name: 'Automatic top-up',
      description: 'Keeps the payment method for automatic top-up; costs nothing by itself',
      taxMode: 'external',
      unitPrice: { amount: '0', currencyCode },
      billingCycle: { interval: 'month', frequency: 1 },
      quantity: { minimum: 1, maximum: 1 },
      product: { name: 'Automatic top-up', taxCategory: 'standard' },
    },
  }) as const;

/** Paddle's errors tell what was asked: only their code leaves this file. */
async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ProviderTrouble) throw error;
    throw new ProviderTrouble('Paddle', error instanceof ApiError ? error.code : 'unreachable');
  }
}
