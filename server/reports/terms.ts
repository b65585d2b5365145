/** What a customer is told before pictures are sent, and the consent to it: given and withdrawn for an account, every time written down. */
import { hash } from 'node:crypto';
import type pg from 'pg';
import { MOST_PHOTOS_OF_A_REPORT, MOST_UPLOAD_BYTES, type ReportDesk } from '../../shared/api/index.ts';
import { days, hours } from '../../shared/credits/model/durations.ts';
import { earlierBy } from '../../shared/credits/model/instants.ts';
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import { canonicalJson } from '../../shared/ledger/canonical.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { Refusal } from '../problems.ts';
import { deleteUploads } from '../uploads/records.ts';
import { bytesKept } from '../uploads/uploads.ts';
import type { Queryable } from './records.ts';

/** What an installation promises about the pictures of reports. */
export type Promised = Omit<ReportDesk['terms'], 'id' | 'takes'>;

/** How much an account may have open and kept. */
export interface ReportLimits {
  readonly openReports: number;
  readonly bytes: number;
}

const TAKES: ReportDesk['terms']['takes'] = ['original', 'result', 'recipe', 'strokes'];
/** Figures of fewer answers say nothing. */
const FEWEST_ANSWERS = 5;
const LOOKED_BACK_MS = days(90);
const HOUR_MS = hours(1);
const ID_LENGTH = 22;

/** Reports that wait for an answer. */
export const OPEN = `state in ('open', 'in_progress')`;

/** The terms of this installation and the consent of its accounts. */
export class ReportTerms {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #terms: ReportDesk['terms'];
  readonly #limits: ReportLimits;

  constructor(parts: { pool: pg.Pool; clock: Clock; promised: Promised; limits: ReportLimits }) {
    this.#pool = parts.pool;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    const terms = { takes: TAKES, ...parts.promised };
    this.#terms = { id: hash('sha256', canonicalJson(terms), 'base64url').slice(0, ID_LENGTH), ...terms };
  }

  /** In days after the answer. */
  get keptDays(): number {
    return this.#terms.keptDays;
  }

  /** Whether every answer is looked at twice. */
  get secondLook(): boolean {
    return this.#terms.secondLook;
  }

  async desk(accountId: AccountId): Promise<ReportDesk> {
    const { rows } = await this.#pool.query<{ open: number }>(
      `select count(*)::int as open from reports where account_id = $1 and ${OPEN}`,
      [accountId],
    );
    const last = await lastConsent(this.#pool, accountId);
    return {
      terms: this.#terms,
      consent: { given: this.#covers(last), at: last === null ? null : rfc3339(last.at) },
      limits: {
        ...this.#limits,
        open: rows[0]?.open ?? 0,
        used: await bytesKept(this.#pool, accountId),
        uploadBytes: MOST_UPLOAD_BYTES,
        photos: MOST_PHOTOS_OF_A_REPORT,
      },
      usuallyWithinHours: await this.#usually(),
    };
  }

  /** Consent to the terms that were shown. Throws conflict when they are not those in force. */
  async give(accountId: AccountId, terms: string): Promise<ReportDesk> {
    if (terms !== this.#terms.id)
      throw new Refusal('conflict', 'The terms changed since they were shown. Nothing was written; show them again, and ask again.', {
        terms: this.#terms.id,
      });
    await transaction(this.#pool, (client) => this.#write(client, accountId, true));
    return this.desk(accountId);
  }

  /** Takes the consent back: everything that the account sent is deleted, and the corrected pictures as well. Open reports stay, in words. */
  async withdraw(accountId: AccountId): Promise<ReportDesk> {
    await transaction(this.#pool, async (client) => {
      await this.#write(client, accountId, false);
      const { rows } = await client.query<{ upload_id: string }>(
        `select upload_id from uploads where account_id = $1 and state <> 'deleted'`,
        [accountId],
      );
      await deleteUploads(
        client,
        rows.map((row) => row.upload_id),
        this.#clock.now(),
      );
    });
    return this.desk(accountId);
  }

  /** Throws consent_required. In the transaction that takes a picture: one that withdraws at the same moment waits, and deletes it too. */
  async require(client: Queryable, accountId: AccountId): Promise<void> {
    await lockConsent(client, accountId);
    if (this.#covers(await lastConsent(client, accountId))) return;
    throw new Refusal(
      'consent_required',
      'This account has not agreed that pictures travel to staff under the terms in force. Nothing was taken. Agree, or report without pictures.',
      { terms: this.#terms.id },
    );
  }

  #covers(last: Consent | null): boolean {
    return last?.given === true && last.terms === this.#terms.id;
  }

  async #write(client: Queryable, accountId: AccountId, given: boolean): Promise<void> {
    await lockConsent(client, accountId);
    const last = await lastConsent(client, accountId);
    if (given ? this.#covers(last) : last?.given !== true) return;
    await client.query('insert into report_consents (account_id, at, terms, given) values ($1, $2, $3, $4)', [
      ...[accountId, this.#clock.now(), this.#terms.id, given],
    ]);
  }

  /** Within how many hours three of four answers came; null: too few of them to say. */
  async #usually(): Promise<number | null> {
    const { rows } = await this.#pool.query<{ answers: number; took: number | null }>(
      `select count(*)::int as answers, percentile_disc(0.75) within group (order by resolved_at - at) as took
       from reports where resolved_at >= $1 and state in ('corrected', 'declined')`,
      [earlierBy(this.#clock.now(), LOOKED_BACK_MS)],
    );
    const [row] = rows;
    if (row === undefined || row.took === null || row.answers < FEWEST_ANSWERS) return null;
    return Math.max(1, Math.ceil(row.took / HOUR_MS));
  }
}

interface Consent {
  readonly at: Instant;
  readonly terms: string;
  readonly given: boolean;
}

async function lastConsent(db: Queryable, accountId: AccountId): Promise<Consent | null> {
  const { rows } = await db.query<Consent>(
    'select at, terms, given from report_consents where account_id = $1 order by arrival desc limit 1',
    [accountId],
  );
  return rows[0] ?? null;
}

async function lockConsent(client: Queryable, accountId: AccountId): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtext('report consent'), hashtext($1))`, [accountId]);
}
