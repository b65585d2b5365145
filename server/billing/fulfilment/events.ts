/**
 * Webhooks, in whatever order and number they come. An event is written down first and applied then; what it is about may not be known
 * yet (a chargeback before its payment), so it waits and is looked at again after every other event of the same subject. Applying is
 * harmless twice: the operation ids follow from the provider's own.
 */

import type { AccountId } from '../../../shared/credits/model/quantities.ts';
import { Refusal } from '../../problems.ts';
import type { Needs } from '../needs.ts';
import { markUnpaid } from '../payments/checkout-store.ts';
import type { Payouts } from '../payments/payouts.ts';
import { BadSignature, type HostedProvider, type ProviderEvent, readEvent } from '../payments/provider.ts';
import type { Renewals } from '../renewals/collecting.ts';
import type { AutomaticTopUps } from './automatic.ts';
import { fulfil } from './fulfilment.ts';
import { refundRefused } from './refused.ts';
import { reverse } from './reversals.ts';

/** Applied in this order when several wait. */
const ORDER: readonly ProviderEvent['kind'][] = ['paid', 'failed', 'expired', 'refunded', 'refund-refused', 'disputed', 'dispute-won'];

/** Takes what providers send: verified, written down by its id, applied at least once and to effect once. */
export class PaymentEvents {
  readonly #needs: Needs;
  readonly #payouts: Payouts;
  readonly #renewals: Renewals;
  readonly #automatic: AutomaticTopUps;
  readonly #changed: (accountId: AccountId) => void;

  /** `changed`: what became of a checkout is not what it was. */
  constructor(
    parts: Needs & { payouts: Payouts; renewals: Renewals; automatic: AutomaticTopUps; changed: (accountId: AccountId) => void },
  ) {
    this.#needs = parts;
    this.#payouts = parts.payouts;
    this.#renewals = parts.renewals;
    this.#automatic = parts.automatic;
    this.#changed = parts.changed;
  }

  /** Verifies, remembers and applies. Throws invalid_signature, and then nothing was written. */
  async take(provider: HostedProvider, rawBody: string, headers: Readonly<Record<string, string | undefined>>): Promise<void> {
    let event: ProviderEvent | null;
    try {
      event = await provider.event(rawBody, headers);
    } catch (error) {
      if (!(error instanceof BadSignature)) throw error;
      throw new Refusal('invalid_signature', `${error.message} Nothing was written.`);
    }
    if (event === null) return;
    if (await this.#remember(provider, event)) await this.#settle(provider, event.subject);
  }

  /** False when it was applied before. */
  async #remember(provider: HostedProvider, event: ProviderEvent): Promise<boolean> {
    const { rows } = await this.#needs.pool.query<{ state: string }>(
      `with written as (
         insert into provider_events values ($1, $2, $3, $4, $5, $6, 'waiting') on conflict do nothing returning state)
       select state from written union all select state from provider_events where provider = $1 and event_id = $2 limit 1`,
      [provider.id, event.id, event.subject, event.kind, event.at, JSON.stringify(event)],
    );
    // No row: another server writes it at this moment, and will apply it; applying it here as well does no harm.
    return rows[0]?.state !== 'done';
  }

  /** Applies what waits for this subject, in order. Two at once do no harm. */
  async #settle(provider: HostedProvider, subject: string): Promise<void> {
    const { rows } = await this.#needs.pool.query<{ document: string }>(
      `select document from provider_events where provider = $1 and subject = $2 and state = 'waiting' order by at`,
      [provider.id, subject],
    );
    const events = rows.map((row) => readEvent(row.document));
    events.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
    for (const event of events) {
      if (!(await this.#apply(provider, event))) continue;
      await this.#needs.pool.query(`update provider_events set state = 'done' where provider = $1 and event_id = $2`, [
        provider.id,
        event.id,
      ]);
      // What came before its payment was known by the payment's own id.
      if (event.kind === 'paid' && event.paymentId !== subject) await this.#settle(provider, event.paymentId);
      // What the dispute held is there again for a refund that waited.
      if (event.kind === 'dispute-won') await this.#settle(provider, subject);
    }
  }

  async #apply(provider: HostedProvider, event: ProviderEvent): Promise<boolean> {
    switch (event.kind) {
      case 'paid':
        if (await this.#renewals.confirm(event.subject)) return true;
        this.#tell(await fulfil(this.#needs, provider, event));
        await this.#payouts.pay();
        await this.#automatic.recordOutcome(event.subject, null);
        return true;
      case 'failed':
      case 'expired':
        this.#tell(await markUnpaid(this.#needs.pool, event.subject, event.kind, event.reason));
        await this.#automatic.recordOutcome(event.subject, event.reason);
        await this.#renewals.declined(event.subject, event.reason);
        return true;
      case 'refund-refused':
        return refundRefused(this.#needs, provider, event);
      default:
        return reverse(this.#needs, provider, event);
    }
  }

  #tell(accountId: AccountId | null): void {
    if (accountId !== null) this.#changed(accountId);
  }
}
