/** Reports as the database has them, and as the contract says them. */
import type pg from 'pg';
import { z } from 'zod';
import { paths, type QueuedReport, type Report, type Upload, uploadRole } from '../../shared/api/index.ts';
import { operationId } from '../../shared/credits/codec/quantities.ts';
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import { rfc3339 } from '../clock.ts';
import { parseStored } from '../db/stored.ts';
import { type FilePath, type UploadRow, uploadOf } from '../uploads/records.ts';

/** Anything that runs a statement. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

/** A row of `reports`. What is null did not happen, or is not so. */
export interface ReportRow {
  readonly account_id: AccountId;
  readonly report_id: string;
  readonly op_id: OpId;
  readonly at: Instant;
  readonly state: Report['state'];
  readonly document: string;
  readonly answer: string | null;
  readonly resolved_at: Instant | null;
  readonly taken_by: string | null;
  readonly taken_name: string | null;
  readonly taken_at: Instant | null;
  readonly lease_until: Instant | null;
  readonly granted_back: string | null;
  readonly verdict: 'kept' | 'refused' | null;
  readonly follows: string | null;
  readonly proposal: string | null;
}

const area = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).nullish();
const photo = z.object({ photo: z.string(), resultOpId: operationId, area, uploads: z.array(z.string()).optional() });
/** What was asked for, today's and an older server's. */
const document = photo.extend({ note: z.string(), others: z.array(photo).optional(), follows: z.string().optional() });
/** An answer that waits for a second look. */
const proposal = z.object({
  by: z.object({ id: z.string(), name: z.string() }),
  at: z.number(),
  state: z.enum(['corrected', 'declined']),
  answer: z.string().nullable(),
  uploads: z.array(z.string()),
});

/** A picture that a report is about. `area` null: all of it. */
export interface ReportedPhoto {
  readonly photo: string;
  readonly resultOpId: OpId;
  readonly area: Report['area'];
}

/** An answer that waits for a second look, as it is stored. */
export type StoredProposal = z.infer<typeof proposal>;

/** Every picture of the report, the first one first. */
export function photosOf(row: ReportRow): ReportedPhoto[] {
  const { others = [], ...first } = parseStored(document, row.document, 'report');
  return [first, ...others].map((one) => ({ photo: one.photo, resultOpId: one.resultOpId, area: one.area ?? null }));
}

/** null: no answer waits. */
export const proposalOf = (row: ReportRow): StoredProposal | null =>
  row.proposal === null ? null : parseStored(proposal, row.proposal, 'proposed answer');

/** A lease that lapsed leaves the report open to whoever wants it; an answer that waits for a second look keeps it. */
export function stateAt(row: ReportRow, now: Instant): Report['state'] {
  const lapsed = row.lease_until !== null && row.lease_until <= now && row.proposal === null;
  return row.state === 'in_progress' && lapsed ? 'open' : row.state;
}

/** null: whoever wants may take it. */
export const leaseOf = (row: ReportRow, now: Instant): { readonly by: string; readonly name: string; readonly until: Instant } | null =>
  row.state === 'in_progress' && row.taken_by !== null && row.lease_until !== null && row.lease_until > now
    ? { by: row.taken_by, name: row.taken_name ?? '', until: row.lease_until }
    : null;

interface CorrectionRow {
  readonly report_id: string;
  readonly result_op_id: OpId;
  readonly op_id: OpId;
  readonly upload_id: string;
}

/** What belongs to reports besides their rows. */
interface Belongings {
  readonly uploads: readonly UploadRow[];
  readonly corrections: readonly CorrectionRow[];
  /** The report that follows, by the one that it follows. */
  readonly followers: ReadonlyMap<string, string>;
}

async function belongings(db: Queryable, rows: readonly ReportRow[]): Promise<Belongings> {
  const ids = [rows.map((row) => row.account_id), rows.map((row) => row.report_id)];
  const ofThese = '(account_id, report_id) in (select * from unnest($1::text[], $2::text[]))';
  const { rows: uploads } = await db.query<UploadRow>(`select * from uploads where ${ofThese} order by created_at, upload_id`, ids);
  const { rows: corrections } = await db.query<CorrectionRow>(`select * from corrections where ${ofThese}`, ids);
  const { rows: followers } = await db.query<{ report_id: string; follows: string }>(
    'select report_id, follows from reports where (account_id, follows) in (select * from unnest($1::text[], $2::text[])) order by at desc',
    ids,
  );
  return { uploads, corrections, followers: new Map(followers.map((row) => [row.follows, row.report_id])) };
}

/** Who looks: it decides which files have an address. */
export interface Looking {
  readonly now: Instant;
  readonly fileAt: FilePath;
}

/** The account's own view of its pictures. */
export const ownFiles: FilePath = (uploadId) => paths.reportFile(uploadId);
/** A retoucher's. */
export const deskFiles: FilePath = (uploadId) => paths.admin.reportFile(uploadId);
/** Everybody else's. */
export const noFiles: FilePath = () => null;

/** The rows as their customers see them, in their order. */
export async function reportsOf(db: Queryable, rows: readonly ReportRow[], looking: Looking): Promise<Report[]> {
  if (rows.length === 0) return [];
  const all = await belongings(db, rows);
  return rows.map((row) => reportOf(row, all, looking));
}

/** The rows as staff sees them, in their order. */
export async function queuedOf(db: Queryable, rows: readonly ReportRow[], looking: Looking): Promise<QueuedReport[]> {
  if (rows.length === 0) return [];
  const all = await belongings(db, rows);
  return rows.map((row) => {
    const lease = leaseOf(row, looking.now);
    return {
      ...reportOf(row, all, looking),
      accountId: row.account_id,
      lease: lease && { by: { id: lease.by, name: lease.name }, until: rfc3339(lease.until) },
      charged: {},
      proposed: proposedOf(row, all, looking),
    };
  });
}

const ROLES = uploadRole.options;

function reportOf(row: ReportRow, { uploads, corrections, followers }: Belongings, { now, fileAt }: Looking): Report {
  const photos = photosOf(row);
  const [first] = photos;
  if (first === undefined) throw new Error('A report is about a picture.');
  const { note } = parseStored(document, row.document, 'report');
  const own = uploads.filter((one) => one.account_id === row.account_id && one.report_id === row.report_id);
  const correctionOf = (resultOpId: OpId): Report['photos'][number]['correction'] => {
    const found = corrections.find((one) => one.report_id === row.report_id && one.result_op_id === resultOpId);
    const upload = own.find((one) => one.upload_id === found?.upload_id);
    return found === undefined || upload === undefined ? null : { opId: found.op_id, upload: uploadOf(upload, fileAt) };
  };
  const state = stateAt(row, now);
  return {
    ...{ id: row.report_id, opId: row.op_id, ...first, note, at: rfc3339(row.at), state, answer: row.answer },
    resolvedAt: row.resolved_at === null ? null : rfc3339(row.resolved_at),
    photos: photos.map((one) => ({
      ...one,
      uploads: own
        .filter((upload) => upload.staff_id === null && upload.result_op_id === one.resultOpId)
        .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role))
        .map((upload) => uploadOf(upload, fileAt)),
      correction: correctionOf(one.resultOpId),
    })),
    takenAt: row.taken_at === null || state === 'open' ? null : rfc3339(row.taken_at),
    grantedBack: row.granted_back,
    verdict: row.verdict,
    follows: row.follows,
    followedBy: followers.get(row.report_id) ?? null,
  };
}

function proposedOf(row: ReportRow, { uploads }: Belongings, { fileAt }: Looking): QueuedReport['proposed'] {
  const stored = proposalOf(row);
  if (stored === null) return null;
  const files: Upload[] = uploads.filter((one) => stored.uploads.includes(one.upload_id)).map((one) => uploadOf(one, fileAt));
  const { by, at, state, answer } = stored;
  return { by, at: new Date(at).toISOString(), state, answer, uploads: files };
}
