/** Reports of faulty pictures, as their customers make and end them: free, repeatable (ST-05). */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { z } from 'zod';
import type { Report, reportRequest } from '../../shared/api/index.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import type { Clock } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { fingerprint } from '../ledger/fingerprint.ts';
import type { Operations } from '../ledger/operations.ts';
import { notFound, Refusal } from '../problems.ts';
import { type UploadRow, uploadRow } from '../uploads/records.ts';
import { ownFiles, photosOf, type Queryable, type ReportRow, reportsOf } from './records.ts';
import { endReport, lockedReport, refuseOver } from './standing.ts';
import type { Telling } from './telling.ts';
import { OPEN, type ReportTerms } from './terms.ts';

type ReportRequest = z.infer<typeof reportRequest>;
type Asked = Omit<ReportRequest, 'opId'>;

const LISTED = 1000;

interface ReportParts {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly operations: Pick<Operations, 'receipt'>;
  readonly terms: ReportTerms;
  readonly telling: Telling;
  /** So many reports of one account may wait for staff at once. */
  readonly openLimit: number;
}

/** The reports of accounts: made, listed, withdrawn, their corrections kept or refused. */
export class Reports {
  readonly #parts: ReportParts;

  constructor(parts: ReportParts) {
    this.#parts = parts;
  }

  /**
   * The same operation id answers the same report; with another body it is a conflict. Throws not_found for a result or an upload that is none of this
   * account's, invalid_request for an operation that delivered nothing, in_progress for one that is still under way, consent_required.
   */
  async create(accountId: AccountId, request: ReportRequest): Promise<Report> {
    const { pool, clock, telling } = this.#parts;
    const { opId, ...rest } = request;
    const known = await this.#known(pool, accountId, opId, rest);
    if (known) return this.#one(pool, known);
    refuseTwice(rest);
    for (const { resultOpId } of [rest, ...(rest.others ?? [])]) await this.#refuseOtherThanSettled(accountId, resultOpId);
    const { row, fresh } = await transaction(pool, async (client) => {
      // One at a time for an account, so that no two count the same.
      await client.query(`select pg_advisory_xact_lock(hashtext('reports'), hashtext($1))`, [accountId]);
      const meanwhile = await this.#known(client, accountId, opId, rest);
      if (meanwhile) return { row: meanwhile, fresh: false };
      await this.#refusePastLimit(client, accountId);
      if (rest.follows !== undefined) await refuseCorrection(client, accountId, rest.follows);
      const { rows } = await client.query<ReportRow>(
        `insert into reports (account_id, report_id, op_id, at, state, document, follows) values ($1, $2, $3, $4, 'open', $5, $6) returning *`,
        [accountId, `rep_${randomUUID()}`, opId, clock.now(), JSON.stringify(rest), rest.follows ?? null],
      );
      const [made] = rows;
      if (!made) throw notFound('report');
      await this.#claimUploads(client, made, rest);
      await telling.opened(client, made);
      return { row: made, fresh: true };
    });
    if (fresh) telling.changed(accountId);
    return this.#one(pool, row);
  }

  async list(accountId: AccountId): Promise<Report[]> {
    const { pool } = this.#parts;
    const { rows } = await pool.query<ReportRow>('select * from reports where account_id = $1 order by at desc, arrival desc limit $2', [
      accountId,
      LISTED,
    ]);
    return reportsOf(pool, rows, this.#own());
  }

  /** Throws not_found, also for another account's. */
  async find(accountId: AccountId, reportId: string): Promise<Report> {
    const { pool } = this.#parts;
    const { rows } = await pool.query<ReportRow>('select * from reports where report_id = $1 and account_id = $2', [reportId, accountId]);
    const [row] = rows;
    if (!row) throw notFound('report');
    return this.#one(pool, row);
  }

  /** Ends a report that is not answered, and deletes what it took along. Throws report_over for one that is. */
  withdraw(accountId: AccountId, reportId: string): Promise<Report> {
    return this.#changed(accountId, reportId, async (client, row) => {
      if (row.state === 'withdrawn') return;
      refuseOver(row);
      await endReport(client, row, this.#parts.clock.now(), null);
    });
  }

  /** The customer keeps the corrected picture. Throws conflict where none came back, or it was refused. */
  keep(accountId: AccountId, reportId: string): Promise<Report> {
    return this.#changed(accountId, reportId, async (client, row) => {
      if (row.verdict === 'kept') return;
      if (row.state !== 'corrected' || row.verdict === 'refused')
        throw new Refusal('conflict', 'There is no corrected picture to keep, or it was refused by another report. Nothing was changed.');
      await client.query(`update reports set verdict = 'kept' where report_id = $1`, [reportId]);
    });
  }

  /** The corrected picture of one of the report's pictures; `resultOpId` undefined: of the first. Throws not_found. */
  async corrected(accountId: AccountId, reportId: string, resultOpId: OpId | undefined): Promise<UploadRow> {
    const { photos } = await this.find(accountId, reportId);
    const photo = resultOpId === undefined ? photos[0] : photos.find((one) => one.resultOpId === resultOpId);
    const row = photo?.correction == null ? null : await uploadRow(this.#parts.pool, photo.correction.upload.id);
    if (row === null) throw notFound('corrected picture');
    return row;
  }

  /** A file that this account may read: its own, or one that was delivered to it. Throws not_found. */
  async file(accountId: AccountId, uploadId: string): Promise<UploadRow> {
    const row = await uploadRow(this.#parts.pool, uploadId);
    if (row === null || row.account_id !== accountId) throw notFound('file');
    if (row.staff_id === null) return row;
    const { rowCount } = await this.#parts.pool.query('select from corrections where account_id = $1 and upload_id = $2', [
      accountId,
      uploadId,
    ]);
    if (rowCount === 0) throw notFound('file');
    return row;
  }

  #own() {
    return { now: this.#parts.clock.now(), fileAt: ownFiles };
  }

  async #one(db: Queryable, row: ReportRow): Promise<Report> {
    const [made] = await reportsOf(db, [row], this.#own());
    if (made === undefined) throw notFound('report');
    return made;
  }

  async #changed(accountId: AccountId, reportId: string, change: (client: Queryable, row: ReportRow) => Promise<void>): Promise<Report> {
    const { pool, telling } = this.#parts;
    await transaction(pool, async (client) => change(client, await lockedReport(client, reportId, accountId)));
    telling.changed(accountId);
    return this.find(accountId, reportId);
  }

  async #known(db: Queryable, accountId: AccountId, opId: OpId, rest: Asked): Promise<ReportRow | null> {
    const { rows } = await db.query<ReportRow>('select * from reports where account_id = $1 and op_id = $2', [accountId, opId]);
    const [row] = rows;
    if (!row) return null;
    if (fingerprint(JSON.parse(row.document)) !== fingerprint(rest))
      throw new Refusal('conflict', 'A different report was sent with this operation id. Nothing was written.');
    return row;
  }

  /** A report is about a picture that this account got. */
  async #refuseOtherThanSettled(accountId: AccountId, resultOpId: OpId): Promise<void> {
    const { status } = await this.#parts.operations.receipt(accountId, resultOpId);
    if (status === 'settled') return;
    if (status === 'held')
      throw new Refusal(
        'in_progress',
        'The picture of this report is not finished yet. Nothing was written; send the report again after it.',
      );
    throw new Refusal(
      'invalid_request',
      'resultOpId: this operation delivered no picture, so there is none to report. Nothing was written.',
    );
  }

  async #refusePastLimit(client: Queryable, accountId: AccountId): Promise<void> {
    const { rows } = await client.query<{ open: number }>(`select count(*)::int as open from reports where account_id = $1 and ${OPEN}`, [
      accountId,
    ]);
    const open = rows[0]?.open ?? 0;
    const { openLimit } = this.#parts;
    if (open >= openLimit)
      throw new Refusal(
        'too_many_reports',
        `${open} reports of this account wait for an answer, which is as many as may. Nothing was written; send it again when some are answered.`,
        { limit: openLimit },
      );
  }

  /** The named uploads belong to the report from now on. Throws not_found for one that is not the account's or was deleted, conflict for another report's. */
  async #claimUploads(client: Queryable, row: ReportRow, rest: Asked): Promise<void> {
    const wanted = [rest, ...(rest.others ?? [])].flatMap(({ resultOpId, uploads = [] }) => uploads.map((id) => ({ id, resultOpId })));
    if (wanted.length === 0) return;
    await this.#parts.terms.require(client, row.account_id);
    const roles = new Set<string>();
    for (const { id, resultOpId } of wanted) {
      const upload = await uploadRow(client, id, true);
      if (upload === null || upload.account_id !== row.account_id || upload.staff_id !== null || upload.state === 'deleted')
        throw notFound('upload');
      if (upload.report_id !== null) throw new Refusal('conflict', `The upload ${id} belongs to another report. Nothing was written.`);
      if (roles.size === roles.add(`${resultOpId} ${upload.role}`).size)
        throw new Refusal(
          'invalid_request',
          `uploads: a picture has one file of each role; ${upload.role} is there twice. Nothing was written.`,
        );
      await client.query('update uploads set report_id = $2, result_op_id = $3 where upload_id = $1', [id, row.report_id, resultOpId]);
    }
  }
}

function refuseTwice({ resultOpId, others = [] }: Asked): void {
  if (new Set([resultOpId, ...others.map((one) => one.resultOpId)]).size === others.length + 1) return;
  throw new Refusal('invalid_request', 'others: the same picture is in the report twice. Nothing was written.');
}

/** The correction of the report before is refused with the new one. Throws not_found, and conflict where there is none to refuse. */
async function refuseCorrection(client: Queryable, accountId: AccountId, reportId: string): Promise<void> {
  const before = await lockedReport(client, reportId, accountId);
  if (before.state !== 'corrected' || photosOf(before).length === 0)
    throw new Refusal('conflict', 'follows: no corrected picture came with that report, so none can be refused. Nothing was written.');
  await client.query(`update reports set verdict = 'refused' where report_id = $1`, [reportId]);
}
