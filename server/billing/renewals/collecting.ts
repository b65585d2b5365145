/**
 * Charges renewals to the account's payment method (GS-10): at once, and after a decline again with a back-off. Never twice for one period: a
 * period is one row, a row is one payment at the provider, and such a payment can only succeed once. Run by every server's sweep.
 */

import { hours } from '../../../shared/credits/model/durations.ts';
import { laterBy } from '../../../shared/credits/model/instants.ts';
import type { AccountId, Instant } from '../../../shared/credits/model/quantities.ts';
import { transaction } from '../../db/database.ts';
import { Failures } from '../../failures.ts';
import { inRounds } from '../../rounds.ts';
import { markInvoicePaid } from '../invoices/invoices.ts';
import type { Needs } from '../needs.ts';
import { customerAt } from '../payments/checkout-store.ts';
import { type ChargeOutcome, type HostedProvider, ProviderTrouble } from '../payments/provider.ts';
import type { Providers } from '../payments/providers.ts';
import { giveUp, nextAttempt, PaidAtLast } from './dunning.ts';
import { tellFailure } from './failure.ts';
import { type Collection, collectionBy, leaseCollections, record, rememberPayment } from './store.ts';

const AT_A_TIME = 50;
const HOUR_MS = hours(1);

/** Charges renewals to the payment methods of accounts. */
export class Renewals {
  readonly #needs: Pick<Needs, 'ledger' | 'pool' | 'clock' | 'issuer'>;
  readonly #providers: Providers;
  readonly #changed: (accountId: AccountId) => void;

  /** `changed`: what the account shows of its renewal is not what it was. */
  constructor(
    parts: Pick<Needs, 'ledger' | 'pool' | 'clock' | 'issuer'> & { providers: Providers; changed: (accountId: AccountId) => void },
  ) {
    this.#needs = parts;
    this.#providers = parts.providers;
    this.#changed = parts.changed;
  }

  /** Everything that is due now. Several servers at once share the work. */
  async collect(): Promise<void> {
    if (this.#providers.all.length === 0) return;
    const now = this.#needs.clock.now();
    const failures = new Failures();
    await inRounds(async () => {
      const due = await leaseCollections(this.#needs.pool, now, AT_A_TIME);
      await failures.each(due, (collection) => this.#attempt(collection, now));
      return due.length >= AT_A_TIME;
    });
    failures.report();
  }

  async #attempt(collection: Collection, now: Instant): Promise<void> {
    const provider = this.#providers.hosted(collection.provider);
    try {
      if (!provider) throw new ProviderTrouble(collection.provider, 'not set up on this server');
      await this.#recordOutcome(collection, await this.#charge(provider, collection), now);
      this.#changed(collection.accountId);
    } catch (error) {
      if (error instanceof PaidAtLast) return;
      // Not the customer's fault and no attempt: soon again.
      await record(this.#needs.pool, collection.reference, { ...collection, nextAt: laterBy(now, HOUR_MS) });
      if (!(error instanceof ProviderTrouble)) throw error;
    }
  }

  async #charge(provider: HostedProvider, collection: Collection): Promise<ChargeOutcome> {
    const { accountId, reference, description, price, customer, attempts } = collection;
    const payer = { ...customer, customerId: await customerAt(this.#needs.pool, accountId, provider.id) };
    const order = { reference, payer, description, price, attempt: attempts + 1 };
    const paymentId = collection.paymentId ?? (await provider.prepare(order));
    if (paymentId === null) return { kind: 'declined', reason: 'there is no payment method' };
    if (collection.paymentId === null) await rememberPayment(this.#needs.pool, reference, paymentId);
    return provider.charge({ ...order, paymentId });
  }

  async #recordOutcome(collection: Collection, outcome: ChargeOutcome, now: Instant): Promise<void> {
    switch (outcome.kind) {
      case 'paid':
        return this.#paid(collection, now);
      case 'pending':
        await record(this.#needs.pool, collection.reference, { ...collection, state: 'pending', nextAt: laterBy(now, HOUR_MS) });
        return;
      case 'declined':
      case 'needs-customer': {
        const { reason } = outcome;
        const nextAt = nextAttempt(collection, now);
        if (nextAt === null) return giveUp(this.#needs, collection, reason);
        const after = { state: 'past_due', attempts: collection.attempts + 1, nextAt, reason } as const;
        await transaction(this.#needs.pool, async (client) => {
          if (await record(client, collection.reference, after)) await tellFailure(client, collection, after, now);
        });
        return;
      }
    }
  }

  #paid({ accountId, reference, invoice, attempts }: Collection, now: Instant): Promise<void> {
    return transaction(this.#needs.pool, async (client) => {
      if (await record(client, reference, { state: 'paid', attempts, nextAt: null, reason: null }))
        await markInvoicePaid(client, accountId, invoice, now);
    });
  }

  /** The provider's own word that the bank said no to what it had in hand. What is not in its hand is answered where it is asked for. */
  async declined(reference: string, reason: string): Promise<void> {
    const collection = await collectionBy(this.#needs.pool, 'reference', reference);
    if (collection?.state !== 'pending') return;
    try {
      await this.#recordOutcome(collection, { kind: 'declined', reason }, this.#needs.clock.now());
    } catch (error) {
      if (!(error instanceof PaidAtLast)) throw error;
    }
    this.#changed(collection.accountId);
  }

  /** The provider's own word that a renewal was paid, in case ours was lost. False: not a renewal's. */
  async confirm(reference: string): Promise<boolean> {
    const collection = await collectionBy(this.#needs.pool, 'reference', reference);
    if (!collection) return false;
    await this.#paid(collection, this.#needs.clock.now());
    this.#changed(collection.accountId);
    return true;
  }
}
