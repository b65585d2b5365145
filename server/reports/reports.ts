/** Reports of faulty pictures: free, repeatable (ST-05), kept until staff has answered. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import type { Report, reportRequest, resolveRequest } from '../../shared/api.ts';
import type { Witness } from '../admin/audit.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { derivedId } from '../ledger/derived-id.ts';
import { fingerprint } from '../ledger/fingerprint.ts';
import { announce } from '../messages/events.ts';
import { notFound, Refusal } from '../problems.ts';

type ReportRequest = z.infer<typeof reportRequest>;
type Resolution = z.infer<typeof resolveRequest>;

interface Row {
  account_id: string;
  report_id: string;
  op_id: string;
  at: number;
  state: Report['state'];
  document: string;
  answer: string | null;
  resolved_at: number | null;
}

export interface QueuedReport extends Report {
  readonly accountId: string;
}

export class Reports {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;

  constructor(pool: pg.Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  /** The same operation id answers the same report; with another body it is a conflict. */
  async create(accountId: string, request: ReportRequest): Promise<Report> {
    const { opId, ...rest } = request;
    const { rowCount } = await this.#pool.query(
      `insert into reports (account_id, report_id, op_id, at, state, document) values ($1, $2, $3, $4, 'open', $5) on conflict (account_id, op_id) do nothing`,
      [accountId, `rep_${randomUUID()}`, opId, this.#clock.now(), JSON.stringify(rest)],
    );
    const { rows } = await this.#pool.query<Row>('select * from reports where account_id = $1 and op_id = $2', [accountId, opId]);
    const row = rows[0];
    if (!row) throw notFound('report');
    if (rowCount === 0 && fingerprint(JSON.parse(row.document)) !== fingerprint(rest))
      throw new Refusal('conflict', 'A different report was sent with this operation id. Nothing was written.');
    return reportOf(row);
  }

  async list(accountId: string): Promise<Report[]> {
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
      if (opId !== undefined && !(await firstTime(client, opId, reportId, fingerprint({ reportId, ...resolution })))) return queued(before);
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

/** False: this operation id was used for the same before. Throws a conflict when for something else. */
async function firstTime(client: pg.PoolClient, opId: string, outcome: string, print: string): Promise<boolean> {
  const { rowCount } = await client.query('insert into admin_operations values ($1, $2, $3) on conflict do nothing', [
    opId,
    print,
    outcome,
  ]);
  if (rowCount === 1) return true;
  const { rows } = await client.query<{ fingerprint: string }>('select fingerprint from admin_operations where op_id = $1', [opId]);
  if (rows[0]?.fingerprint !== print) throw new Refusal('conflict', 'This operation id was used for something else. Nothing was written.');
  return false;
}

const queued = (row: Row): QueuedReport => ({ ...reportOf(row), accountId: row.account_id });

const stored = z.object({
  photo: z.string(),
  resultOpId: z.string(),
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
  };
}
