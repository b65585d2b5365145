/** The engine's reasons in English: one sentence for "why this bucket?". */
import { assertNever } from '../../result.ts';
import { amountText, dateText } from '../model/amount-text.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { Reason } from './explain.ts';

/** The sentence for a reason; dates in the account's time zone. */
export function reasonText(reason: Reason, terms: PolicyTerms, timeZone: string): string {
  switch (reason.code) {
    case 'first_in_order':
      return reason.lapsesAt === null
        ? `${reason.bucket} is used first.`
        : `${reason.bucket} is used first; it expires on ${dateText(reason.lapsesAt, timeZone)}.`;
    case 'earlier_empty':
      return `${reason.earlier.join(' and ')} ${reason.earlier.length === 1 ? 'was' : 'were'} used up${reason.paid ? '; paid credit comes last' : ''}.`;
    case 'only_bucket':
      return `${reason.bucket} pays for everything.`;
    case 'granted':
      return reason.expiresAt === null
        ? `${reason.bucket}: does not expire.`
        : `${reason.bucket}: usable until ${dateText(reason.expiresAt, timeZone)}.`;
    case 'settled':
      return reason.returned === 0n
        ? `${amountText(reason.charged, terms)} charged.`
        : `${amountText(reason.charged, terms)} charged, ${amountText(reason.returned, terms)} returned: it cost less than was held.`;
    case 'returned':
      return `${reason.timedOut ? 'Nobody reported a result in time' : 'It did not complete'}; everything that was held came back.${
        reason.graceUntil === null ? '' : ` Credit that expired meanwhile stays usable until ${dateText(reason.graceUntil, timeZone)}.`
      }`;
    case 'expired':
      return `${reason.buckets.join(', ')}: unused credit expired.`;
    case 'refunded':
      return reason.shortfall === 0n
        ? 'Credit went back with the refund.'
        : `${amountText(reason.shortfall, terms)} of it had been used already.`;
    case 'no_credit_moved':
      return 'No credit moved.';
    default:
      return assertNever(reason);
  }
}
