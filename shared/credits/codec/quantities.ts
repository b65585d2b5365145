/** The quantities of a ledger as zod reads them: what passes is branded. */
import { z } from 'zod';

/** Brands a text as an account's id; any text is one. */
export const accountId = z.string().brand<'AccountId'>();
/** Any operation's, the engine's own included; what a client may send as a new one is narrower (`shared/api/values.ts`). */
export const operationId = z.string().brand<'OpId'>();
/** Brands a text as a grant's id; any text is one. */
export const grantId = z.string().brand<'GrantId'>();
/** Any place, 0 (before the first entry) too. */
export const seq = z.int().brand<'Seq'>();
/** Epoch milliseconds. */
export const instant = z.int().brand<'Instant'>();
/** A stretch of time in milliseconds, of any sign. */
export const millis = z.number().brand<'Millis'>();
