/** Between the engine's units and the wire's decimal strings. */
import type { WalletGrant, Slice as WireSlice } from '../../shared/api/index.ts';
import { formatAmount, parseAmount, sum } from '../../shared/credits/model/amount.ts';
import type { PolicyTerms } from '../../shared/credits/model/policy.ts';
import type { Slice, Units } from '../../shared/credits/model/quantities.ts';
import type { GrantReceipt } from '../../shared/credits/model/receipts.ts';
import { NO_UNITS, subtractUnits } from '../../shared/credits/model/units.ts';
import { rfc3339 } from '../clock.ts';
import { Refusal } from '../problems.ts';

/** Writes and reads amounts in the unit of one policy. */
export interface Amounts {
  format(units: Units): string;
  /** Throws invalid_amount: not a decimal, finer than the unit, or past 2^63. */
  parse(text: string): Units;
  slices(slices: readonly Slice[]): WireSlice[];
  total(slices: readonly Slice[]): string;
}

/** For the unit of this policy. */
export function amountsOf({ unit }: Pick<PolicyTerms, 'unit'>): Amounts {
  const format = (units: Units) => formatAmount(units, unit);
  return {
    format,
    parse(text) {
      const units = parseAmount(text, unit);
      if (units === null)
        throw new Refusal(
          'invalid_amount',
          `${text} is not an amount in ${unit.code} with at most ${unit.scale} decimals. Nothing was written.`,
        );
      return units;
    },
    slices: (slices) => slices.map(({ bucket, grantId, amount }) => ({ bucket, grantId, amount: format(amount) })),
    total: (slices) => format(sum(slices)),
  };
}

/** A grant as it was made: all of it available, but for what it gave up at once for a debt. */
export function newGrant(amounts: Amounts, grant: GrantReceipt, source: string, gaveUp: Units = NO_UNITS): WalletGrant {
  const [all, zero] = [amounts.format(grant.amount), amounts.format(NO_UNITS)];
  return {
    id: grant.grantId,
    granted: all,
    available: amounts.format(subtractUnits(grant.amount, gaveUp)),
    held: zero,
    spent: zero,
    expired: zero,
    refunded: amounts.format(gaveUp),
    effectiveAt: rfc3339(grant.effectiveAt),
    expiresAt: grant.expiresAt === null ? null : rfc3339(grant.expiresAt),
    source,
  };
}
