/** What is more than an owner may give alone: it waits until another owner confirms it. */
import { z } from 'zod';
import { accountId, operationId } from '../credits/codec/quantities.ts';
import { why } from './staff.ts';
import { instant } from './values.ts';

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
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
});
export const proposed = z.object({ proposal, message: z.string() });
export const proposalsQuery = z.object({ state: proposal.shape.state.default('waiting') });
/** `answer`: as the request itself would have been answered. */
export const confirmAnswer = z.object({ proposal, answer: z.unknown() });
export const declineRequest = z.strictObject({ reason: why });

export type Proposal = z.infer<typeof proposal>;
export type Proposed = z.infer<typeof proposed>;
