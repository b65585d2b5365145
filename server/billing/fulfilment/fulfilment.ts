/**
 * From paid to granted. The operation id follows from the provider's payment, so that one payment grants once, whichever of its events arrives,
 * how often, and at which server. What cannot be granted any more is given back in full.
 */

import { automaticRefusal } from '../../../shared/credits/decide/auto-top-up.ts';
import { moneyText } from '../../../shared/credits/model/amount-text.ts';
import { minorFrom } from '../../../shared/credits/model/minting.ts';
import type { AccountState } from '../../../shared/credits/model/model.ts';
import type { Policy } from '../../../shared/credits/model/policy.ts';
import type { AccountId, Instant, Money } from '../../../shared/credits/model/quantities.ts';
import { pinned } from '../../../shared/credits/model/versions.ts';
import { transaction } from '../../db/database.ts';
import { derivedId } from '../../derived-id.ts';
import { amountsOf } from '../../ledger/wire.ts';
import { Refusal } from '../../problems.ts';
import type { Needs } from '../needs.ts';
import { keepMethod } from '../payments/automatic-store.ts';
import { type Checkout, checkoutBy, paid, rememberCustomer, returned } from '../payments/checkout-store.ts';
import { owe } from '../payments/payouts.ts';
import { type HostedProvider, type ProviderEvent, totalOf } from '../payments/provider.ts';
import { book, type Purchasing } from '../purchases.ts';
import { renewThrough } from '../renewals/store.ts';
import { applyChange } from '../subscriptions.ts';

/** A provider’s word that something was paid. */
type PaidEvent = Extract<ProviderEvent, { kind: 'paid' }>;

/** Grants what was paid for. Nothing to do is as good. Answers whose payment it is; null: of nobody here. */
export async function fulfil(
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer' | 'onAccount'>,
  provider: HostedProvider,
  event: PaidEvent,
): Promise<AccountId | null> {
  const checkout = await checkoutBy(needs.pool, 'reference', provider.id, event.subject);
  if (!checkout) return null;
  if (event.customerId !== null) await rememberCustomer(needs.pool, checkout.accountId, provider.id, event.customerId);
  const { accountId } = checkout;
  if (checkout.paymentId === event.paymentId) return accountId;
  const refusal = checkout.paymentId === null ? unlike(provider, checkout, event) : 'it had been paid already';
  if (refusal !== null) {
    await giveBack(needs, provider, checkout, event, refusal);
    return accountId;
  }
  try {
    await grant(needs, provider, checkout, event);
  } catch (error) {
    // Another event of the same payment was quicker; of another payment, it is given back when this event is looked at again.
    if (error instanceof PaidMeanwhile) return fulfil(needs, provider, event);
    if (!(error instanceof Refusal)) throw error;
    await giveBack(needs, provider, checkout, event, reasonOf(error));
  }
  return accountId;
}

class PaidMeanwhile extends Error {}

/** Why this is not the payment that was agreed; null when it is. */
function unlike(provider: HostedProvider, { price }: Checkout, event: PaidEvent): string | null {
  const agreed = provider.merchantOfRecord ? price.net : totalOf(price);
  if (event.currency !== price.currency || BigInt(event.minor) !== agreed)
    return `it is not the amount that was agreed (${moneyText({ minor: agreed, currency: price.currency })})`;
  return null;
}

const reasonOf = (refusal: Refusal): string => {
  const first = refusal.message.split('. ')[0] ?? refusal.message;
  return `it could not be granted any more: ${first.charAt(0).toLowerCase()}${first.slice(1).replace(/\.$/, '')}`;
};

async function grant(
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer' | 'onAccount'>,
  provider: HostedProvider,
  checkout: Checkout,
  event: PaidEvent,
): Promise<void> {
  const { accountId, reference, bought, price, pricedAt, keepsMethod } = checkout;
  const opId = derivedId('payment', provider.id, event.paymentId);
  const payment = {
    provider: provider.id,
    invoiced: !provider.merchantOfRecord,
    customer: checkout.customer,
    async wrote(client: Parameters<typeof paid>[0]) {
      if (!(await paid(client, reference, event.paymentId, opId))) throw new PaidMeanwhile();
      if (bought.kind === 'plan') await renewThrough(client, accountId, provider.id);
      if (keepsMethod) await keepMethod(client, accountId, provider.id);
    },
  };
  const content = { reference };
  switch (bought.kind) {
    case 'pack': {
      const { packId, credits } = bought;
      const agreed = { paid: { minor: price.net, currency: price.currency } };
      const command = (policy: Policy, state: AccountState, now: Instant): Purchasing => {
        const automatic = isAutomatic(bought, policy, state, agreed.paid, now);
        return { kind: 'purchase', opId, packId, automatic, agreed: { ...agreed, credits: amountsOf(policy).parse(credits) } };
      };
      await book(needs, accountId, { opId, content, command }, payment);
      return;
    }
    case 'top-up': {
      const command = (policy: Policy, state: AccountState, now: Instant): Purchasing => {
        const automatic = isAutomatic(bought, policy, state, { minor: price.net, currency: price.currency }, now);
        return { kind: 'top-up', opId, automatic, amount: amountsOf(policy).parse(bought.credits) };
      };
      await book(needs, accountId, { opId, content, command }, payment);
      return;
    }
    case 'plan': {
      const { action, plan, interval, slots, back } = bought;
      const request = {
        opId,
        action,
        ...(plan !== null && { plan }),
        ...(interval !== null && { interval }),
        ...(slots !== null && { slots }),
      };
      await applyChange(needs, accountId, request, content, {
        by: 'customer',
        payment: { ...payment, pricedAt, net: price.net, ...(back !== undefined && { back: minorFrom(BigInt(back)) }) },
      });
      return;
    }
  }
}

/** Turned off between the charge and its booking, it is bought all the same: the money was taken. */
const isAutomatic = (bought: { readonly automatic?: boolean }, policy: Policy, state: AccountState, paid: Money, now: Instant): boolean =>
  bought.automatic === true && automaticRefusal(pinned(policy, state), state, paid, now) === null;

/** Owes the payment back, in the transaction that says so. */
async function giveBack(
  needs: Pick<Needs, 'pool'>,
  provider: HostedProvider,
  checkout: Checkout,
  event: PaidEvent,
  reason: string,
): Promise<void> {
  await transaction(needs.pool, async (client) => {
    if (checkout.paymentId === null) await returned(client, checkout.reference, event.paymentId, reason);
    await owe(client, {
      accountId: checkout.accountId,
      opId: derivedId('given back', provider.id, event.paymentId),
      provider: provider.id,
      paymentId: event.paymentId,
      minor: minorFrom(BigInt(event.minor)),
      whole: true,
      currency: event.currency,
      reason: 'The payment could not be used.',
    });
  });
}
