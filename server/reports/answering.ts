/**
 * Staff's answer to a report, once: in words, with corrected pictures, or declined. Each corrected picture is an operation of 0 credits, whose id follows from
 * the report and the picture, so that it is written once however often it is asked for. Ledger, report, file dates and webhook are one transaction.
 */
import type pg from 'pg';
import type { z } from 'zod';
import type { resolveRequest, reviewRequest } from '../../shared/api/index.ts';
import { days } from '../../shared/credits/model/durations.ts';
import { laterBy } from '../../shared/credits/model/instants.ts';
import type { Instant, OpId } from '../../shared/credits/model/quantities.ts';
import type { Clock } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { derivedId } from '../derived-id.ts';
import { type Witness, witness } from '../identity/audit.ts';
import type { Staff } from '../identity/staff.ts';
import { writeCorrections } from '../ledger/free-work.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { isNew } from '../ledger/staff-acts.ts';
import { notFound, Refusal } from '../problems.ts';
import { type UploadRow, uploadRow } from '../uploads/records.ts';
import { photosOf, proposalOf, type Queryable, type ReportRow, type StoredProposal } from './records.ts';
import { lockedReport, refuseOver, refuseTaken } from './standing.ts';
import type { Telling } from './telling.ts';
import type { ReportTerms } from './terms.ts';

type Resolution = z.infer<typeof resolveRequest>;
type Review = z.infer<typeof reviewRequest>;

interface AnsweringParts {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly terms: ReportTerms;
  readonly telling: Telling;
}

/** A corrected picture on its way to its customer. */
interface Corrected {
  readonly opId: OpId;
  readonly photo: string;
  readonly resultOpId: OpId;
  readonly uploadId: string;
}

const WITHDRAWN = 'The corrected picture was deleted: the customer withdrew the consent. Nothing was written.';

/** The operation of a corrected picture. */
export const correctionId = (reportId: string, resultOpId: OpId): OpId => derivedId('correction', reportId, resultOpId);

/** Gives answers, or proposes them where the installation wants a second pair of eyes. */
export class Answering {
  readonly #parts: AnsweringParts;

  constructor(parts: AnsweringParts) {
    this.#parts = parts;
  }

  /**
   * The same operation id answers what has become of the report; with other words it is a conflict. `grantedBack`: what came back of the charge, for the
   * report to say. Throws report_taken, report_over, upload_unfinished, and account_closed with corrected pictures.
   */
  async resolve(staff: Staff, reportId: string, resolution: Resolution, grantedBack: string | null): Promise<void> {
    const { pool, clock, terms, telling } = this.#parts;
    const { opId, ...rest } = resolution;
    const { state, answer = null, uploads = [] } = rest;
    const seen = named(opId, witness(staff, 'report.answer', { report: reportId, ...resolution }));
    const row = await find(pool, reportId);
    const again = { about: reportId, content: { reportId, ...rest }, nothing: 'Nothing was written.' };
    const isAgain = async (client: Queryable): Promise<boolean> => opId !== undefined && !(await isNew(client, { ...again, opId }));
    if (state === 'in_progress') await this.#mark(reportId, isAgain, seen);
    else if (terms.secondLook) await this.#propose(staff, reportId, { state, answer, uploads: [...uploads] }, { isAgain, seen });
    else {
      const corrected = await correctedOf(pool, row, uploads);
      await this.#send(row, corrected, async (client, before) => {
        if (await isAgain(client)) return false;
        if (before.state === state && uploads.length === 0 && (answer === null || answer === before.answer)) return false;
        refuseTaken(before, staff.id, clock.now());
        // Words may be mended afterwards. What a picture went out with, or what the customer ended, stays.
        if (uploads.length > 0 || before.state === 'withdrawn' || (await wentOut(client, before))) refuseOver(before);
        await this.#note(client, before, { state, answer, grantedBack }, seen);
        return true;
      });
    }
    if (grantedBack !== null) await pool.query('update reports set granted_back = $2 where report_id = $1', [reportId, grantedBack]);
    telling.changed(row.account_id);
  }

  /** The second look: the proposed answer goes out, or the report goes back into the queue. Throws second_look_required for whoever proposed it. */
  async review(staff: Staff, reportId: string, review: Review): Promise<void> {
    const { pool, telling } = this.#parts;
    const { opId, ...rest } = review;
    const seen = named(opId, witness(staff, 'report.review', { report: reportId, ...review }));
    const row = await find(pool, reportId);
    const content = { reportId, ...rest };
    const judged = async (client: Queryable, before: ReportRow): Promise<StoredProposal | null> => {
      if (!(await isNew(client, { opId, about: reportId, content, nothing: 'Nothing was written.' }))) return null;
      refuseOver(before);
      const proposal = proposalOf(before);
      if (proposal === null) throw new Refusal('conflict', 'No answer to this report waits for a second look. Nothing was changed.');
      if (proposal.by.id === staff.id)
        throw new Refusal('second_look_required', 'Whoever proposed an answer does not confirm it. Nothing was changed.');
      return proposal;
    };
    if (rest.verdict === 'send-back')
      await transaction(pool, async (client) => {
        const before = await lockedReport(client, reportId);
        if ((await judged(client, before)) === null) return;
        await client.query(`update reports set state = 'open', proposal = null, lease_until = null where report_id = $1`, [reportId]);
        await seen(client, { ...this.#about(before), after: { ...facts(before), state: 'open' } });
      });
    else {
      const proposal = proposalOf(row);
      const corrected = proposal === null ? [] : await correctedOf(pool, row, proposal.uploads);
      const answer = { state: proposal?.state ?? 'declined', answer: proposal?.answer ?? null } as const;
      await this.#send(row, corrected, async (client, before) => {
        const found = await judged(client, before);
        if (found === null) return false;
        if (JSON.stringify(found) !== JSON.stringify(proposal))
          throw new Refusal('conflict', 'Another answer was proposed meanwhile. Nothing was changed; look at it again.');
        await this.#note(client, before, { ...answer, grantedBack: null }, seen);
        return true;
      });
    }
    telling.changed(row.account_id);
  }

  /** Staff says that somebody is at it, without taking it. */
  #mark(reportId: string, isAgain: (client: Queryable) => Promise<boolean>, seen: Witness): Promise<void> {
    return transaction(this.#parts.pool, async (client) => {
      const before = await lockedReport(client, reportId);
      if (await isAgain(client)) return;
      if (before.state === 'in_progress') return;
      await client.query(`update reports set state = 'in_progress', resolved_at = null where report_id = $1`, [reportId]);
      await seen(client, { ...this.#about(before), before: facts(before), after: { ...facts(before), state: 'in_progress' } });
    });
  }

  #propose(
    staff: Staff,
    reportId: string,
    proposed: Pick<StoredProposal, 'state' | 'answer' | 'uploads'>,
    { isAgain, seen }: { readonly isAgain: (client: Queryable) => Promise<boolean>; readonly seen: Witness },
  ): Promise<void> {
    return transaction(this.#parts.pool, async (client) => {
      const before = await lockedReport(client, reportId);
      if (await isAgain(client)) return;
      refuseOver(before);
      const at = this.#parts.clock.now();
      refuseTaken(before, staff.id, at);
      await correctedOf(client, before, proposed.uploads);
      const proposal: StoredProposal = { by: { id: staff.id, name: staff.name }, at, ...proposed };
      await client.query(`update reports set state = 'in_progress', proposal = $2, lease_until = null where report_id = $1`, [
        reportId,
        JSON.stringify(proposal),
      ]);
      await seen(client, { ...this.#about(before), before: facts(before), after: { proposed: proposal } });
    });
  }

  /** `admit`: judges and writes the answer, in the transaction of the corrections; false: it was given before, and nothing is written. */
  async #send(
    { account_id: accountId, report_id: reportId }: ReportRow,
    corrected: readonly Corrected[],
    admit: (client: Queryable, before: ReportRow) => Promise<boolean>,
  ): Promise<void> {
    const { ledger, pool, clock } = this.#parts;
    const write = async (client: Queryable): Promise<void> => {
      if (!(await admit(client, await lockedReport(client, reportId)))) return;
      const now = clock.now();
      for (const { opId, resultOpId, uploadId } of corrected) {
        // Under its row's lock: the consent may have been withdrawn since it was looked at.
        if ((await uploadRow(client, uploadId, true))?.state !== 'stored') throw new Refusal('gone', WITHDRAWN);
        await client.query('insert into corrections values ($1, $2, $3, $4, $5, $6)', [
          accountId,
          reportId,
          resultOpId,
          opId,
          uploadId,
          now,
        ]);
      }
      const answered = await lockedReport(client, reportId);
      await this.#parts.telling.answered(client, answered);
    };
    // Where the corrections are written already, it is the report that says whether the same answer is asked for again.
    if (corrected.length === 0 || !(await writeCorrections(ledger, accountId, corrected, write))) await transaction(pool, write);
  }

  async #note(
    client: Queryable,
    before: ReportRow,
    { state, answer, grantedBack }: Pick<StoredProposal, 'state' | 'answer'> & { readonly grantedBack: string | null },
    seen: Witness,
  ): Promise<void> {
    const { clock, terms } = this.#parts;
    const at = clock.now();
    const { rows } = await client.query<ReportRow>(
      `update reports set state = $2, answer = coalesce($3, answer), resolved_at = $4, lease_until = null, proposal = null,
         granted_back = coalesce($5, granted_back) where report_id = $1 returning *`,
      [before.report_id, state, answer, at, grantedBack],
    );
    const [after] = rows;
    if (after === undefined) throw notFound('report');
    const until: Instant = laterBy(at, days(terms.keptDays));
    await client.query('update uploads set delete_at = $3 where account_id = $1 and report_id = $2', [
      before.account_id,
      before.report_id,
      until,
    ]);
    await seen(client, { ...this.#about(before), before: facts(before), after: facts(after) });
  }

  #about({ account_id: accountId }: ReportRow) {
    return { at: this.#parts.clock.now(), accountId, opId: null };
  }
}

/** The operation id that staff gave stands in the log. */
const named =
  (opId: OpId | undefined, seen: Witness): Witness =>
  (client, about) =>
    seen(client, { ...about, opId: opId ?? null });

/** Whether a corrected picture went out with the answer. */
async function wentOut(client: Queryable, { account_id: accountId, report_id: reportId }: ReportRow): Promise<boolean> {
  const { rowCount } = await client.query('select from corrections where account_id = $1 and report_id = $2', [accountId, reportId]);
  return (rowCount ?? 0) > 0;
}

const facts = (row: ReportRow) => ({ report: row.report_id, state: row.state, answer: row.answer });

async function find(db: Queryable, reportId: string): Promise<ReportRow> {
  const { rows } = await db.query<ReportRow>('select * from reports where report_id = $1', [reportId]);
  const [row] = rows;
  if (!row) throw notFound('report');
  return row;
}

/** The corrected pictures with the photos that they are of. Throws not_found, upload_unfinished, and invalid_request for two of one photo. */
async function correctedOf(db: Queryable, row: ReportRow, uploadIds: readonly string[]): Promise<Corrected[]> {
  const photos = photosOf(row);
  const corrected: Corrected[] = [];
  for (const uploadId of uploadIds) {
    const upload = await uploadRow(db, uploadId);
    const photo = photos.find((one) => one.resultOpId === upload?.result_op_id);
    if (upload === null || photo === undefined || !isOf(row, upload)) throw notFound('corrected picture');
    if (upload.state === 'deleted') throw new Refusal('gone', WITHDRAWN);
    if (upload.state !== 'stored')
      throw new Refusal('upload_unfinished', 'The corrected picture is not here in full yet. Nothing was written.', {
        received: upload.received,
      });
    const { resultOpId } = photo;
    if (corrected.some((one) => one.resultOpId === resultOpId))
      throw new Refusal('invalid_request', 'uploads: at most one corrected picture for each photo. Nothing was written.');
    corrected.push({ opId: correctionId(row.report_id, resultOpId), photo: photo.photo, resultOpId, uploadId });
  }
  return corrected;
}

const isOf = (row: ReportRow, upload: UploadRow): boolean =>
  upload.account_id === row.account_id && upload.report_id === row.report_id && upload.role === 'corrected';
