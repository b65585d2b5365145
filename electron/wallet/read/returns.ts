/** What can be given back, asked of the engine on this machine: it informs; the server decides. */
import {
  type CommandOf,
  formatAmount,
  formatMoney,
  type Grant,
  type GrantSource,
  quoteCommand,
  refusalText,
} from '../../../shared/credits/index.ts';
import { afterDays } from '../../../shared/credits/model/calendar.ts';
import { earlierBy } from '../../../shared/credits/model/instants.ts';
import { millisFrom, operationOfGrant, opIdFrom } from '../../../shared/credits/model/minting.ts';
import type { HeldReturn, Returnable } from '../../../shared/ipc/billing.ts';
import { isoOf } from '../../world.ts';
import type { Present } from '../copy/present.ts';

type Bought = Pick<Grant, 'id' | 'effectiveAt' | 'granted'> & { readonly source: Extract<GrantSource, { kind: 'purchase' }> };

/** Newest first. */
function purchases({ state }: Present): Bought[] {
  return [...state.grants.values(), ...state.recent]
    .flatMap(({ id, effectiveAt, granted, source }) => (source.kind === 'purchase' ? [{ id, effectiveAt, granted, source }] : []))
    .toSorted((a, b) => b.effectiveAt - a.effectiveAt);
}

function refundOf({ policy, state, now }: Present, { id }: Bought) {
  const command: CommandOf<'refund'> = {
    kind: 'refund',
    opId: opIdFrom('quote'),
    purchaseOpId: operationOfGrant(id),
    basis: 'policy',
    reason: 'quote',
  };
  return quoteCommand(policy, state, command, now);
}

const shownOf = ({ terms }: Present, { id, effectiveAt, granted, source }: Bought) => ({
  opId: operationOfGrant(id),
  boughtAt: isoOf(effectiveAt),
  granted: formatAmount(granted, terms.unit),
  paid: formatMoney(source.paid),
});

/** The purchases that the policy takes back now, newest first (PG-16, AS-11). */
export function returnables(present: Present): Returnable[] {
  const { terms, state } = present;
  return purchases(present).flatMap((bought): Returnable[] => {
    const answer = refundOf(present, bought);
    if (!answer.ok) return [];
    const { money, amount, older } = answer.receipt;
    return [
      {
        ...shownOf(present, bought),
        refund: formatMoney(money),
        amount: formatAmount(amount, terms.unit),
        until: isoOf(earlierBy(afterDays(bought.effectiveAt, terms.refunds.windowDays, state.timeZone), millisFrom(1))),
        older: older === undefined ? null : { amount: formatAmount(older.amount, terms.unit), lapsesAt: isoOf(older.lapsesAt) },
      },
    ];
  });
}

/** Those that only work under way stands in the way of, newest first: why, and when to ask again (PG-16). */
export function heldReturns(present: Present): HeldReturn[] {
  return purchases(present).flatMap((bought): HeldReturn[] => {
    const answer = refundOf(present, bought);
    if (answer.ok || answer.refusal.code !== 'not_refundable' || answer.refusal.why !== 'held') return [];
    return [{ ...shownOf(present, bought), why: refusalText(answer.refusal, present.terms, present.state.timeZone) }];
  });
}
