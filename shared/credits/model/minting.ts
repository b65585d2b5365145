/**
 * Says of a plain value what it counts or names. No check and no cost: the value itself comes back. Only what has just parsed the value
 * calls these — a schema, a decoder, the parser of a row, a clock — and the engine where it makes ids and amounts of its own.
 */
import type { AccountId } from './quantities.ts';

/** The account with this id. */
export const accountIdFrom = (text: string): AccountId => text as AccountId;

/** Whoever is not signed in: no account has this id. */
export const NO_ACCOUNT: AccountId = accountIdFrom('');
