/** The refusal of a charge that lies outside its price. */
import { amountText } from '../model/amount-text.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { Units } from '../model/quantities.ts';

/** Why a charge is not one that the price allows, and what to do instead. */
export function outsidePriceText(
  { least, most, actual }: { readonly least: Units; readonly most: Units; readonly actual: Units },
  terms: Pick<PolicyTerms, 'unit'>,
): string {
  const price = least === most ? amountText(most, terms) : `${amountText(least, terms)} to ${amountText(most, terms)}`;
  const next = actual === 0n ? ' Release what came to nothing.' : '';
  return `The price of this operation is ${price}, not ${amountText(actual, terms)}.${next}`;
}
