/** Reports of faulty pictures: free, repeatable (ST-05), kept until staff has answered. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import type { QueuedReport, Report, reportRequest, resolveRequest } from '../../shared/api/index.ts';
import { operationId } from '../../shared/credits/codec/quantities.ts';
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { derivedId } from '../derived-id.ts';
import type { Witness } from '../identity/audit.ts';
import { fingerprint } from '../ledger/fingerprint.ts';
import type { Operations } from '../ledger/operations.ts';
import { isNew } from '../ledger/staff-acts.ts';
import { announce } from '../outbox.ts';
import { notFound, Refusal } from '../problems.ts';

type ReportRequest = z.infer<typeof reportRequest>;
type Resolution = z.infer<typeof resolveRequest>;

type Queryable = Pick<pg.ClientBase, 'query'>;

interface Row {
  account_id: AccountId;
  report_id: string;
  op_id: OpId;
  at: Instant;
  state: Report['state'];
  document: string;
  answer: string | null;
  resolved_at: Instant | null;
}

/** The reports of accounts: made, listed, answered. */
export class Reports {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #operations: Pick<Operations, 'receipt'>;
  readonly #openLimit: number;

  /** `openLimit`: so many reports of one account may wait for staff at once. */
  constructor(parts: {
    readonly pool: pg.Pool;
    readonly clock: Clock;
    readonly operations: Pick<Operations, 'receipt'>;
    readonly openLimit: number;
  }) {
    this.#pool = parts.pool;
    this.#clock = parts.clock;
    this.#operations = parts.operations;
    this.#openLimit = parts.openLimit;
  }

  /**
   * The same operation id answers the same report; with another body it is a conflict. Throws not_found for a result that is none of this
   * account's, invalid_request for an operation that delivered nothing, in_progress for one that is still under way.
   */
  async create(accountId: AccountId, request: ReportRequest): Promise<Report> {
    const { opId, ...rest } = request;
    const known = await this.#known(this.#pool, accountId, opId, rest);
    if (known) return known;
    await this.#refuseOtherThanSettled(accountId, rest.resultOpId);
    return transaction(this.#pool, async (client) => {
      // One at a time for an account, so that no two count the same.
      await client.query(`select pg_advisory_xact_lock(hashtext('reports'), hashtext($1))`, [accountId]);
      const meanwhile = await this.#known(client, accountId, opId, rest);
      if (meanwhile) return meanwhile;
      await this.#refusePastLimit(client, accountId);
      const { rows } = await client.query<Row>(
        `insert into reports (account_id, report_id, op_id, at, state, document) values ($1, $2, $3, $4, 'open', $5) returning *`,
        [accountId, `rep_${randomUUID()}`, opId, this.#clock.now(), JSON.stringify(rest)],
      );
      const [row] = rows;
      if (!row) throw notFound('report');
      return reportOf(row);
    });
  }

  async #known(db: Queryable, accountId: AccountId, opId: OpId, rest: Omit<ReportRequest, 'opId'>): Promise<Report | null> {
    const { rows } = await db.query<Row>('select * from reports where account_id = $1 and op_id = $2', [accountId, opId]);
    const [row] = rows;
    if (!row) return null;
    if (fingerprint(JSON.parse(row.document)) !== fingerprint(rest))
      throw new Refusal('conflict', 'A different report was sent with this operation id. Nothing was written.');
    return reportOf(row);
  }

  /** A report is about a picture that this account got. */
  async #refuseOtherThanSettled(accountId: AccountId, resultOpId: OpId): Promise<void> {
    const { status } = await this.#operations.receipt(accountId, resultOpId);
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
    const { rows } = await client.query<{ open: number }>(
      `select count(*)::int as open from reports where account_id = $1 and state in ('open', 'in_progress')`,
      [accountId],
    );
    const open = rows[0]?.open ?? 0;
    if (open >= this.#openLimit)
      throw new Refusal(
        'too_many_reports',
        `${open} reports of this account wait for an answer, which is as many as may. Nothing was written; send it again when some are answered.`,
        { limit: this.#openLimit },
      );
  }

  /** The reports that speak of one picture, oldest first. */
  async ofPicture(accountId: AccountId, resultOpId: OpId): Promise<string[]> {
    const { rows } = await this.#pool.query<{ report_id: string }>(
      `select report_id from reports where account_id = $1 and document::jsonb ->> 'resultOpId' = $2 order by at, arrival`,
      [accountId, resultOpId],
    );
    return rows.map((row) => row.report_id);
  }

  async list(accountId: AccountId): Promise<Report[]> {
    const { rows } = await this.#pool.query<Row>('select * from reports where account_id = $1 order by at desc, arrival desc limit 1000', [
      accountId,
    ]);
    return rows.map(reportOf);
  }

  /** What staff has to look at, oldest first. */
  async queue(): Promise<QueuedReport[]> {
    const { rows } = await this.#pool.query<Row>(
      `select * from reports where state in ('open', 'in_progress') order by at, arrival limit 1000`,
    );
    return rows.map(queued);
  }

  /** Throws not_found. */
  async find(reportId: string): Promise<QueuedReport> {
    const { rows } = await this.#pool.query<Row>('select * from reports where report_id = $1', [reportId]);
    const [row] = rows;
    if (!row) throw notFound('report');
    return queued(row);
  }

  /** The same operation id answers what has become of the report; with other words it is a conflict. */
  resolve(reportId: string, { opId, ...resolution }: Resolution, witness: Witness): Promise<QueuedReport> {
    const now = this.#clock.now();
    return transaction(this.#pool, async (client) => {
      const { rows } = await client.query<Row>('select * from reports where report_id = $1 for update', [reportId]);
      const before = rows[0];
      if (!before) throw notFound('report');
      const act = { about: reportId, content: { reportId, ...resolution }, nothing: 'Nothing was written.' };
      if (opId !== undefined && !(await isNew(client, { opId, ...act }))) return queued(before);
      const { state, answer } = resolution;
      if (before.state === state && (answer === undefined || answer === before.answer)) return queued(before);
      const resolvedAt = state === 'in_progress' ? null : now;
      const { rows: changed } = await client.query<Row>(
        'update reports set state = $2, answer = coalesce($3, answer), resolved_at = $4 where report_id = $1 returning *',
        [reportId, state, answer ?? null, resolvedAt],
      );
      const after = changed[0];
      if (!after) throw notFound('report');
      const facts = (row: Row) => ({ report: reportId, state: row.state, answer: row.answer });
      await witness(client, { at: now, accountId: after.account_id, opId: opId ?? null, before: facts(before), after: facts(after) });
      const report = reportOf(after);
      if (state !== 'in_progress') {
        const eventId = `evt_${derivedId('report answered', reportId, fingerprint(report))}`;
        await announce(client, { accountId: after.account_id, eventId, type: 'report.answered', at: now, data: report });
      }
      return queued(after);
    });
  }
}

const queued = (row: Row): QueuedReport => ({ ...reportOf(row), accountId: row.account_id, lease: null, charged: {}, proposed: null });

const stored = z.object({
  photo: z.string(),
  resultOpId: operationId,
  note: z.string(),
  area: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).nullish(),
});

function reportOf(row: Row): Report {
  const { photo, resultOpId, note, area } = stored.parse(JSON.parse(row.document));
  return {
    id: row.report_id,
    opId: row.op_id,
    photo,
    resultOpId,
    note,
    area: area ?? null,
    at: rfc3339(row.at),
    state: row.state,
    answer: row.answer,
    resolvedAt: row.resolved_at === null ? null : rfc3339(row.resolved_at),
    photos: [{ photo, resultOpId, area: area ?? null, uploads: [], correction: null }],
    takenAt: null,
    grantedBack: null,
    verdict: null,
    follows: null,
    followedBy: null,
  };
}
