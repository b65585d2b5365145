/** Tokens: what opens an account or a place on staff. In clear they stand in one answer each, the one that made them, and never again. */
import { z } from 'zod';
import { line } from './text.ts';
import { instant, instantIn, opId } from './values.ts';

/** Why it is done, for the audit log. */
const why = line(500);

/** A token as it can be told apart from others, never the token itself. `endedAt` null: nobody ended it. */
export const tokenEntry = z.object({
  id: z.string(),
  /** The device or the program that has it. */
  label: z.string(),
  createdAt: instant,
  /** null: until it is ended. */
  expiresAt: instant.nullable(),
  endedAt: instant.nullable(),
  state: z.enum(['works', 'ended', 'expired']),
});
/** `current`: the one that asks. */
export const ownToken = tokenEntry.extend({ current: z.boolean() });

/** A further token for the account. `expiresAt` absent: it works until it is ended. */
export const tokenRequest = z.strictObject({ opId, label: line(100), expiresAt: instantIn.optional(), reason: why.optional() });
/** The new one has the label and the expiry of the one it replaces, which ends at once. */
export const tokenReplaceRequest = z.strictObject({ opId, reason: why.optional() });
/** Ends a token at once and for good. */
export const tokenEndRequest = z.strictObject({ reason: why.optional() });

/** What an answer says instead of a token that was handed out before. */
const notice = z.string().optional().describe('Why there is no token in this answer, and how to get another one.');
/** A token that was made, and its entry in the list. */
export const tokenAnswer = z.object({
  entry: tokenEntry,
  token: z.string().optional().describe('Shown here only. Absent when the same request was answered before.'),
  notice,
});
/** The members of every answer that makes a token along with something else. */
export const handedOut = { token: tokenAnswer.shape.token, tokenId: z.string().optional(), notice };

/** A token in the list of an account, told by its label. */
export type TokenEntry = z.infer<typeof tokenEntry>;
/** A new token; without `token` when the same request was answered before. */
export type TokenAnswer = z.infer<typeof tokenAnswer>;
