/**
 * Automatic top-ups that a provider charges, without the customer being there. What is bought and at which price is written down first, then the
 * payment's own id, then the bank is asked: such a payment can only succeed once, so that neither two servers nor a crash at any line charge
 * twice, and what was charged is granted by the next look or by the provider's own word. A decline waits, is told, and after too many
 * it is turned off (`shared/credits/decide/auto-top-up.ts`).
 */
import type pg from 'pg';
import { ulid } from 'ulid';
import { autoTopUpDue } from '../../../shared/credits/decide/auto-top-up.ts';
import { decide } from '../../../shared/credits/decide/decide.ts';
import { availableOf } from '../../../shared/credits/decide/draw.ts';
import { hours, minutes, seconds } from '../../../shared/credits/model/durations.ts';
import { laterBy } from '../../../shared/credits/model/instants.ts';
import type { AccountState } from '../../../shared/credits/model/model.ts';
import type { AccountId, Instant, Seq } from '../../../shared/credits/model/quantities.ts';
import type { HostedProviderId } from '../../../shared/payment-ways.ts';
import { transaction } from '../../db/database.ts';
import { derivedId } from '../../derived-id.ts';
import { Failures } from '../../failures.ts';
import type { Account } from '../../ledger/accounts.ts';
import { fingerprint } from '../../ledger/fingerprint.ts';
import { amountsOf } from '../../ledger/wire.ts';
import { Refusal } from '../../problems.ts';
import { inRounds } from '../../rounds.ts';
import { loadCustomer } from '../customer.ts';
import type { Needs } from '../needs.ts';
import {
  type AutomaticCharge,
  accountsToCheck,
  beginCharge,
  chargeBy,
  checkLater,
  closeCharge,
  keepsMethodAt,
  leaseCharges,
  markChecked,
  rememberPrepared,
} from '../payments/automatic-store.ts';
import { priceFor } from '../payments/bill.ts';
import { type Bought, type Checkout, checkoutBy, customerAt, insertCheckout, markUnpaid } from '../payments/checkout-store.ts';
import { MODULES } from '../payments/modules.ts';
import type { Payouts } from '../payments/payouts.ts';
import { type ChargeOrder, type ChargeOutcome, type HostedProvider, ProviderTrouble, totalOf } from '../payments/provider.ts';
import type { Providers } from '../payments/providers.ts';
import { buyAutomatically, type Purchasing, whatIsSold } from '../purchases.ts';
import { declineTopUp } from './automatic-decline.ts';
import { fulfil } from './fulfilment.ts';

const AT_A_TIME = 50;
const ACCOUNTS_AT_A_TIME = 200;
const HOUR_MS = hours(1);
/** Pause before a provider that is down is retried. */
const TROUBLE_MS = minutes(10);
const LEAVING_MS = seconds(2);

/** Buys what accounts agreed to beforehand, when their balance falls. */
export class AutomaticTopUps {
  readonly #needs: Needs;
  readonly #background: pg.Pool;
  readonly #providers: Providers;
  readonly #payouts: Payouts;
  readonly #checks = new Set<Promise<void>>();
  #closed = false;

  /** `background`: for the looks through all accounts that are watched. */
  constructor(parts: Needs & { background: pg.Pool; providers: Providers; payouts: Payouts }) {
    this.#needs = parts;
    this.#background = parts.background;
    this.#providers = parts.providers;
    this.#payouts = parts.payouts;
  }

  /** After every write: buys when the balance fell below the threshold. Safe to call concurrently. */
  startCheck(accountId: AccountId): void {
    if (this.#closed) return;
    // What fails here is found again by the sweep.
    const check = this.#ifDue(accountId)
      .catch(() => undefined)
      .finally(() => this.#checks.delete(check));
    this.#checks.add(check);
  }

  /** What a provider has not answered by then is retried by the next server. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.race([Promise.all(this.#checks), new Promise((done) => setTimeout(done, LEAVING_MS).unref())]);
  }

  async #ifDue(accountId: AccountId): Promise<void> {
    const account = await this.#needs.ledger.remembered(accountId);
    if (account.state.autoTopUp !== null) await this.#checkAccount(account);
  }

  /** Everything whose time has come: triggers that a crash swallowed, charges that are not decided yet. Several servers share the work. */
  async collect(): Promise<void> {
    const now = this.#needs.clock.now();
    const failures = new Failures();
    await this.#checkAll(now, failures);
    await inRounds(async () => {
      if (this.#providers.all.length === 0) return false;
      const due = await leaseCharges(this.#needs.pool, now, AT_A_TIME);
      await failures.each(due, (charge) => this.#attempt(charge));
      return due.length >= AT_A_TIME;
    });
    failures.report();
  }

  async #checkAll(now: Instant, failures: Failures): Promise<void> {
    const { pool } = this.#needs;
    await inRounds(async () => {
      const accounts = await accountsToCheck(this.#background, now, ACCOUNTS_AT_A_TIME);
      await failures.each(accounts, async ({ accountId, seq }) => {
        let low = true;
        try {
          low = await this.#isLow(accountId, now);
        } finally {
          // Whatever came of it: an account that cannot be looked at must not be looked at for ever before all others.
          await markChecked(pool, accountId, seq, low ? laterBy(now, HOUR_MS) : null);
        }
      });
      return accounts.length >= ACCOUNTS_AT_A_TIME;
    });
  }

  /** Whether the balance still is below the threshold, after what is bought for that was bought, or refused. */
  async #isLow(accountId: AccountId, now: Instant): Promise<boolean> {
    const account = await this.#needs.ledger.newest(accountId);
    const { autoTopUp } = account.state;
    if (autoTopUp === null) return false;
    // What is refused is no fault: the account stays low, and its alerts say so.
    await this.#checkAccount(account).catch(refusedOnly);
    return availableOf(account.state, now) < autoTopUp.settings.below;
  }

  async #checkAccount({ state, seq }: Account): Promise<void> {
    const needs = this.#needs;
    const { accountId } = state;
    const policy = needs.ledger.policyOf(state);
    const opId = derivedId('automatic top-up', accountId, seq);
    const command = autoTopUpDue(policy, state, opId, needs.ledger.now(state));
    if (command === null) return;
    const kept = await keepsMethodAt(needs.pool, accountId);
    if (kept === null) {
      if (policy.payment.includes('invoice')) await buyAutomatically(needs, accountId, opId);
      return;
    }
    const charge = await this.#begin(state, seq, command, kept);
    if (charge !== null) await this.#attempt(charge);
  }

  /** Fixes what is bought and its price. null: somebody else was quicker, or the balance has moved. */
  async #begin(state: AccountState, seq: Seq, command: Purchasing, providerId: HostedProviderId): Promise<AutomaticCharge | null> {
    const needs = this.#needs;
    const { accountId } = state;
    const policy = needs.ledger.policyOf(state);
    const now = needs.ledger.now(state);
    const decision = decide(policy, state, command, now);
    if (!decision.ok) return null;
    const { grant, paid } = decision.receipt;
    const customer = await loadCustomer(needs.pool, accountId);
    const credits = amountsOf(policy).format(grant.amount);
    const bought: Bought =
      command.kind === 'purchase'
        ? { kind: 'pack', packId: command.packId, credits, automatic: true }
        : { kind: 'top-up', credits, automatic: true };
    const charge = { accountId, opId: command.opId, reference: `at_${ulid(now)}`, provider: providerId, at: now };
    const begun = await transaction(needs.pool, async (client) => {
      if (!(await beginCharge(client, charge, seq))) return false;
      return insertCheckout(client, {
        ...charge,
        fingerprint: fingerprint({ automatic: bought }),
        bought,
        price: priceFor(needs.issuer, customer, paid, MODULES[providerId].merchantOfRecord),
        description: whatIsSold(customer.language, policy, grant.amount, null),
        customer,
        pricedAt: now,
        keepsMethod: false,
      });
    });
    return begun ? { ...charge, state: 'due', paymentId: null } : null;
  }

  /** Asks the provider, and books what it says. */
  async #attempt(charge: AutomaticCharge): Promise<void> {
    const { pool, clock } = this.#needs;
    const { reference } = charge;
    const checkout = await checkoutBy(pool, 'reference', charge.provider, reference);
    if (!checkout || checkout.paymentId !== null) return closeCharge(pool, reference);
    try {
      const provider = this.#providers.hosted(charge.provider);
      if (!provider) throw new ProviderTrouble(charge.provider, 'not set up on this server');
      await this.#recordOutcome(provider, charge, checkout, await this.#charge(provider, charge, checkout));
    } catch (error) {
      // No attempt of the customer's: soon again, and the provider knows what it did meanwhile.
      await checkLater(pool, reference, charge.state === 'pending' ? 'pending' : 'due', laterBy(clock.now(), TROUBLE_MS));
      if (!(error instanceof ProviderTrouble)) throw error;
    }
  }

  async #charge(provider: HostedProvider, charge: AutomaticCharge, checkout: Checkout): Promise<ChargeOutcome | 'withdrawn'> {
    const { pool } = this.#needs;
    const { accountId, reference, customer, description, price } = checkout;
    const payer = { ...customer, customerId: await customerAt(pool, accountId, provider.id) };
    const order: Omit<ChargeOrder, 'paymentId'> = { reference, payer, description, price, attempt: 1 };
    const { state } = await this.#needs.ledger.newest(accountId);
    if (state.autoTopUp === null || state.closedAt !== null) {
      // Turned off meanwhile: what was not asked for yet is not asked for any more.
      if (charge.paymentId === null) return 'withdrawn';
      const outcome = await provider.withdraw({ ...order, paymentId: charge.paymentId });
      return outcome ?? 'withdrawn';
    }
    // The payment is pending at the bank: poll it, do not charge again.
    if (charge.state === 'pending' && charge.paymentId !== null) {
      const outcome = await provider.withdraw({ ...order, paymentId: charge.paymentId });
      return outcome ?? { kind: 'declined', reason: 'the bank declined the payment' };
    }
    const paymentId = charge.paymentId ?? (await provider.prepare(order));
    if (paymentId === null) return { kind: 'declined', reason: 'there is no payment method' };
    if (charge.paymentId === null) await rememberPrepared(pool, reference, paymentId);
    return provider.charge({ ...order, paymentId });
  }

  async #recordOutcome(
    provider: HostedProvider,
    charge: AutomaticCharge,
    checkout: Checkout,
    outcome: ChargeOutcome | 'withdrawn',
  ): Promise<void> {
    const { pool, clock } = this.#needs;
    const { reference, price } = checkout;
    if (outcome === 'withdrawn') {
      await markUnpaid(pool, reference, 'expired', 'automatic top-up was turned off before anything was charged');
      return closeCharge(pool, reference);
    }
    switch (outcome.kind) {
      case 'paid': {
        const minor = String(provider.merchantOfRecord ? price.net : totalOf(price));
        const { currency } = price;
        const event = {
          id: reference,
          subject: reference,
          at: clock.now(),
          kind: 'paid',
          checkoutId: null,
          minor,
          currency,
          customerId: null,
        };
        await fulfil(this.#needs, provider, { ...event, kind: 'paid', paymentId: outcome.paymentId });
        await this.#payouts.pay();
        return closeCharge(pool, reference);
      }
      case 'pending':
        return checkLater(pool, reference, 'pending', laterBy(clock.now(), HOUR_MS));
      default:
        return declineTopUp(this.#needs, charge, checkout, outcome.reason);
    }
  }

  /** The provider's own word: it was paid and booked, or a payment that it worked on was declined after all. */
  async recordOutcome(reference: string, declined: string | null): Promise<void> {
    const { pool } = this.#needs;
    const charge = await chargeBy(pool, reference);
    if (!charge || charge.state === 'done') return;
    const checkout = await checkoutBy(pool, 'reference', charge.provider, reference);
    if (checkout && checkout.paymentId !== null) return closeCharge(pool, reference);
    // What is not pending is being asked for at this moment, and answered there.
    if (declined !== null && checkout && charge.state === 'pending') await declineTopUp(this.#needs, charge, checkout, declined);
  }
}

function refusedOnly(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}
