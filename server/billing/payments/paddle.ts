/**
 * Paddle, through its official SDK: merchant of record (PG-15). Paddle sells in its own name, adds and pays the VAT of the customer's country and
 * writes the invoice; this side is asked for the net amount and grants the credit.
 */
import { ApiError, type Environment, LogLevel, Paddle, type Transaction } from '@paddle/paddle-node-sdk';
import type { ReturnPage } from '../../../shared/return-page.ts';
import { paddleEvent } from './paddle-events.ts';
import {
  BadSignature,
  type ChargeOutcome,
  type CheckoutOrder,
  type HostedProvider,
  type Placed,
  type ProviderEvent,
  ProviderTrouble,
  type RefundOrder,
} from './provider.ts';
import type { PaddleSettings } from './settings.ts';

export class PaddleProvider implements HostedProvider {
  readonly id = 'paddle';
  readonly label = 'Paddle';
  readonly merchantOfRecord = true;
  readonly keepsMethods = false;
  readonly chargesKept = false;
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

  async openCheckout({ reference, payer, description, price }: CheckoutOrder): Promise<Placed> {
    const currencyCode = price.currency as 'EUR' | 'USD';
    const transaction = await asked(() =>
      this.#paddle.transactions.create({
        items: [
          {
            quantity: 1,
            price: {
              name: description,
              description,
              taxMode: 'external',
              unitPrice: { amount: String(price.net), currencyCode },
              quantity: { minimum: 1, maximum: 1 },
              product: { name: description, taxCategory: 'standard' },
            },
          },
        ],
        currencyCode,
        collectionMode: 'automatic',
        customData: { reference },
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

  /** Paddle charges a kept method only within a subscription of its own; what it sells here is always paid by the customer in person. */
  prepare(): Promise<null> {
    return Promise.resolve(null);
  }

  charge(): Promise<ChargeOutcome> {
    return Promise.resolve({ kind: 'needs-customer', reason: 'Paddle asks for every payment in person' });
  }

  withdraw(): Promise<null> {
    return Promise.resolve(null);
  }

  /** Paddle knows no idempotency keys: the operation id stands in the reason, and is looked for first. */
  async refund({ opId, paymentId, minor, full }: RefundOrder): Promise<{ refundId: string }> {
    return asked(async () => {
      for await (const made of this.#paddle.adjustments.list({ transactionId: [paymentId] }))
        if (made.reason.includes(opId)) return { refundId: made.id };
      const common = { action: 'refund', transactionId: paymentId, reason: `Refund [${opId}]` } as const;
      if (full) return { refundId: (await this.#paddle.adjustments.create({ ...common, type: 'full' })).id };
      const { details } = await this.#paddle.transactions.get(paymentId);
      const itemId = details?.lineItems[0]?.id;
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
      throw new BadSignature('The signature does not fit the body, or it is too old.');
    }
  }
}

/** Paddle's errors tell what was asked: only their code leaves this file. */
async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ProviderTrouble) throw error;
    throw new ProviderTrouble('Paddle', error instanceof ApiError ? error.code : 'unreachable');
  }
}
