/** The credit engine's doors. See README.md for what each promises. */

export { decodeEntry, type EncodedEntry, encodeEntry } from './codec/encode-entry.ts';
export { decodeState, type EncodedState, encodeState } from './codec/encode-state.ts';
export { autoTopUpDue } from './decide/auto-top-up.ts';
export { decide } from './decide/decide.ts';
export { availableOf } from './decide/draw.ts';
export { due, nextDueAt } from './decide/due.ts';
export { costsNothing } from './decide/entitled.ts';
export { MAX_BATCH } from './decide/holds.ts';
export { type PackOffer, packOffers } from './decide/offers.ts';
export { checkOpening, type OpenParams, open } from './decide/opening.ts';
export { type PriceLine, priceList, priceOf } from './decide/price.ts';
export { formatAmount, formatInstant, formatMoney, MAX_UNITS, parseAmount, parseMoney } from './model/amount.ts';
export { amountText, dateText, moneyText, withSymbol } from './model/amount-text.ts';
export type * from './model/commands.ts';
export { emptyAccount, evolve, evolveAll } from './model/evolve.ts';
export type * from './model/model.ts';
export type * from './model/policy.ts';
export { effectOnAvailable, type Posting, postings, slicesOf } from './model/postings.ts';
export type * from './model/quantities.ts';
export { pinned, planInForce, planRule } from './model/versions.ts';
export { type Alert, alerts, raised } from './read/alerts.ts';
export { explain, type Reason } from './read/explain.ts';
export { type Forecast, forecast, type Usage } from './read/forecast.ts';
export { type CommandQuote, type Notice, type Quote, quote, quoteCommand } from './read/quote.ts';
export { reasonText } from './read/reasons.ts';
export { alertText, allowanceText, noticeText, refusalText, soldWithReason } from './read/sentences.ts';
export { type BucketView, type GrantView, type PlanView, view, type Wallet } from './read/view.ts';
