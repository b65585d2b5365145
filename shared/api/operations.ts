/** Spending: authorise (hold), settle, release, and the receipt that stays for ever. */
import { z } from 'zod';
import { amount, amountIn, instant, opId, slice } from './values.ts';

/** Only what the price and the rules need to know; the pictures stay on the client's machine. Strings are ids, objects a recipe's own form. */
const ingredient = z.union([z.string().max(2000), z.record(z.string(), z.unknown()), z.null()]).optional();
export const recipeIn = z.looseObject({ background: ingredient, logo: ingredient });

export const operation = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('apply'),
    photo: z.string().min(1).max(200),
    recipe: recipeIn,
    /** What the photo shows now, so that a quote can say what has to be said first (ST-07). */
    previous: recipeIn.nullable().optional(),
  }),
  /** Free (ST-04, ST-05): here so that it can be quoted. */
  z.object({ kind: z.literal('revert'), photo: z.string().min(1).max(200) }),
  z.object({ kind: z.literal('report'), photo: z.string().min(1).max(200) }),
  /** PG-04: the operations of a chain on one picture, in their order. The picture and its settings stay on the client's machine. */
  z.object({
    kind: z.literal('process'),
    photo: z.string().min(1).max(200).optional(),
    steps: z.array(z.string().min(1).max(40)).min(1).max(20),
  }),
  z.object({
    kind: z.literal('generation'),
    model: z.string().min(1).max(100),
    resolution: z.string().min(1).max(20).optional(),
    durationSeconds: z.number().min(0).max(3600).optional(),
    complexity: z.enum(['low', 'medium', 'high']).optional(),
  }),
  z.object({
    kind: z.literal('tool'),
    tool: z.string().min(1).max(100),
    resolution: z.string().min(1).max(20).optional(),
    durationSeconds: z.number().min(0).max(3600).optional(),
    complexity: z.enum(['low', 'medium', 'high']).optional(),
  }),
]);

export const operationWithId = z.intersection(z.object({ opId }), operation);

export const authoriseRequest = z.strictObject({
  /** true: all or none. false: as many as the wallet pays for, in order. */
  atomic: z.boolean().default(true),
  operations: z.array(operationWithId).min(1).max(500),
});

export const outcome = z.object({
  opId: z.string(),
  status: z.enum(['held', 'refused']),
  amount,
  slices: z.array(slice),
  holdExpiresAt: instant.nullable(),
  code: z.string().optional(),
  message: z.string().optional(),
  /** ST-07 and the like. */
  notices: z.array(z.string()).optional(),
});

/** As api.md: what an operation has come to. `held` while nobody resolved it. */
export const receipt = z.object({
  opId: z.string(),
  /** `done`: not a hold (a purchase, a grant). */
  status: z.enum(['held', 'refused', 'settled', 'released', 'done']),
  amount,
  charged: amount,
  returned: amount,
  /** What was drawn: while held the hold's slices, afterwards what was charged. */
  slices: z.array(slice),
  seq: z.int(),
  at: instant,
  holdExpiresAt: instant.nullable(),
  code: z.string().optional(),
  reason: z.string().optional(),
});

export const settleRequest = z.strictObject({ actual: amountIn.optional() });
export const releaseRequest = z.strictObject({ reason: z.string().min(1).max(500).default('failed') });

export type Operation = z.infer<typeof operation>;
export type OperationWithId = z.infer<typeof operationWithId>;
export type Outcome = z.infer<typeof outcome>;
export type Receipt = z.infer<typeof receipt>;
