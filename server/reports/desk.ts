/** The desk of the retouchers: the queue, and a report in the hands of one of them at a time. Answers are given by `answering.ts`. */
import type pg from 'pg';
import type { z } from 'zod';
import type { QueuedReport, queueQuery, ReportAtDesk } from '../../shared/api/index.ts';
import { minutes } from '../../shared/credits/model/durations.ts';
import { laterBy } from '../../shared/credits/model/instants.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import type { Clock } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { witness } from '../identity/audit.ts';
import { allows, type Staff } from '../identity/staff.ts';
import type { Operations } from '../ledger/operations.ts';
import { notFound, Refusal } from '../problems.ts';
import { type UploadRow, uploadRow } from '../uploads/records.ts';
import {
  deskFiles,
  type Looking,
  leaseOf,
  noFiles,
  photosOf,
  proposalOf,
  type Queryable,
  queuedOf,
  type ReportRow,
  reportsOf,
} from './records.ts';
import { endReport, lockedReport, refuseOver, refuseTaken } from './standing.ts';
import type { Telling } from './telling.ts';

type QueueQuery = z.infer<typeof queueQuery>;

/** Longer than a look takes; a studio that is at it asks again and again. */
const LEASE_MS = minutes(30);
const LISTED = 1000;
const EARLIER_LISTED = 50;

/** What is said to the customer of a report that ended with its account. */
export const ACCOUNT_CLOSED = 'The account was closed.';

interface DeskParts {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly operations: Pick<Operations, 'receipt'>;
  readonly telling: Telling;
  /** Whether the account is closed. */
  readonly isClosed: (accountId: AccountId) => Promise<boolean>;
}

const waitsForSecondLook = (): Refusal =>
  new Refusal(
    'second_look_required',
    'An answer to this report waits for a second look. Confirm it, or send it back. Nothing was changed.',
  );

/** Whether the pictures are this member's to see. */
const seesPictures = (staff: Staff): boolean => allows(staff.role, 'retoucher');

/** The queue, and reports that are taken and put back. */
export class ReportQueue {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Oldest first; nothing said: all that is not answered. */
  async list(staff: Staff, { state, account, mine }: QueueQuery): Promise<QueuedReport[]> {
    const now = this.#parts.clock.now();
    const lapsed = `(state = 'in_progress' and lease_until <= $1 and proposal is null)`;
    const which = {
      open: `(state = 'open' or ${lapsed})`,
      in_progress: `(state = 'in_progress' and not coalesce(${lapsed}, false))`,
      proposed: `(state = 'in_progress' and proposal is not null)`,
      corrected: `state = 'corrected'`,
      declined: `state = 'declined'`,
      withdrawn: `state = 'withdrawn'`,
    };
    const { rows } = await this.#parts.pool.query<ReportRow>(
      `select * from reports where ${state === undefined ? `state in ('open', 'in_progress')` : which[state]}
         and ($2::text is null or account_id = $2) and ($3::text is null or (taken_by = $3 and lease_until > $1)) and $1::bigint is not null
       order by at, arrival limit ${LISTED}`,
      [now, account ?? null, mine === 'true' ? staff.id : null],
    );
    return queuedOf(this.#parts.pool, rows, this.#looking(staff));
  }

  /** With what was said of its pictures before, and what they cost. Throws not_found. */
  async find(staff: Staff, reportId: string): Promise<ReportAtDesk> {
    const { pool, operations } = this.#parts;
    const { rows } = await pool.query<ReportRow>('select * from reports where report_id = $1', [reportId]);
    const [row] = rows;
    const [report] = await queuedOf(pool, rows, this.#looking(staff));
    if (row === undefined || report === undefined) throw notFound('report');
    const charged: Record<OpId, string> = {};
    for (const { resultOpId } of report.photos)
      charged[resultOpId] = (await operations.receipt(row.account_id, await pictureOf(pool, row.account_id, resultOpId))).charged;
    const { rows: earlier } = await pool.query<ReportRow>(
      `select * from reports where account_id = $1 and report_id <> $2 and at <= $3
         and (report_id = $5 or document::jsonb ->> 'photo' = any($4)) order by at, arrival limit ${EARLIER_LISTED}`,
      [row.account_id, reportId, row.at, photosOf(row).map((one) => one.photo), row.follows],
    );
    return { ...report, charged, earlier: await reportsOf(pool, earlier, this.#looking(staff)) };
  }

  /** The caller has it from now on, for LEASE_MS; the same again holds on to it. Throws report_taken, report_over; account_closed ends the report. */
  async take(staff: Staff, reportId: string): Promise<QueuedReport> {
    await this.endOfClosed(reportId);
    return this.#changed(staff, reportId, 'report.take', async (client, row) => {
      const now = this.#parts.clock.now();
      refuseTaken(row, staff.id, now);
      if (proposalOf(row) !== null) throw waitsForSecondLook();
      const again = leaseOf(row, now)?.by === staff.id;
      await client.query(
        `update reports set state = 'in_progress', taken_by = $2, taken_name = $3, taken_at = $4, lease_until = $5 where report_id = $1`,
        [reportId, staff.id, staff.name, again ? row.taken_at : now, laterBy(now, LEASE_MS)],
      );
      return !again;
    });
  }

  /** It waits for whoever wants it. Throws report_taken when another has it, second_look_required for another's proposed answer, report_over. */
  putBack(staff: Staff, reportId: string): Promise<QueuedReport> {
    return this.#changed(staff, reportId, 'report.put-back', async (client, row) => {
      refuseTaken(row, staff.id, this.#parts.clock.now());
      const proposal = proposalOf(row);
      if (proposal !== null && proposal.by.id !== staff.id) throw waitsForSecondLook();
      await client.query(`update reports set state = 'open', lease_until = null, proposal = null where report_id = $1`, [reportId]);
      return row.state !== 'open';
    });
  }

  /** A file of a report, for a retoucher. Throws not_found for one that is in none. */
  async file(uploadId: string): Promise<UploadRow> {
    const row = await uploadRow(this.#parts.pool, uploadId);
    if (row === null || row.report_id === null) throw notFound('file');
    return row;
  }

  #looking(staff: Staff): Looking {
    return { now: this.#parts.clock.now(), fileAt: seesPictures(staff) ? deskFiles : noFiles };
  }

  async #changed(
    staff: Staff,
    reportId: string,
    action: string,
    /** Whether anything changed that the log has to say: holding on to a report is no line of its own. */
    change: (client: Queryable, row: ReportRow) => Promise<boolean>,
  ): Promise<QueuedReport> {
    const { pool, clock, telling } = this.#parts;
    const accountId = await transaction(pool, async (client) => {
      const row = await lockedReport(client, reportId);
      refuseOver(row);
      const about = { at: clock.now(), accountId: row.account_id, opId: null };
      if (await change(client, row)) await witness(staff, action, { report: reportId })(client, about);
      return row.account_id;
    });
    telling.changed(accountId);
    return this.#one(staff, reportId);
  }

  async #one(staff: Staff, reportId: string): Promise<QueuedReport> {
    const { pool } = this.#parts;
    const { rows } = await pool.query<ReportRow>('select * from reports where report_id = $1', [reportId]);
    const [report] = await queuedOf(pool, rows, this.#looking(staff));
    if (report === undefined) throw notFound('report');
    return report;
  }

  /** A report of an account that was closed meanwhile ends here, with all that it took along. Before every act of staff on it. */
  async endOfClosed(reportId: string): Promise<void> {
    const { pool, clock, isClosed } = this.#parts;
    const { rows } = await pool.query<{ account_id: AccountId }>('select account_id from reports where report_id = $1', [reportId]);
    const [report] = rows;
    if (report === undefined || !(await isClosed(report.account_id))) return;
    await transaction(pool, async (client) => {
      const row = await lockedReport(client, reportId);
      if (row.state === 'open' || row.state === 'in_progress') await endReport(client, row, clock.now(), ACCOUNT_CLOSED);
    });
  }
}

/** More corrections in a row than anybody asks for. */
const LONGEST_CHAIN = 50;

/** The paid picture that an operation is of: of a corrected one, that which was corrected first. */
export async function pictureOf(db: Queryable, accountId: AccountId, opId: OpId): Promise<OpId> {
  let picture = opId;
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const { rows } = await db.query<{ result_op_id: OpId }>('select result_op_id from corrections where account_id = $1 and op_id = $2', [
      accountId,
      picture,
    ]);
    const [row] = rows;
    if (row === undefined) return picture;
    picture = row.result_op_id;
  }
  return picture;
}
