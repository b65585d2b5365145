/** What the database knows of an upload. */
import type pg from 'pg';
import type { Upload, UploadRole, UploadType } from '../../shared/api/index.ts';
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import { rfc3339 } from '../clock.ts';

/** Anything that runs a statement. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

/** A row of `uploads`. `sealed_key` null: deleted. `staff_id` null: the account's own. `report_id` null: no report has named it yet. */
export interface UploadRow {
  readonly account_id: AccountId;
  readonly upload_id: string;
  readonly fingerprint: string;
  readonly staff_id: string | null;
  readonly role: UploadRole;
  readonly type: UploadType;
  readonly bytes: number;
  readonly sha256: string;
  readonly name: string | null;
  readonly sealed_key: string | null;
  readonly received: number;
  readonly state: Upload['state'];
  readonly report_id: string | null;
  readonly result_op_id: OpId | null;
  readonly created_at: Instant;
  readonly touched_at: Instant;
  readonly delete_at: Instant | null;
}

/** null: there is none. */
export async function uploadRow(db: Queryable, uploadId: string, lock = false): Promise<UploadRow | null> {
  const { rows } = await db.query<UploadRow>(`select * from uploads where upload_id = $1 ${lock ? 'for update' : ''}`, [uploadId]);
  return rows[0] ?? null;
}

/** Where a caller gets the bytes; null: this caller does not. */
export type FilePath = (uploadId: string) => string | null;

/** As the contract says it. */
export const uploadOf = (row: UploadRow, fileAt: FilePath): Upload => ({
  id: row.upload_id,
  role: row.role,
  type: row.type,
  bytes: row.bytes,
  sha256: row.sha256,
  name: row.name,
  state: row.state,
  received: row.received,
  file: row.state === 'stored' ? fileAt(row.upload_id) : null,
  deleteAt: row.delete_at === null || row.state === 'deleted' ? null : rfc3339(row.delete_at),
});

/** Every object of these uploads is to be deleted, and nothing opens them any more. Within a transaction. */
export async function deleteUploads(client: Queryable, uploadIds: readonly string[], now: Instant): Promise<void> {
  if (uploadIds.length === 0) return;
  await client.query(
    `with gone as (delete from upload_segments s using uploads u
       where u.upload_id = any($1) and s.account_id = u.account_id and s.upload_id = u.upload_id returning s.object)
     insert into objects_to_delete select object, 0 from gone on conflict do nothing`,
    [uploadIds],
  );
  await client.query(
    `update uploads set state = 'deleted', sealed_key = null, touched_at = $2 where upload_id = any($1) and state <> 'deleted'`,
    [uploadIds, now],
  );
}
