/** What happens to uploads by themselves: those that nobody finishes or names end, those whose time is over are deleted, and their objects with them. */
import type pg from 'pg';
import { days, hours } from '../../shared/credits/model/durations.ts';
import { earlierBy, laterBy } from '../../shared/credits/model/instants.ts';
import { millisFrom } from '../../shared/credits/model/minting.ts';
import type { Instant } from '../../shared/credits/model/quantities.ts';
import type { Clock } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { Failures } from '../failures.ts';
import type { Vault } from '../identity/vault.ts';
import type { Journal } from '../journal.ts';
import type { ObjectStore } from '../objects/store.ts';
import { Refusal } from '../problems.ts';
import { inRounds } from '../rounds.ts';
import { deleteUploads, type UploadRow } from './records.ts';
import { resealed } from './sealing.ts';
import type { Uploads } from './uploads.ts';

/** An upload to which nothing comes, or which no report names, ends after this. A slow line has a week for its next byte. */
const UNFINISHED_MS = days(7);
/** Longer than a segment is on its way to the store: what was named before it was written and never became part of a file. */
const WRITING_MS = hours(1);
/** After its last byte a request proves the file; when it did not live to, this does. */
const PROVING_MS = millisFrom(60_000);
/** The record of an upload that ended and was in no report. */
const REMEMBERED_MS = days(30);
const AT_A_TIME = 200;

/** When an upload ends unless something comes. */
export const expiryOf = ({ touched_at: touchedAt }: Pick<UploadRow, 'touched_at'>): Instant => laterBy(touchedAt, UNFINISHED_MS);

/** Uploads that ended: $1 now, $2 untouched since, $3 how many. */
const OVER = `select upload_id from uploads
  where state <> 'deleted' and (delete_at <= $1 or ((state = 'arriving' or report_id is null) and touched_at < $2)) limit $3`;

/** The chore that ends uploads and deletes what they were. */
export class Forgetting {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #store: ObjectStore;
  readonly #uploads: Pick<Uploads, 'finish'>;

  constructor(parts: { pool: pg.Pool; clock: Clock; store: ObjectStore; uploads: Pick<Uploads, 'finish'> }) {
    this.#pool = parts.pool;
    this.#clock = parts.clock;
    this.#store = parts.store;
    this.#uploads = parts.uploads;
  }

  /** With every sweep. Throws what failed, after everything else was done. */
  async run(): Promise<void> {
    const failures = new Failures();
    await failures.try(() => this.#prove());
    await failures.try(() => this.#end());
    await failures.try(() => this.#deleteObjects(failures));
    failures.report();
  }

  async #prove(): Promise<void> {
    const { rows } = await this.#pool.query<{ upload_id: string }>(
      `select upload_id from uploads where state = 'arriving' and received = bytes and touched_at < $1 limit $2`,
      [earlierBy(this.#clock.now(), PROVING_MS), AT_A_TIME],
    );
    for (const { upload_id: id } of rows)
      await this.#uploads.finish(id).catch((error: unknown) => {
        // It was not what was declared, and is deleted.
        if (!(error instanceof Refusal && error.code === 'upload_mismatch')) throw error;
      });
  }

  async #end(): Promise<void> {
    const now = this.#clock.now();
    await inRounds(async () => {
      const { rows } = await this.#pool.query<{ upload_id: string }>(OVER, [now, earlierBy(now, UNFINISHED_MS), AT_A_TIME]);
      const ids = rows.map((row) => row.upload_id);
      await transaction(this.#pool, (client) => deleteUploads(client, ids, now));
      return ids.length >= AT_A_TIME;
    });
    await this.#pool.query(`delete from uploads where state = 'deleted' and report_id is null and touched_at < $1`, [
      earlierBy(now, REMEMBERED_MS),
    ]);
  }

  /** Two servers may delete the same one: it is gone all the same. */
  async #deleteObjects(failures: Failures): Promise<void> {
    await inRounds(async () => {
      const { rows } = await this.#pool.query<{ object: string }>(
        'select object from objects_to_delete where at < $1 order by at limit $2',
        [earlierBy(this.#clock.now(), WRITING_MS), AT_A_TIME],
      );
      const gone: string[] = [];
      await failures.each(
        rows.map((row) => row.object),
        async (object) => {
          await this.#store.remove(object);
          gone.push(object);
        },
        4,
      );
      await this.#pool.query('delete from objects_to_delete where object = any($1)', [gone]);
      return gone.length >= AT_A_TIME;
    });
  }
}

/** Seals the keys of files with the vault's first key, as every start does; tells of those that no key opens. */
export async function sealFileKeys(pool: pg.Pool, vault: Vault, journal: Journal): Promise<void> {
  let unreadable = 0;
  const { rows } = await pool.query<{ upload_id: string; sealed_key: string }>(
    'select upload_id, sealed_key from uploads where sealed_key is not null',
  );
  for (const { upload_id: id, sealed_key: sealed } of rows) {
    if (vault.isCurrent(sealed)) continue;
    const anew = resealed(vault, id, sealed);
    if (anew === null) unreadable += 1;
    else await pool.query('update uploads set sealed_key = $2 where upload_id = $1 and sealed_key = $3', [id, anew, sealed]);
  }
  journal.state(
    'the key of files',
    unreadable === 0 ? null : `${unreadable} files were encrypted with a key that this server does not have. Add it to BACKLOT_VAULT_KEYS.`,
  );
}
