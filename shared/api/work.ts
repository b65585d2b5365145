/** Work that the server does or queues: faulty-picture reports and generations. */
import { z } from 'zod';
import { accountId, operationId } from '../credits/codec/quantities.ts';
import { paragraphs, word } from './text.ts';
import { amount, amountIn, anyOpId, instant, opId } from './values.ts';

const fraction = z.number().min(0).max(1);
/** Fractions of the picture. */
export const area = z.object({ x: fraction, y: fraction, width: fraction, height: fraction });

/** A fault of a finished picture; free. `area` null or absent: the whole picture. */
export const reportRequest = z.strictObject({
  opId,
  photo: word(200),
  /** The operation that made the faulty picture. */
  resultOpId: anyOpId,
  note: paragraphs(2000),
  area: area.nullable().optional(),
});
/** A report as its customer sees it. `area` null: the whole picture; `answer`, `resolvedAt` null: staff has not answered yet. */
export const report = z.object({
  id: z.string(),
  opId: operationId,
  photo: z.string(),
  resultOpId: operationId,
  note: z.string(),
  area: area.nullable(),
  at: instant,
  state: z.enum(['open', 'in_progress', 'corrected', 'declined']),
  /** What staff answered. */
  answer: z.string().nullable(),
  resolvedAt: instant.nullable(),
});
/** As staff sees it. */
export const queuedReport = report.extend({ accountId });
/** What staff makes of a report. */
export const resolveRequest = z.strictObject({
  /** With an id the call may be repeated. */
  opId: opId.optional(),
  state: z.enum(['in_progress', 'corrected', 'declined']),
  answer: paragraphs(2000, 0).optional(),
  /** Credit for the faulty result: once for a report, however often it is answered. */
  grantBack: z.strictObject({ bucket: word(60), amount: amountIn }).optional(),
});

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

/** A report of a faulty picture. */
export type Report = z.infer<typeof report>;
/** A report in staff's queue, with its account. */
export type QueuedReport = z.infer<typeof queuedReport>;
/** A job of the server, from queued to done or failed; `cost` null until it is settled. */
export type Generation = z.infer<typeof generation>;
