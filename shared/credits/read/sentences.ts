/**
 * The engine's codes in English, in the product's voice: what happened, what was not charged, what next. The only place
 * with words; a translation replaces this file's sentences and nothing else.
 */

import { recipeRefusalText } from '../../recipe-refusal.ts';
import { assertNever } from '../../result.ts';
import { formatAmount } from '../model/amount.ts';
import { amountText, dateText, moneyText } from '../model/amount-text.ts';
import type { Refusal, Remedy } from '../model/commands.ts';
import { moneyForUnits } from '../model/minor.ts';
import type { Allowance, PolicyTerms } from '../model/policy.ts';
import type { Instant, Units } from '../model/quantities.ts';
import { NO_UNITS, timesUnits } from '../model/units.ts';
import type { Alert } from './alerts.ts';
import type { Notice } from './quote.ts';

/** "15 December 2026, 14:30", in the account's time zone. */
const timeText = (at: Instant, timeZone: string): string =>
  `${dateText(at, timeZone)}, ${new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(at)}`;

/** Why it was refused, and that nothing was charged. */
export function refusalText(refusal: Refusal, terms: PolicyTerms, timeZone: string): string {
  switch (refusal.code) {
    case 'insufficient_credit':
      return `This needs ${amountText(refusal.required, terms)}; ${amountText(refusal.available, terms)} available. Nothing was charged.${help(refusal.remedies, terms, timeZone)}`;
    case 'fair_use_reached':
      return `The fair-use cap of your plan is reached until ${dateText(refusal.resetsAt, timeZone)}. Nothing was charged.${help(refusal.remedies, terms, timeZone)}`;
    case 'background_required':
    case 'logo_on_transparent':
      return recipeRefusalText(refusal.code);
    case 'not_allowed_on_tier':
      return `This needs a balance of ${amountText(refusal.needed, terms)}; ${amountText(refusal.available, terms)} available. Nothing was charged.`;
    case 'invalid_amount':
    case 'invalid_instant':
      return `${refusal.why} Nothing was charged.`;
    case 'below_minimum':
      return `The least that can be bought is ${priceText(refusal.minimum, terms)}. Nothing was charged.`;
    case 'above_maximum':
      return `The most that can be bought at once is ${priceText(refusal.maximum, terms)}. Nothing was charged.`;
    case 'invalid_time_zone':
      return `There is no time zone "${refusal.timeZone}". Time zones are named as in "Europe/Berlin".`;
    case 'currency_mismatch':
      return `This account is kept in ${refusal.expected}, not in ${refusal.given}. Nothing was charged.`;
    case 'unknown_operation':
      return refusal.trait === null
        ? `${terms.label} has no operation "${refusal.operation}". Nothing was charged.`
        : `The price of "${refusal.operation}" needs a known ${refusal.trait}. Nothing was charged.`;
    case 'too_many_operations':
      return `One request holds up to ${refusal.limit} operations. Nothing was charged.`;
    case 'unknown_plan':
      return `There is no plan "${refusal.plan}".`;
    case 'unknown_pack':
      return `There is no pack "${refusal.packId}" for this plan. Nothing was charged.`;
    case 'unknown_bucket':
      return `There is no bucket "${refusal.bucket}".`;
    case 'not_offered':
      if (refusal.staff)
        return `${refusal.what}: that is part of a contract, and staff sets it. Nothing was changed or charged. Write to support.`;
      return `${terms.label} does not offer ${refusal.what}. Nothing was charged.`;
    case 'sold_with':
      return `${soldWithReason(refusal.step, refusal.operation, terms)} Nothing was charged.`;
    case 'not_refundable':
      return refusal.why === 'held'
        ? `Work under way holds some of this credit, until ${timeText(refusal.until, timeZone)} at the latest. Nothing was refunded. Ask again when it is done.`
        : NOT_REFUNDABLE[refusal.why];
    case 'cannot_cancel':
      return 'Work that was accepted cannot be cancelled. It completes, and its result can be downloaded.';
    case 'conflict':
      return `This cannot be done twice: ${refusal.what}. Nothing was charged.`;
    case 'not_found':
      return `Not found: ${refusal.what}. Nothing was charged.`;
    case 'account_closed':
      return 'This account is closed. Its history stays readable.';
    default:
      return assertNever(refusal);
  }
}

/** What a step gives, as the subject of a sentence. */
const GIVES: Readonly<Record<string, string>> = { watermark: 'A logo' };

/** Where a step is had instead, while nobody has asked for it: "A logo is placed with Apply changes, one credit per photo." */
export function soldWithReason(step: string, operation: string, terms: PolicyTerms): string {
  const rule = terms.operations[operation];
  const price =
    rule?.price.kind === 'flat' ? `, ${amountText(rule.price.amount, terms).replace(/^1 credit$/, 'one credit')} per photo` : '';
  return `${GIVES[step] ?? `The step "${step}"`} is placed with ${rule?.label ?? operation}${price}.`;
}

/** What is bought, as prices are written: "€5.00", not "€5.0000". */
function priceText(amount: Units, terms: PolicyTerms): string {
  const perMinor = terms.topUp?.unitsPerMinor;
  if (perMinor === undefined || amount % perMinor !== 0n) return amountText(amount, terms);
  return moneyText({ minor: moneyForUnits(amount, perMinor), currency: terms.currency });
}

const NOT_REFUNDABLE = {
  'window-closed':
    'The time in which this purchase could be returned is over. Nothing was refunded, and its credit stays. Support decides on later ones case by case.',
  used: 'This credit is used, and used credit is not refunded. Nothing was refunded.',
  'given-before':
    'Money back whatever was used is given once by itself, and this account had it before. Nothing was refunded. From the second time on support decides.',
  'not-bought': 'This credit was not bought, so there is nothing to give back. Nothing was refunded.',
  'already-refunded': 'This purchase was refunded in full already. Nothing more was refunded.',
} as const;

function help(remedies: readonly Remedy[], terms: PolicyTerms, timeZone: string): string {
  const first = remedies[0];
  if (first === undefined) return '';
  const pack = terms.packs?.list.find((candidate) => candidate.id === first.packId);
  if (pack !== undefined && first.price !== undefined) return ` ${amountText(pack.credits, terms)} cost ${moneyText(first.price)}.`;
  if (first.kind === 'top-up' && first.price !== undefined) return ` A top-up of ${moneyText(first.price)} is enough.`;
  if (first.kind === 'wait' && first.at !== undefined) return ` New credit arrives on ${dateText(first.at, timeZone)}.`;
  return '';
}

/** What has to be said before anything is charged (ST-07). */
export function noticeText(notice: Notice, terms: PolicyTerms): string {
  const each = amountText(notice.creditsPerPhoto, terms);
  const photos = notice.photos === 1 ? '1 photo' : `${notice.photos} photos`;
  switch (notice.code) {
    case 'second_step':
      return `${photos} already with a background. Adding the logo now is a second step: ${amountText(timesUnits(notice.creditsPerPhoto, 2n), terms)} per photo in all; in one go it is ${each}.`;
    case 'applied_before':
      return `${photos} applied before. Applying again uses another ${each} per photo.`;
    case 'logo_later_costs':
      return `Without a logo. Adding one later is a second step and uses another ${each} per photo.`;
  }
}

/** What a plan gives, for a card or a line: "500 credits each month". */
export function allowanceText(allowance: Allowance, slots: number, terms: PolicyTerms): string {
  switch (allowance.kind) {
    case 'none':
      return 'No credits included';
    case 'fixed':
      return `${amountText(allowance.amount, terms)} each month`;
    case 'per-slot':
      return `${amountText(timesUnits(allowance.amount, BigInt(slots)), terms)} each month (${slots} slots)`;
    case 'fair-use':
      return `Unlimited, fair use up to ${amountText(allowance.cap, terms)} each month`;
  }
}

const daysText = (days: number): string => (days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`);

/** "10 credits were used from a payment that was taken back; 5 more are held by work under way." Nothing is called used that is only held. */
function shortfallText({ amount, held = NO_UNITS }: Extract<Alert, { kind: 'shortfall' }>, terms: PolicyTerms): string {
  const used = amount === 0n ? '' : `${amountText(amount, terms)} ${verb(amount, terms)} used from a payment that was taken back.`;
  if (held === 0n) return used;
  const back = `${amountText(held, terms)} of a payment that was taken back ${verb(held, terms, 'is', 'are')} held by work under way, and will go when it ends.`;
  return used === '' ? back : `${used} ${back}`;
}

/** An amount of a currency is one amount; credits are counted. */
const verb = (amount: Units, { unit }: Pick<PolicyTerms, 'unit'>, one = 'was', many = 'were'): string =>
  unit.code !== 'credit' || formatAmount(amount, unit) === '1' ? one : many;

/** The sentence for an alert; dates in the account's time zone. */
export function alertText(alert: Alert, terms: PolicyTerms, timeZone: string): string {
  switch (alert.kind) {
    case 'out_of_credit':
      return 'No credit left. Preview, revert and reports stay free.';
    case 'low_balance':
      return `${amountText(alert.available, terms)} left.`;
    case 'allowance_used':
      return `${alert.percent}% of this month's credit is used. New credit arrives on ${dateText(alert.resetsAt, timeZone)}.`;
    case 'fair_use_near':
      return `${alert.percent}% of the fair-use cap is used. It starts again on ${dateText(alert.resetsAt, timeZone)}.`;
    case 'expiring': {
      const label = terms.buckets.find((rule) => rule.id === alert.bucket)?.label ?? alert.bucket;
      return `${label}: ${amountText(alert.amount, terms)} ${alert.amount === 1n ? 'expires' : 'expire'} ${daysText(alert.days)}, ${dateText(alert.at, timeZone)}.`;
    }
    case 'shortfall':
      return shortfallText(alert, terms);
  }
}
