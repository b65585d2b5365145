/** What is more than an owner may give alone: it waits until another owner confirms it. */
import { z } from 'zod';
import { accountId, operationId } from '../credits/codec/quantities.ts';
import { why } from './staff.ts';
import { instant } from './values.ts';

/** An act of staff above a cap, as it waits or was decided. `decidedBy`, `decidedAt` null: it still waits. */
export const proposal = z.object({
  id: z.string(),
  accountId,
  opId: operationId,
  kind: z.enum(['grant', 'adjustment', 'refund', 'plan']),
  /** What was asked for. */
  detail: z.unknown(),
  /** Which cap it is above. */
  why: z.string(),
  by: z.object({ id: z.string(), name: z.string() }),
  at: instant,
  state: z.enum(['waiting', 'confirmed', 'declined']),
  /** Why it cannot be confirmed, only declined: an earlier server wrote it down in a way that is not understood any more. null: it can. */
  unfit: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
});
/** The answer instead of the act’s own: nothing is done yet. */
export const proposed = z.object({ proposal, message: z.string() });
/** Which proposals to list; absent: those that wait. */
export const proposalsQuery = z.object({ state: proposal.shape.state.default('waiting') });
/** `answer`: as the request itself would have been answered. */
export const confirmAnswer = z.object({ proposal, answer: z.unknown() });
/** Why the second owner says no; goes into the audit log. */
export const declineRequest = z.strictObject({ reason: why });

/** An act that waits for a second owner, or what was decided about it. */
export type Proposal = z.infer<typeof proposal>;
/** What a route answers where the act waits for a second owner. */
export type Proposed = z.infer<typeof proposed>;
