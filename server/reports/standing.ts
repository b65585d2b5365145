/** Where a report stands, looked at under its row's lock. */
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import { rfc3339 } from '../clock.ts';
import { notFound, Refusal } from '../problems.ts';
import { deleteUploads } from '../uploads/records.ts';
import { leaseOf, type Queryable, type ReportRow } from './records.ts';

/** The report, which nobody else changes until the transaction is over. Throws not_found, also for another account's where one is named. */
export async function lockedReport(client: Queryable, reportId: string, accountId?: AccountId): Promise<ReportRow> {
  const { rows } = await client.query<ReportRow>('select * from reports where report_id = $1 for update', [reportId]);
  const [row] = rows;
  if (row === undefined || (accountId !== undefined && row.account_id !== accountId)) throw notFound('report');
  return row;
}

const OVER: Readonly<Record<string, string>> = {
  corrected: 'The report was answered with a corrected picture.',
  declined: 'The report was answered: nothing was changed.',
  withdrawn: 'The report was withdrawn, or its account was closed.',
};

/** Throws report_over for one that is answered or withdrawn. */
export function refuseOver(row: ReportRow): void {
  const over = OVER[row.state];
  if (over !== undefined) throw new Refusal('report_over', `${over} Nothing was changed.`, { state: row.state });
}

/** Throws report_taken while another member of staff has it. */
export function refuseTaken(row: ReportRow, staffId: string, now: Instant): void {
  const lease = leaseOf(row, now);
  if (lease === null || lease.by === staffId) return;
  throw new Refusal(
    'report_taken',
    `${lease.name} works on this report, until ${rfc3339(lease.until)} at the latest. Nothing was changed.`,
    {
      until: rfc3339(lease.until),
    },
  );
}

/** Ends it without an answer: what it took along, and what was made for it, is deleted. */
export async function endReport(client: Queryable, row: ReportRow, now: Instant, why: string | null): Promise<void> {
  await client.query(
    `update reports set state = 'withdrawn', answer = coalesce($2, answer), resolved_at = $3, lease_until = null, proposal = null where report_id = $1`,
    [row.report_id, why, now],
  );
  const { rows } = await client.query<{ upload_id: string }>('select upload_id from uploads where account_id = $1 and report_id = $2', [
    row.account_id,
    row.report_id,
  ]);
  await deleteUploads(
    client,
    rows.map((one) => one.upload_id),
    now,
  );
}
