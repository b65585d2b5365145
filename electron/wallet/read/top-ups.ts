/** What can be bought, asked of the engine on this machine: it informs; the server decides. */

import { stateAt } from '../../../shared/credits/decide/due.ts';
import {
  type AccountState,
  availableOf,
  formatAmount,
  formatMoney,
  type PolicyTerms,
  parseAmount,
  quoteCommand,
  refusalText,
} from '../../../shared/credits/index.ts';
import { MAX_UNITS } from '../../../shared/credits/model/amount.ts';
import { moneyForUnits, NO_MONEY } from '../../../shared/credits/model/minor.ts';
import { opIdFrom } from '../../../shared/credits/model/minting.ts';
import type { Instant, Units } from '../../../shared/credits/model/quantities.ts';
import { expiryOf } from '../../../shared/credits/model/validity.ts';
import type { AutoTopUpView, TopUpQuote, TopUpTerms } from '../../../shared/ipc/billing.ts';
import { isoOf } from '../../world.ts';
import type { Present } from '../copy/present.ts';
import { AMOUNT_FORM } from '../sentences.ts';

/** Times the least that can be bought. */
const suggestions = [1n, 2n, 5n, 10n, 20n];

/** Between which bounds an amount can be bought; null under a policy that sells none. */
export function topUpTerms({ terms, state, now }: Present): TopUpTerms | null {
  const { topUp } = terms;
  if (topUp === null) return null;
  const format = (amount: bigint): string => formatAmount(amount, terms.unit);
  return {
    currency: topUp.currency,
    minimum: format(topUp.minimum),
    maximum: format(topUp.maximum),
    suggested: suggestions
      .map((times) => topUp.minimum * times)
      .filter((amount) => amount <= topUp.maximum)
      .map(format),
    validUntil: lastsUntil(terms, state, topUp.bucket, now),
  };
}

function lastsUntil(terms: PolicyTerms, state: AccountState, bucket: string, now: Instant): string | null {
  const source = { kind: 'purchase', packId: null, paid: { minor: NO_MONEY, currency: terms.currency }, automatic: false } as const;
  const until = expiryOf(terms, state, bucket, source, now);
  return until === null ? null : isoOf(until);
}

/** `typed`: "5", "5,50", "5.5000". What it costs and what the balance is afterwards, or why it cannot be had. */
export function quoteTopUp({ policy, terms, state, now }: Present, typed: string): TopUpQuote {
  const amount = amountTyped(typed, terms);
  // What time brought in the meantime (a trial, a new cycle) counts, too.
  const available = availableOf(stateAt(policy, state, now), now);
  const format = (units: bigint): string => formatAmount(units, terms.unit);
  const minor = terms.topUp === null || amount === null ? NO_MONEY : moneyForUnits(amount, terms.topUp.unitsPerMinor);
  const quoted = (refusal: string | null, after: bigint): TopUpQuote => ({
    amount: format(amount ?? 0n),
    price: formatMoney({ minor, currency: terms.currency }),
    availableAfter: format(after),
    validUntil: terms.topUp === null ? null : lastsUntil(terms, state, terms.topUp.bucket, now),
    refusal,
  });
  if (amount === null) return quoted(AMOUNT_FORM, available);
  const answer = quoteCommand(policy, state, { kind: 'top-up', opId: opIdFrom('quote'), amount }, now);
  return answer.ok ? quoted(null, answer.availableAfter) : quoted(refusalText(answer.refusal, terms, state.timeZone), available);
}

/** The units that a typed amount is; null when it is none, or more than any ledger holds. */
export function amountTyped(typed: string, terms: PolicyTerms): Units | null {
  const plain = typed.trim().replace(',', '.');
  const amount = /^\d{1,15}(\.\d+)?$/.test(plain) ? parseAmount(plain, terms.unit) : null;
  return amount === null || amount > MAX_UNITS ? null : amount;
}

/** Null where the policy never charges by itself (ST-11). */
export function autoTopUpView({ terms, state }: Present): Pick<AutoTopUpView, 'settings' | 'defaultCap'> | null {
  if (terms.autoTopUp === null) return null;
  const settings = state.autoTopUp?.settings ?? null;
  const format = (amount: bigint): string => formatAmount(amount, terms.unit);
  return {
    defaultCap: formatMoney(terms.autoTopUp.defaultMonthlyCap),
    settings: settings && {
      below: format(settings.below),
      packId: settings.packId,
      amount: settings.amount === null ? null : format(settings.amount),
      monthlyCap: formatMoney(settings.monthlyCap),
    },
  };
}
