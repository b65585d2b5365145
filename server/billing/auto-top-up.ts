/**
 * Guarded automatic top-up: off until the account turns it on, only where its policy allows it (ST-11 does not), at most the
 * month's cap, one attempt per trigger.
 */
import type { z } from 'zod';
import type { autoTopUp, autoTopUpRequest } from '../../shared/api.ts';
import { formatMoney, parseMoney } from '../../shared/credits/amount.ts';
import { autoTopUpDue } from '../../shared/credits/auto-top-up.ts';
import type { AutoTopUpSettings } from '../../shared/credits/model.ts';
import type { Policy } from '../../shared/credits/policy.ts';
import type { Books } from '../ledger/books.ts';
import { execute } from '../ledger/command.ts';
import { derivedId } from '../ledger/derived-id.ts';
import { amountsOf } from '../ledger/wire.ts';
import { Refusal } from '../problems.ts';
import { buyAutomatically } from './purchases.ts';

type AutoTopUp = z.infer<typeof autoTopUp>;

export async function readAutoTopUp(books: Books, accountId: string): Promise<AutoTopUp> {
  const { state } = await books.newest(accountId);
  return wireOf(books.policies.of(state), state.autoTopUp?.settings ?? null);
}

export function setAutoTopUp(books: Books, accountId: string, request: z.infer<typeof autoTopUpRequest>): Promise<AutoTopUp> {
  const { opId, ...content } = request;
  return execute<AutoTopUp>(books, accountId, {
    opId,
    kind: 'auto-top-up',
    content,
    command: (policy) => ({ kind: 'set-auto-top-up', opId, settings: settingsOf(policy, content.settings) }),
    answer: ({ policy, decision }) => wireOf(policy, decision.state.autoTopUp?.settings ?? null),
  });
}

/** Buys when the balance fell below the threshold. Whoever else looks at the same moment makes the same operation id: bought once. */
export async function topUpIfDue(books: Books, accountId: string): Promise<void> {
  const { state } = await books.cache.get(accountId);
  if (state.autoTopUp === null) return;
  const opId = derivedId('automatic top-up', accountId, state.seq);
  const command = autoTopUpDue(books.policies.of(state), state, opId, books.now(state));
  if (command?.kind === 'purchase' || command?.kind === 'top-up') await buyAutomatically(books, accountId, command);
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
