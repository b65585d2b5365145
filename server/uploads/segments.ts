/**
 * The bytes of uploads, in encrypted segments in the object store. A segment is named in `objects_to_delete` before it is written, and struck from it in the
 * transaction that makes it part of its file: whatever a crash leaves behind is deleted by the sweep.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Clock } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { messageOf } from '../failures.ts';
import type { Vault } from '../identity/vault.ts';
import type { Journal } from '../journal.ts';
import type { ObjectStore } from '../objects/store.ts';
import { Refusal } from '../problems.ts';
import type { UploadRow } from './records.ts';
import { fileKey, openSegment, SEGMENT_BYTES, sealSegment } from './sealing.ts';

interface SegmentRow {
  readonly starts_at: number;
  readonly bytes: number;
  readonly object: string;
}

/** From the first byte to before the last. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Appends to files and reads them. */
export class Segments {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #store: ObjectStore;
  readonly #vault: Vault;
  readonly #journal: Journal;

  constructor(parts: { pool: pg.Pool; clock: Clock; store: ObjectStore; vault: Vault; journal: Journal }) {
    this.#pool = parts.pool;
    this.#clock = parts.clock;
    this.#store = parts.store;
    this.#vault = parts.vault;
    this.#journal = parts.journal;
  }

  /**
   * Appends what comes to the upload, which stands at `row.received`. What arrived before the body broke off is kept. Answers where it stands then. Throws
   * upload_unfinished when another request appended meanwhile.
   */
  async append(row: UploadRow, body: AsyncIterable<Uint8Array>): Promise<number> {
    const key = this.#keyOf(row);
    const tail = await this.#shortTail(row, key);
    let startsAt = row.received - tail.length;
    let at = row.received;
    let waiting: Uint8Array[] = tail.length > 0 ? [tail] : [];
    let bytes = tail.length;
    const flush = async (most: number): Promise<void> => {
      const all = Buffer.concat(waiting, bytes);
      const segment = all.subarray(0, most);
      at = await this.#write(row, key, { startsAt, segment, before: at });
      startsAt += segment.length;
      waiting = segment.length < all.length ? [all.subarray(segment.length)] : [];
      bytes -= segment.length;
    };
    try {
      for await (const chunk of body) {
        waiting.push(chunk);
        bytes += chunk.length;
        while (bytes >= SEGMENT_BYTES) await flush(SEGMENT_BYTES);
      }
    } finally {
      if (startsAt + bytes > at) await flush(bytes);
    }
    return at;
  }

  /** The plain bytes of a stored upload. Breaks off with an error where the store has lost one. */
  async *read(row: UploadRow, { from, to }: ByteRange): AsyncGenerator<Buffer> {
    const key = this.#keyOf(row);
    for (const segment of await this.#of(row, from, to)) {
      const plain = await this.#plain(row, key, segment);
      yield plain.subarray(Math.max(0, from - segment.starts_at), Math.min(plain.length, to - segment.starts_at));
    }
  }

  async #of({ account_id, upload_id }: UploadRow, from: number, to: number): Promise<SegmentRow[]> {
    const { rows } = await this.#pool.query<SegmentRow>(
      `select starts_at, bytes, object from upload_segments
       where account_id = $1 and upload_id = $2 and starts_at < $4 and starts_at + bytes > $3 order by starts_at`,
      [account_id, upload_id, from, to],
    );
    return rows;
  }

  /** The last segment, where it is a short one: it is written anew with what follows, so that there are never many. */
  async #shortTail(row: UploadRow, key: Buffer): Promise<Buffer> {
    const [last] = await this.#of(row, Math.max(0, row.received - 1), row.received);
    return last === undefined || last.bytes >= SEGMENT_BYTES ? Buffer.alloc(0) : this.#plain(row, key, last);
  }

  async #plain({ upload_id: uploadId }: UploadRow, key: Buffer, { starts_at: startsAt, object }: SegmentRow): Promise<Buffer> {
    const stored = await this.#asked(() => this.#store.get(object));
    if (stored === null) {
      this.#journal.fault('an object is gone from the store', { upload: uploadId });
      throw new Refusal('gone', 'A part of this file is not in the store any more.');
    }
    return openSegment(key, { uploadId, startsAt }, stored);
  }

  async #write(
    row: UploadRow,
    key: Buffer,
    { startsAt, segment, before }: { readonly startsAt: number; readonly segment: Uint8Array; readonly before: number },
  ): Promise<number> {
    const { account_id: accountId, upload_id: uploadId } = row;
    const object = randomUUID();
    const now = this.#clock.now();
    await this.#pool.query('insert into objects_to_delete values ($1, $2)', [object, now]);
    await this.#asked(() => this.#store.put(object, sealSegment(key, { uploadId, startsAt }, segment)));
    const after = startsAt + segment.length;
    await transaction(this.#pool, async (client) => {
      const moved = await client.query(
        `update uploads set received = $3, touched_at = $4 where account_id = $1 and upload_id = $2 and received = $5 and state = 'arriving'`,
        [accountId, uploadId, after, now, before],
      );
      if (moved.rowCount !== 1)
        throw new Refusal(
          'upload_unfinished',
          'Another request sent to this upload, or it ended, meanwhile. Ask where it stands, and go on from there.',
        );
      await client.query(
        `insert into objects_to_delete select object, 0 from upload_segments where account_id = $1 and upload_id = $2 and starts_at = $3`,
        [accountId, uploadId, startsAt],
      );
      await client.query(
        `insert into upload_segments values ($1, $2, $3, $4, $5)
         on conflict (account_id, upload_id, starts_at) do update set bytes = excluded.bytes, object = excluded.object`,
        [accountId, uploadId, startsAt, segment.length, object],
      );
      await client.query('delete from objects_to_delete where object = $1', [object]);
    });
    return after;
  }

  #keyOf({ upload_id: uploadId, sealed_key: sealed }: UploadRow): Buffer {
    if (sealed === null) throw new Refusal('gone', 'This file was deleted.');
    const key = fileKey(this.#vault, uploadId, sealed);
    if (key !== null) return key;
    this.#journal.state(
      'the key of files',
      'A file was encrypted with a key that this server does not have. Add it to BACKLOT_VAULT_KEYS.',
    );
    throw new Refusal('unavailable', 'This server does not have the key of this file at the moment. Nothing is lost; try again later.');
  }

  /** What the store answers; out of reach, a refusal that passes. */
  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      const answer = await ask();
      this.#journal.state('the store of files', null);
      return answer;
    } catch (error) {
      this.#journal.state('the store of files', messageOf(error));
      throw new Refusal(
        'unavailable',
        'The store of files does not answer at the moment. What arrived before is kept; send the rest later.',
      );
    }
  }
}
