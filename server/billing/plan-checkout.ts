/** A change of plan: on account, or first paid on a provider's page, where the payment method stays for the renewals (GS-10, GS-16). */
import type { z } from 'zod';
import type { subscriptionAnswer, subscriptionRequest } from '../../shared/api/index.ts';
import { parseMoney } from '../../shared/credits/model/amount.ts';
import { parseInstant } from '../../shared/credits/model/instants.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { idTaken, Refusal } from '../problems.ts';
import type { Checkout } from './payments/checkout-store.ts';
import { checkoutOf } from './payments/checkout-store.ts';
import type { HostedProvider } from './payments/provider.ts';
import { providerOf, type Till } from './purchases.ts';
import { applyChange, changed, priceChange, readSubscription } from './subscriptions.ts';

type Request = z.infer<typeof subscriptionRequest>;
type Answer = z.infer<typeof subscriptionAnswer>;

/** The same operation id answers the same change, or the same checkout; with another body it is a conflict. */
export async function changeSubscription(till: Till, accountId: AccountId, asked: Request): Promise<Answer> {
  const { provider: id, returnTo, ...request } = asked;
  const { opId, ...content } = request;
  const policy = till.ledger.policyOf((await till.ledger.newest(accountId)).state);
  // Leaving costs nothing, however it was paid.
  const leaves = content.action === 'cancel' || content.action === 'pause';
  const provider = leaves ? null : await providerOf(till, policy, accountId, { opId, provider: id });
  const checkout = provider && (await checkOut(till, accountId, provider, asked));
  if (checkout) return answerOf(till, accountId, checkout);
  if (await checkoutOf(till.pool, accountId, opId)) throw idTaken('Nothing was charged and nothing changed.', 'a checkout');
  const changed = await applyChange(till, accountId, request, content, { by: 'customer' });
  return { ...changed, wallet: till.ledger.wallet((await till.ledger.newest(accountId)).state) };
}

/** null: nothing is to be paid, so nobody is sent anywhere. */
async function checkOut(till: Till, accountId: AccountId, provider: HostedProvider, asked: Request): Promise<Checkout | null> {
  const { provider: _, returnTo, ...request } = asked;
  const { opId, ...content } = request;
  const known = await till.checkouts.find(accountId, opId, content);
  if (known || (await till.ledger.operations(accountId, [opId])).length > 0) return known;
  const { action, plan, interval, slots } = content;
  if (action === 'cancel' || action === 'pause') return null;
  const { quote, back } = await priceChange(till, accountId, request, 'customer');
  const net = parseMoney(quote.net.amount, quote.net.currency);
  if (!net || net.minor === 0n) return null;
  if (!provider.keepsMethods)
    throw new Refusal(
      'not_offered',
      `${provider.label} keeps no payment method for renewals here, so plans are not sold through it. Nothing was charged.`,
    );
  return till.checkouts.open(accountId, provider, {
    opId,
    content,
    bought: { kind: 'plan', action, plan: plan ?? null, interval: interval ?? null, slots: slots ?? null, quote, back: back.toString() },
    net,
    pricedAt: parseInstant(quote.effectiveAt),
    describe: () => quote.lines[0]?.text ?? '',
    returnTo: returnTo ?? 'plans',
    keepMethod: true,
  });
}

async function answerOf(till: Till, accountId: AccountId, checkout: Checkout): Promise<Answer> {
  const wire = till.checkouts.wire(checkout);
  const wallet = till.ledger.wallet((await till.ledger.newest(accountId)).state);
  if (checkout.grantedOp !== null)
    return { ...(await till.ledger.answer(accountId, checkout.grantedOp, 'subscription', changed)), wallet, checkout: wire };
  if (checkout.bought.kind !== 'plan') throw idTaken('Nothing was charged.', 'another checkout');
  return {
    subscription: await readSubscription(till, accountId),
    quote: checkout.bought.quote,
    wallet,
    checkout: wire,
    ...(wire.checkoutUrl !== null && { checkoutUrl: wire.checkoutUrl }),
  };
}
