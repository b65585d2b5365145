/** Spending: authorise (hold), settle, release, and the receipt that stays for ever. */
import { z } from 'zod';
import { because } from '../codes/server-codes.ts';
import { operationId, seq } from '../credits/codec/quantities.ts';
import { DEEPEST, isKeepable, LONGEST, line, word } from './text.ts';
import { amount, amountIn, instant, opId, slice } from './values.ts';

/** Only what the price and the rules need to know; the pictures stay on the client's machine. Strings are ids, objects a recipe's own form. */
/** Blank, whatever it is made of: no ingredient (ST-02). The engine says so; nothing of it is kept. */
const blank = z.string().max(LONGEST).regex(/^\s*$/);
const ingredient = z.union([blank, word(LONGEST), z.record(z.string(), z.unknown()), z.null()]).optional();
/** A recipe as the server keeps it: it reads the ingredients alone, the rest is plain data of bounded depth and length. */
export const recipeIn = z
  .looseObject({ background: ingredient, logo: ingredient })
  .refine(
    isKeepable,
    because(
      'invalid_text',
      `A recipe is nested at most ${DEEPEST} deep, and its texts have at most ${LONGEST} letters, no control characters, signs that turn their direction, or broken characters.`,
    ),
  );

/** What can be paid for. Free kinds are among them so that they can be quoted. */
export const operation = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('apply'),
    photo: word(200),
    recipe: recipeIn,
    /** What the photo shows now, so that a quote can say what has to be said first (ST-07). */
    previous: recipeIn.nullable().optional(),
  }),
  /** Free (ST-04, ST-05): here so that it can be quoted. */
  z.object({ kind: z.literal('revert'), photo: word(200) }),
  z.object({ kind: z.literal('report'), photo: word(200) }),
  /** PG-04: the operations of a chain on one picture, in their order. The picture and its settings stay on the client's machine. */
  z.object({
    kind: z.literal('process'),
    photo: word(200).optional(),
    steps: z.array(word(40)).min(1).max(20),
  }),
  z.object({
    kind: z.literal('generation'),
    model: word(100),
    resolution: word(20).optional(),
    durationSeconds: z.number().min(0).max(3600).optional(),
    complexity: z.enum(['low', 'medium', 'high']).optional(),
  }),
  z.object({
    kind: z.literal('tool'),
    tool: word(100),
    resolution: word(20).optional(),
    durationSeconds: z.number().min(0).max(3600).optional(),
    complexity: z.enum(['low', 'medium', 'high']).optional(),
  }),
]);

const operationWithId = z.intersection(z.object({ opId }), operation);

/** Up to 500 operations to be held together. */
export const authoriseRequest = z.strictObject({
  /** true: all or none. false: as many as the wallet pays for, in order. */
  atomic: z.boolean().default(true),
  operations: z.array(operationWithId).min(1).max(500),
});

/** Held or refused, for good: a retry gets the same one. `amount` is what is held; `holdExpiresAt` is null when refused. */
export const outcome = z.object({
  opId: operationId,
  status: z.enum(['held', 'refused']),
  amount,
  slices: z.array(slice),
  holdExpiresAt: instant.nullable(),
  code: z.string().optional(),
  message: z.string().optional(),
  /** ST-07 and the like. */
  notices: z.array(z.string()).optional(),
});

/** What an operation has come to. `held` while nobody resolved it; `holdExpiresAt` null: it was no hold, or refused. */
export const receipt = z.object({
  opId: operationId,
  /** `done`: not a hold (a purchase, a grant). */
  status: z.enum(['held', 'refused', 'settled', 'released', 'done']),
  amount,
  charged: amount,
  returned: amount,
  /** What was drawn: while held the hold's slices, afterwards what was charged. */
  slices: z.array(slice),
  seq,
  at: instant,
  holdExpiresAt: instant.nullable(),
  code: z.string().optional(),
  reason: z.string().optional(),
});

/** Ends a hold by charging. `actual` absent: all of it; never more than was held. */
export const settleRequest = z.strictObject({ actual: amountIn.optional() });
/** Ends a hold without charging; the reason goes into the ledger. */
export const releaseRequest = z.strictObject({ reason: line(500).default('failed') });

/** A parsed operation, without its id. */
export type Operation = z.infer<typeof operation>;
/** An operation and the permanent id that it is held, settled and remembered under. */
export type OperationWithId = z.infer<typeof operationWithId>;
/** What became of one operation that was asked for. */
export type Outcome = z.infer<typeof outcome>;
/** What an operation came to in the end, as `GET /v1/operations/:opId` tells it. */
export type Receipt = z.infer<typeof receipt>;
