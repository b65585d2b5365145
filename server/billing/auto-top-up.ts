/**
 * Guarded automatic top-up as an account sees it: off until it turns it on, only where its policy allows it (ST-11 does not), at most the
 * month's cap. `fulfilment/automatic.ts` buys.
 */
import type { z } from 'zod';
import { autoTopUp, type autoTopUpRequest } from '../../shared/api/index.ts';
import { formatMoney, parseMoney } from '../../shared/credits/model/amount.ts';
import { dateText, moneyText } from '../../shared/credits/model/amount-text.ts';
import type { AccountState, AutoTopUpSettings } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { rfc3339 } from '../clock.ts';
import { execute } from '../ledger/command.ts';
import { amountsOf } from '../ledger/wire.ts';
import { Refusal } from '../problems.ts';
import type { Needs } from './needs.ts';
import { keepsMethodAt, lastCharge, watch } from './payments/automatic-store.ts';
import { checkoutBy } from './payments/checkout-store.ts';
import { totalOf } from './payments/provider.ts';
import { readStanding } from './standing.ts';

type AutoTopUp = z.infer<typeof autoTopUp>;

/** The settings, where it is charged, why it is blocked, and what the last charge came to. */
export async function readAutoTopUp(needs: Pick<Needs, 'ledger' | 'pool' | 'onAccount'>, accountId: AccountId): Promise<AutoTopUp> {
  const { state } = await needs.ledger.newest(accountId);
  const wire = wireOf(needs.ledger.policyOf(state), state.autoTopUp?.settings ?? null);
  const charge = await chargeOf(needs, accountId, state);
  if (wire.settings === null) return { ...wire, ...(charge && { charge }) };
  const kept = await keepsMethodAt(needs.pool, accountId);
  const through = kept ?? 'invoice';
  const blocked = through === 'invoice' ? (await readStanding(needs, accountId)).blocked : null;
  return { ...wire, through, ...(blocked !== null && { blocked }), ...(charge && { charge }) };
}

/** null: there is nothing to say of the last one. */
async function chargeOf(
  { pool }: Pick<Needs, 'pool'>,
  accountId: AccountId,
  { autoTopUp, timeZone }: AccountState,
): Promise<AutoTopUp['charge'] | null> {
  const charge = await lastCharge(pool, accountId);
  const checkout = charge && (await checkoutBy(pool, 'reference', charge.provider, charge.reference));
  if (!charge || !checkout) return null;
  const amount = moneyText({ minor: totalOf(checkout.price), currency: checkout.price.currency });
  const { opId } = charge;
  if (charge.state !== 'done') {
    const message = `An automatic top-up of ${amount} is being charged. The credit arrives as soon as the payment is confirmed.`;
    return { state: 'charging', opId, reason: null, pausedUntil: null, message };
  }
  if (checkout.state !== 'failed') return null;
  const until = autoTopUp?.retryAt ?? null;
  const next =
    autoTopUp === null
      ? 'Automatic top-up is off.'
      : until === null
        ? 'It is tried again when the balance falls.'
        : `It is not tried again before ${dateText(until, timeZone)}.`;
  const message = `The automatic top-up of ${amount} was declined: ${checkout.reason}. Nothing was charged and no credit was added. ${next} A payment method can be changed on the payment page.`;
  return { state: 'declined', opId, reason: checkout.reason, pausedUntil: until === null ? null : rfc3339(until), message };
}

/** Turns it on with its limits, or off with null. The same operation id answers the same; with another body it is a conflict. */
export function setAutoTopUp(
  needs: Pick<Needs, 'ledger'>,
  accountId: AccountId,
  request: z.infer<typeof autoTopUpRequest>,
): Promise<AutoTopUp> {
  const { opId, ...content } = request;
  return execute(needs.ledger, accountId, {
    opId,
    kind: 'auto-top-up',
    stored: autoTopUp,
    content,
    command: (policy) => ({ kind: 'set-auto-top-up', opId, settings: settingsOf(policy, content.settings) }),
    async answer({ policy, decision }, client) {
      const settings = decision.state.autoTopUp?.settings ?? null;
      await watch(client, accountId, settings !== null);
      return wireOf(policy, settings);
    },
  });
}

function settingsOf(policy: Policy, settings: AutoTopUp['settings']): AutoTopUpSettings | null {
  if (settings === null) return null;
  const amounts = amountsOf(policy);
  const { below, packId, amount, monthlyCap } = settings;
  const cap = monthlyCap ? parseMoney(monthlyCap.amount, monthlyCap.currency) : (policy.autoTopUp?.defaultMonthlyCap ?? null);
  if (cap === null)
    throw new Refusal(monthlyCap ? 'invalid_amount' : 'not_offered', 'Automatic top-up needs a monthly cap. Nothing was changed.');
  return {
    below: amounts.parse(below),
    packId: packId ?? null,
    amount: amount === undefined ? null : amounts.parse(amount),
    monthlyCap: cap,
  };
}

function wireOf(policy: Policy, settings: AutoTopUpSettings | null): AutoTopUp {
  if (settings === null) return { allowed: policy.autoTopUp !== null, settings: null };
  const { format } = amountsOf(policy);
  const { below, packId, amount, monthlyCap } = settings;
  const what = { ...(packId === null ? {} : { packId }), ...(amount === null ? {} : { amount: format(amount) }) };
  return { allowed: policy.autoTopUp !== null, settings: { below: format(below), ...what, monthlyCap: formatMoney(monthlyCap) } };
}
