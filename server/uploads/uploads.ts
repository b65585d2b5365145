/**
 * Files that are sent in pieces: declared, judged before a byte is taken, received in the order of their bytes, and proved when whole. Whether an upload is
 * wanted at all (consent, a report that was taken) is judged by `Admission`, which a higher room hands in.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { MOST_DATA_BYTES, MOST_UPLOAD_BYTES, type UploadMetadata } from '../../shared/api/index.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import type { Clock } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { derivedId } from '../derived-id.ts';
import type { Staff } from '../identity/staff.ts';
import type { Vault } from '../identity/vault.ts';
import { fingerprint } from '../ledger/fingerprint.ts';
import { notFound, Refusal } from '../problems.ts';
import { contentProblem, START_BYTES } from './content.ts';
import { deleteUploads, type Queryable, type UploadRow, uploadRow } from './records.ts';
import { newFileKey } from './sealing.ts';
import type { ByteRange, Segments } from './segments.ts';

/** Who sends: an account for itself, a member of staff for a report of somebody's. */
export type Sender = { readonly accountId: AccountId; readonly staff: null } | { readonly accountId: null; readonly staff: Staff };

/** Where an upload belongs. `reportId`, `resultOpId` null: no report has named it yet. */
export interface Admitted {
  readonly accountId: AccountId;
  readonly reportId: string | null;
  readonly resultOpId: OpId | null;
}

/** Whether such a file is wanted now, in the transaction that makes the upload. Throws the refusal when it is not. */
export type Admission = (client: Queryable, sender: Sender, metadata: UploadMetadata) => Promise<Admitted>;

/** How much of an account may be kept. */
export interface UploadLimits {
  readonly bytes: number;
}

/** Uploads of one account that no report has named, or that are not whole: a studio sends a few at a time. */
const MOST_UNFINISHED = 100;

/** What of an account counts against its limit of bytes. */
const KEPT = `account_id = $1 and staff_id is null and state <> 'deleted'`;

/** Bytes that are kept of an account, announced ones included. */
export async function bytesKept(db: Queryable, accountId: AccountId): Promise<number> {
  const { rows } = await db.query<{ bytes: number }>(`select coalesce(sum(bytes), 0)::bigint as bytes from uploads where ${KEPT}`, [
    accountId,
  ]);
  return rows[0]?.bytes ?? 0;
}

/** Uploads by their ids, which follow from the sender's operation ids. */
export class Uploads {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #vault: Vault;
  readonly #segments: Segments;
  readonly #admission: Admission;
  readonly #limits: UploadLimits;

  constructor(parts: { pool: pg.Pool; clock: Clock; vault: Vault; segments: Segments; admission: Admission; limits: UploadLimits }) {
    this.#pool = parts.pool;
    this.#clock = parts.clock;
    this.#vault = parts.vault;
    this.#segments = parts.segments;
    this.#admission = parts.admission;
    this.#limits = parts.limits;
  }

  /** The id that an upload of this sender has: the same operation id names the same one. */
  idOf(sender: Sender, { opId }: UploadMetadata): string {
    return `upl_${derivedId('upload', sender.accountId ?? `staff ${sender.staff?.id}`, opId)}`;
  }

  /** Makes it, or finds what the same declaration made. Throws conflict for another under the same operation id, and whatever the admission refuses with. */
  declare(sender: Sender, metadata: UploadMetadata, bytes: number): Promise<UploadRow> {
    refuseSize(metadata, bytes);
    const uploadId = this.idOf(sender, metadata);
    const print = fingerprint({ ...metadata, bytes });
    return transaction(this.#pool, async (client) => {
      // One at a time for a sender, so that no two count the same.
      await client.query(`select pg_advisory_xact_lock(hashtext('uploads'), hashtext($1))`, [sender.accountId ?? sender.staff?.id ?? '']);
      const known = await uploadRow(client, uploadId);
      if (known !== null) {
        if (known.fingerprint === print) return known;
        throw new Refusal('conflict', 'Another file was declared with this operation id. Nothing was taken.');
      }
      const { accountId, reportId, resultOpId } = await this.#admission(client, sender, metadata);
      if (sender.staff === null) await this.#refusePastLimits(client, accountId, bytes);
      const { role, type, sha256, name } = metadata;
      await client.query(
        `insert into uploads (account_id, upload_id, fingerprint, staff_id, role, type, bytes, sha256, name, sealed_key, state,
           report_id, result_op_id, created_at, touched_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'arriving', $11, $12, $13, $13)`,
        [
          ...[accountId, uploadId, print, sender.staff?.id ?? null, role, type, bytes, sha256, name ?? null],
          ...[newFileKey(this.#vault, uploadId), reportId, resultOpId, this.#clock.now()],
        ],
      );
      const made = await uploadRow(client, uploadId);
      if (made === null) throw new Error(`The upload ${uploadId} was not kept.`);
      return made;
    });
  }

  /** The sender's own. Throws not_found, also for somebody else's; gone for one that was deleted. */
  async find(sender: Sender, uploadId: string): Promise<UploadRow> {
    const row = await uploadRow(this.#pool, uploadId);
    const own =
      row !== null &&
      (sender.staff === null ? row.staff_id === null && row.account_id === sender.accountId : row.staff_id === sender.staff.id);
    if (row === null || !own) throw notFound('upload');
    return standing(row);
  }

  /** Whoever's it is: whether the caller may was judged before. Throws as `find`. */
  async known(uploadId: string): Promise<UploadRow> {
    const row = await uploadRow(this.#pool, uploadId);
    if (row === null) throw notFound('upload');
    return standing(row);
  }

  /** Appends from `offset` on, and answers where it stands then; whether the caller may was judged before. Throws conflict when it stands elsewhere. */
  async append(uploadId: string, offset: number, body: AsyncIterable<Uint8Array>): Promise<number> {
    const row = await this.known(uploadId);
    if (row.received !== offset || row.state !== 'arriving')
      throw new Refusal('conflict', `The upload stands at ${row.received}, not at ${offset}. Nothing was taken.`, {
        received: row.received,
      });
    return this.#segments.append(row, body);
  }

  /**
   * Proves a whole file: its SHA-256, and that its content is of the kind that was declared. One that is neither is deleted, and upload_mismatch thrown.
   * Answers the upload as it stands; of one that is not whole, or proved, nothing changes. So a crash in between costs nothing: it is asked for again.
   */
  async finish(uploadId: string): Promise<UploadRow | null> {
    const row = await uploadRow(this.#pool, uploadId);
    if (row === null || row.state !== 'arriving' || row.received < row.bytes) return row;
    const problem = await this.#problemOf(row);
    const now = this.#clock.now();
    if (problem !== null) {
      await transaction(this.#pool, (client) => deleteUploads(client, [uploadId], now));
      throw new Refusal('upload_mismatch', problem);
    }
    await this.#pool.query(`update uploads set state = 'stored', touched_at = $2 where upload_id = $1 and state = 'arriving'`, [
      uploadId,
      now,
    ]);
    return uploadRow(this.#pool, uploadId);
  }

  /** The bytes of a stored upload; whoever asks was judged before. Throws gone, and not_found for one that is not whole. */
  read(row: UploadRow, range: ByteRange): AsyncGenerator<Buffer> {
    if (row.state === 'deleted')
      throw new Refusal('gone', 'This file was deleted: its time was over, or the consent to keep it was withdrawn.');
    if (row.state !== 'stored') throw notFound('file');
    return this.#segments.read(row, range);
  }

  /** Takes back what is not in a report yet, or not whole; whether the caller may was judged before. Throws conflict for a whole file of a report: withdraw the report, or the consent. */
  async remove(uploadId: string): Promise<void> {
    const row = await this.known(uploadId);
    if (row.report_id !== null && row.state === 'stored')
      throw new Refusal(
        'conflict',
        'This file belongs to a report. Withdraw the report, or the consent to keep pictures. Nothing was deleted.',
      );
    await transaction(this.#pool, (client) => deleteUploads(client, [uploadId], this.#clock.now()));
  }

  async #problemOf(row: UploadRow): Promise<string | null> {
    const hash = createHash('sha256');
    // The data of a recipe is read whole, and is small; of a picture the beginning tells.
    const keep = row.type === 'application/json' ? MOST_DATA_BYTES : START_BYTES;
    const start: Buffer[] = [];
    let kept = 0;
    for await (const plain of this.#segments.read(row, { from: 0, to: row.bytes })) {
      hash.update(plain);
      if (kept < keep) start.push(plain.subarray(0, keep - kept));
      kept += plain.length;
    }
    if (hash.digest('hex') !== row.sha256)
      return 'The file has another SHA-256 than was declared: it was damaged on its way, or changed while it was sent. It was deleted; send it again under another operation id.';
    return contentProblem(row.type, Buffer.concat(start));
  }

  async #refusePastLimits(client: Queryable, accountId: AccountId, bytes: number): Promise<void> {
    const used = await bytesKept(client, accountId);
    if (used + bytes > this.#limits.bytes)
      throw new Refusal(
        'too_many_uploads',
        `Of this account ${used} bytes are kept, and ${this.#limits.bytes} may be. Nothing was taken.`,
        {
          limit: this.#limits.bytes,
        },
      );
    const { rows } = await client.query<{ open: number }>(
      `select count(*)::int as open from uploads where ${KEPT} and (report_id is null or state = 'arriving')`,
      [accountId],
    );
    if ((rows[0]?.open ?? 0) >= MOST_UNFINISHED)
      throw new Refusal(
        'too_many_uploads',
        `${MOST_UNFINISHED} uploads of this account are unfinished or in no report, which is as many as may be. Nothing was taken.`,
        {
          limit: MOST_UNFINISHED,
        },
      );
  }
}

function standing(row: UploadRow): UploadRow {
  if (row.state !== 'deleted') return row;
  throw new Refusal('gone', 'This upload was deleted. Declare the file anew under another operation id, if it is still wanted.');
}

function refuseSize({ type }: UploadMetadata, bytes: number): void {
  const most = type === 'application/json' ? MOST_DATA_BYTES : MOST_UPLOAD_BYTES;
  if (bytes >= 1 && bytes <= most) return;
  throw new Refusal('body_too_large', `A file of this kind has 1 to ${most} bytes; ${bytes} were declared. Nothing was taken.`);
}
