/** What the renderer sees of processing: its cost, a preview, and the run that writes the files. Amounts are decimal strings. */
import { z } from 'zod';
import { fileFormat } from '../edit/processing/chain.ts';
import { photoId, problem } from './library.ts';

/** PG-04: the sum of the steps for each photo; free where the policy has no price for it. */
export const processingCost = z.object({
  photos: z.int(),
  each: z.string(),
  total: z.string(),
  free: z.boolean(),
  /** Why it cannot be had now; null: it can. */
  refusal: problem.nullable(),
});

/** The picture lies at photo://processed/<photoId>?rev. */
export const processedPreview = z.object({
  photoId,
  revision: z.int(),
  /** Of the finished file, not of the preview. */
  width: z.int(),
  height: z.int(),
  format: fileFormat,
});

/** One run over photos and how far it is; the counts are photos. */
export const processingRun = z.object({
  id: z.string(),
  state: z.enum(['running', 'finished', 'cancelled']),
  total: z.int(),
  done: z.int(),
  failed: z.int(),
  /** Made, not paid: they wait for credit, or are cancelled and cost nothing. */
  unpaid: z.int(),
  /** Their credit is held and not charged. */
  held: z.int(),
  /** Batches, of Apply too, whose files are made before the next one of this; 0: it is its turn. */
  ahead: z.int(),
  free: z.boolean(),
  /** So far. */
  charged: z.string(),
  /** Where the files go. */
  folder: z.string(),
  /** An earlier process began it. */
  resumed: z.boolean(),
  /** It waits for the credit server. */
  waiting: z.boolean(),
  /** The finished sentence, once it is over. */
  summary: z.string().nullable(),
  problems: z.array(problem),
});

/** Steps that the policy does not let processing do, because applying sells what they give (ST-02); `reason` is a sentence. */
export const withheldSteps = z.array(z.object({ kind: z.string(), reason: z.string() }));

/** Steps that cannot be added, and why. */
export type WithheldSteps = z.infer<typeof withheldSteps>;
/** What a chain costs over the chosen photos. */
export type ProcessingCost = z.infer<typeof processingCost>;
/** A chain on one photo, drawn at the size of the screen. */
export type ProcessedPreview = z.infer<typeof processedPreview>;
/** A run of processing, as the renderer shows it. */
export type ProcessingRun = z.infer<typeof processingRun>;
