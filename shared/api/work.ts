/** Work that the server does by itself: generations. */
import { z } from 'zod';
import { paragraphs, word } from './text.ts';
import { amount, instant, opId } from './values.ts';

/** Work that the server does itself, held before it begins. */
export const generationRequest = z.strictObject({
  opId,
  model: word(100),
  resolution: word(20).default('1K'),
  style: word(40).optional(),
  palette: z
    .array(z.string().regex(/^#[0-9a-fA-F]{6}$/))
    .min(1)
    .max(6)
    .optional(),
  seed: z.int().min(0).max(4_294_967_295).optional(),
  prompt: paragraphs(2000, 0).optional(),
  durationSeconds: z.number().min(0).max(3600).optional(),
  complexity: z.enum(['low', 'medium', 'high']).optional(),
});
/** Such a job and what became of it. `cost` null: not settled yet; `finishedAt` null: not over yet; `error` null: it did not fail. */
export const generation = z.object({
  id: z.string(),
  status: z.enum(['queued', 'running', 'done', 'failed']),
  model: z.string(),
  resolution: z.string(),
  hold: amount,
  cost: amount.nullable(),
  balance: amount,
  createdAt: instant,
  finishedAt: instant.nullable(),
  /** Until when the result can be downloaded. */
  resultUntil: instant.nullable(),
  error: z.string().nullable(),
  balance_eur: z.string().optional(),
  cost_eur: z.string().optional(),
});

/** A job of the server, from queued to done or failed; `cost` null until it is settled. */
export type Generation = z.infer<typeof generation>;
