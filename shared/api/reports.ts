/**
 * Reports of faulty pictures (ST-05): free, repeatable, with or without pictures, and what comes back.
 *
 *   open ──take──▶ in_progress ──answer──▶ corrected ──▶ kept, or refused by a new report that `follows` this one
 *     ▲               │    │
 *     └─ lease lapses ┘    └──answer──▶ declined            open, in_progress ──▶ withdrawn (by the customer, or because the account was closed)
 *
 * The studio learns of every step by `event: account` of `GET /v1/ledger/stream`, and of a correction by `event: ledger` as well: it is an operation of
 * 0 credits, written together with the answer.
 */
import { z } from 'zod';
import { accountId, operationId } from '../credits/codec/quantities.ts';
import { identifier, paragraphs, word } from './text.ts';
import { upload } from './uploads.ts';
import { amount, amountIn, anyOpId, instant, opId } from './values.ts';

const fraction = z.number().min(0).max(1);
/** Fractions of the picture. */
export const area = z.object({ x: fraction, y: fraction, width: fraction, height: fraction });

/** Photos of one report, the first included. */
export const MOST_PHOTOS_OF_A_REPORT = 20;
/** One of each role. */
const MOST_UPLOADS_OF_A_PHOTO = 4;

const reportedPhoto = {
  photo: word(200),
  /** The operation that made the faulty picture. */
  resultOpId: anyOpId,
  area: area.nullable().optional(),
  /** Uploads of this account, each of another role, whole or still arriving: they belong to the report from now on. */
  uploads: z.array(identifier(100)).max(MOST_UPLOADS_OF_A_PHOTO).optional(),
};

/**
 * A fault of finished pictures; free. `area` null or absent: the whole picture. With uploads it needs the account's consent (`consent_required`); without
 * any it needs none.
 */
export const reportRequest = z.strictObject({
  opId,
  ...reportedPhoto,
  note: paragraphs(2000),
  /** Further pictures with the same fault. */
  others: z
    .array(z.strictObject(reportedPhoto))
    .max(MOST_PHOTOS_OF_A_REPORT - 1)
    .optional(),
  /** The report whose correction is refused with this one. */
  follows: identifier(100).optional(),
});

/** What came back for a picture. */
export const correction = z.object({
  /** The operation of 0 credits; `GET /v1/operations/{opId}` has its receipt. The version is filed under this id, once, on however many machines. */
  opId: operationId,
  upload,
});
/** A picture of a report. `correction` null: none came back. */
export const photoOfReport = z.object({
  photo: z.string(),
  resultOpId: operationId,
  area: area.nullable(),
  uploads: z.array(upload),
  correction: correction.nullable(),
});

/** A report as its customer sees it. `area` null: the whole picture; `answer`, `resolvedAt` null: staff has not answered yet. */
export const report = z.object({
  id: z.string(),
  opId: operationId,
  /** `photo`, `resultOpId`, `area`: of the first of `photos`. */
  photo: z.string(),
  resultOpId: operationId,
  note: z.string(),
  area: area.nullable(),
  at: instant,
  state: z.enum(['open', 'in_progress', 'corrected', 'declined', 'withdrawn']),
  /** What staff answered. */
  answer: z.string().nullable(),
  resolvedAt: instant.nullable(),
  photos: z.array(photoOfReport).default([]),
  /** When staff last took it; null: it waits. */
  takenAt: instant.nullable().default(null),
  /** Credit that came back with the answer; null: none. */
  grantedBack: amount.nullable().default(null),
  /** What the customer made of the correction; null: nothing yet. */
  verdict: z.enum(['kept', 'refused']).nullable().default(null),
  /** The report whose correction was refused with this one, and the one that refused this one's. */
  follows: z.string().nullable().default(null),
  followedBy: z.string().nullable().default(null),
});

/**
 * What a customer has to know before pictures are sent. `terms` names exactly this promise: consent is given to it, and one that keeps pictures longer,
 * elsewhere or shows them to more people has another name and needs consent anew.
 */
export const reportDesk = z.object({
  terms: z.object({
    id: z.string(),
    /** What is sent. The marked area and the note go with every report; place and serial numbers never leave the computer. */
    takes: z.array(z.enum(['original', 'result', 'recipe', 'strokes'])),
    /** Who runs the server that it goes to. */
    operator: z.string(),
    /** folder: on the server itself · s3: in a store that the operator rents or runs. Encrypted with the installation's key in both. */
    store: z.enum(['folder', 's3']),
    /** So many days after the answer everything that was sent and the corrected pictures are deleted from the server. */
    keptDays: z.int(),
    /** A second retoucher looks at every answer. */
    secondLook: z.boolean(),
  }),
  consent: z.object({
    /** For these terms. */
    given: z.boolean(),
    /** When it was given or withdrawn last; null: never. */
    at: instant.nullable(),
  }),
  limits: z.object({
    /** Reports that may wait for an answer at once, and how many do. */
    openReports: z.int(),
    open: z.int(),
    /** Bytes of this account that may be kept at once, and how many are. */
    bytes: z.int(),
    used: z.int(),
    uploadBytes: z.int(),
    photos: z.int(),
  }),
  /** From the answers of the last 90 days: three of four came within so many hours, rounded up. null: fewer than five answers. */
  usuallyWithinHours: z.int().nullable(),
});
/** `terms`: the id of the terms that were shown. Other ones are a conflict. */
export const consentRequest = z.strictObject({ terms: z.string().max(100) });
/** Ends a report that is not answered; what it took along is deleted. The same again answers the same, whatever its id is. */
export const withdrawRequest = z.strictObject({ opId: opId.optional() }).nullish();
/** The correction is kept. The same again answers the same, whatever its id is. To refuse one, send a report that `follows`. */
export const keepRequest = z.strictObject({ opId: opId.optional() }).nullish();
/** Which of the report's corrected pictures; absent: its first. */
export const correctedQuery = z.object({ of: anyOpId.optional() });

const deskMember = z.object({ id: z.string(), name: z.string() });

/** As staff sees it. `uploads[].file` is null for everybody but retouchers and owners. */
export const queuedReport = report.extend({
  accountId,
  /** Who has it, until when; null: whoever wants may take it. */
  lease: z.object({ by: deskMember, until: instant }).nullable().default(null),
  /** What the pictures cost, by their operation; only where one report is asked for. */
  charged: z.record(z.string(), amount).default({}),
  /** An answer that waits for a second pair of eyes; null: none does. */
  proposed: z
    .object({
      by: deskMember,
      at: instant,
      state: z.enum(['corrected', 'declined']),
      answer: z.string().nullable(),
      uploads: z.array(upload),
    })
    .nullable()
    .default(null),
});
/** One report with what was said of its pictures before, oldest first. */
export const reportAtDesk = queuedReport.extend({ earlier: z.array(report) });
/** What to show of the queue; nothing said: all that is not answered, oldest first. */
export const queueQuery = z.object({
  state: z.enum(['open', 'in_progress', 'proposed', 'corrected', 'declined', 'withdrawn']).optional(),
  account: identifier(100).brand<'AccountId'>().optional(),
  /** Only what the caller has taken. */
  mine: z.enum(['true', 'false']).optional(),
});
/** Takes a report, or holds on to it: the lease begins anew. `report_taken` while another has it. */
export const takeRequest = z.strictObject({ opId: opId.optional() }).nullish();
/** Puts a report back into the queue. */
export const putBackRequest = z.strictObject({ opId: opId.optional() }).nullish();
/** What staff makes of a report. */
export const resolveRequest = z.strictObject({
  /** With an id the call may be repeated. */
  opId: opId.optional(),
  state: z.enum(['in_progress', 'corrected', 'declined']),
  /** Of `declined`: the reason. */
  answer: paragraphs(2000, 0).optional(),
  /** Corrected pictures, whole, at most one for each photo: retouchers and owners only. */
  uploads: z.array(identifier(100)).max(MOST_PHOTOS_OF_A_REPORT).optional(),
  /** Credit for a faulty result: once for a picture, however often it is reported. `resultOpId` absent: of the first photo. Support and owners only. */
  grantBack: z.strictObject({ bucket: word(60), amount: amountIn, resultOpId: anyOpId.optional() }).optional(),
});
/** The second pair of eyes, never those of whoever proposed the answer: it goes out, or back to the desk with a remark. */
export const reviewRequest = z.strictObject({ opId, verdict: z.enum(['confirm', 'send-back']), remark: paragraphs(2000, 0).optional() });

/** A report of a faulty picture. */
export type Report = z.infer<typeof report>;
/** A report in staff's queue, with its account. */
export type QueuedReport = z.infer<typeof queuedReport>;
/** One report with what was said of its pictures before. */
export type ReportAtDesk = z.infer<typeof reportAtDesk>;
/** What a customer has to know before pictures are sent. */
export type ReportDesk = z.infer<typeof reportDesk>;
