/** What an administrator may do: accounts, grants, the test clock, the sweep, the reports queue. */
import { z } from 'zod';
import { because } from '../codes/server-codes.ts';
import { accountId } from '../credits/codec/quantities.ts';
import { languages } from './details.ts';
import { identifier, line, word } from './text.ts';
import { handedOut } from './tokens.ts';
import { amountIn, instant, instantIn, opId } from './values.ts';

const timeZone = z
  .string()
  .max(64)
  .refine(
    (s) => {
      try {
        new Intl.DateTimeFormat('en', { timeZone: s });
        return true;
      } catch {
        return false;
      }
    },
    because('invalid_time_zone', 'Time zones are named as in the IANA database: "Europe/Berlin".'),
  );

/** What a new account starts with. `timeZone` absent: UTC; `plan` absent: the policy decides; other absent members: not given. */
export const accountRequest = z.strictObject({
  /** With an id the call may be repeated: the same account, and its token only the first time. */
  opId: opId.optional(),
  policy: word(60),
  plan: word(60).optional(),
  slots: z.int().min(0).max(1_000_000).optional(),
  interval: z.enum(['month', 'year']).optional(),
  /** The account's own day of the month for new credit (ST-09); absent: the policy's. The 31st is the last day of a shorter month. */
  resetDay: z.int().min(1).max(31).optional(),
  timeZone: timeZone.optional(),
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/)
    .optional(),
  email: z.email().max(254).optional(),
  name: line(200).optional(),
  /** What it may owe, with tax; absent: the policy's default. "0": nothing is sold on account. */
  onAccount: z.strictObject({ limit: amountIn }).optional(),
  /** For invoices; more by PUT /v1/billing-details. */
  language: z.enum(languages).optional(),
});
/** The account that was opened and its first token, which no later answer shows. */
export const accountAnswer = z.object({ accountId, ...handedOut });
/** Credit that staff gives, into a bucket of the policy. `expiresAt` absent: as the bucket's rule says; null: never. */
export const grantRequest = z.strictObject({
  opId,
  bucket: word(60),
  amount: amountIn,
  expiresAt: instantIn.nullable().optional(),
  reason: line(500),
});
/** Where the test clock is to stand. Refused by a server whose clock is the system’s. */
export const clockRequest = z.strictObject({ now: instantIn });
/** Where the server's clock stands. */
export const clockAnswer = z.object({ now: instant });
/** What a sweep wrote down: how many grants expired, how many holds were released, and over how many accounts. */
export const sweepAnswer = z.object({
  expired: z.int(),
  released: z.int(),
  accounts: z.int(),
  now: instant,
  /** The first hundred accounts that could not be swept; `GET /v1/admin/sick-accounts` has them all. */
  failed: z.array(z.object({ accountId, code: z.string(), reason: z.string() })),
  /** What else is done with a sweep (collecting, payouts, messages …) and failed. */
  troubles: z.array(z.object({ chore: z.string(), reason: z.string() })),
});

/** An account that cannot be swept: time still counts in it, but what it brings is not written, billed or told. */
export const sickAccount = z.object({
  accountId,
  since: instant,
  code: z.string(),
  reason: z.string(),
  tries: z.int(),
  nextTry: instant,
});
/** Pages of the accounts that could not be swept, those that are sick the longest first. */
export const sickQuery = z.object({
  /** The last account of the page before. */
  after: identifier(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
/** An account that the sweep could not finish, with the code of the failure and the next retry. */
export type SickAccount = z.infer<typeof sickAccount>;

/** The parsed body of `POST /v1/admin/accounts`. */
export type AccountRequest = z.infer<typeof accountRequest>;
/** The answer of `POST /v1/admin/accounts`; without `token` when the same request was answered before. */
export type AccountAnswer = z.infer<typeof accountAnswer>;
