/**
 * Credit for a faulty picture: what its operation cost, at most, and once, however many reports speak of it or of its corrections (ST-05). The picture's
 * operation names the grant, so that nothing that happens in between can make it two.
 */

import type pg from 'pg';
import type { z } from 'zod';
import type { resolveRequest } from '../../shared/api/index.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import { derivedId } from '../derived-id.ts';
import { witness } from '../identity/audit.ts';
import type { Staff } from '../identity/staff.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Accounts } from '../ledger/opening.ts';
import type { Operations } from '../ledger/operations.ts';
import { notFound, Refusal } from '../problems.ts';
import { pictureOf } from './desk.ts';
import { photosOf, type ReportRow } from './records.ts';

type GrantBack = NonNullable<z.infer<typeof resolveRequest>['grantBack']>;

/** What giving credit back for a faulty picture needs. */
export interface GrantBackParts {
  readonly pool: pg.Pool;
  readonly ledger: Ledger;
  readonly operations: Operations;
  readonly accounts: Accounts;
}

/** A paid picture, and the report that asks for its charge. */
interface Picture {
  readonly accountId: AccountId;
  readonly opId: OpId;
  readonly reportId: string;
}

/** Throws already_resolved when another report of the picture brought it back, and invalid_amount for more than it cost. */
export async function grantBack(parts: GrantBackParts, reportId: string, asked: GrantBack, by: Staff): Promise<void> {
  const picture = await pictureFor(parts, reportId, asked.resultOpId);
  const { bucket, amount } = asked;
  const opId = await nameOfGrant(parts, picture);
  await refuseMore(parts, picture, amount);
  const grant = { opId, bucket, amount, reason: `Report ${reportId}` };
  await parts.accounts.grant(picture.accountId, grant, witness(by, 'report.grant-back', grant));
}

async function pictureFor({ pool }: GrantBackParts, reportId: string, resultOpId: OpId | undefined): Promise<Picture> {
  const { rows } = await pool.query<ReportRow>('select * from reports where report_id = $1', [reportId]);
  const [row] = rows;
  if (row === undefined) throw notFound('report');
  const photos = photosOf(row);
  const photo = resultOpId === undefined ? photos[0] : photos.find((one) => one.resultOpId === resultOpId);
  if (photo === undefined) throw new Refusal('invalid_request', 'resultOpId: the report is not about this picture. Nothing was granted.');
  const accountId = row.account_id;
  return { accountId, reportId, opId: await pictureOf(pool, accountId, photo.resultOpId) };
}

/** The operation of the grant; of one that was made when reports named it, that. */
async function nameOfGrant({ pool, ledger }: GrantBackParts, { reportId, accountId, opId: resultOpId }: Picture): Promise<OpId> {
  const ofPicture = derivedId('picture granted back', accountId, resultOpId);
  const siblings = await reportsOfPicture(pool, accountId, resultOpId);
  const older = new Map(siblings.map((sibling) => [derivedId('report granted back', sibling), sibling]));
  for (const { opId } of await ledger.operations(accountId, [...older.keys()])) {
    if (older.get(opId) === reportId) return opId;
    throw new Refusal('already_resolved', `The charge of this picture came back with report ${older.get(opId)}. Nothing was granted.`);
  }
  const [known] = await ledger.operations(accountId, [ofPicture]);
  const entry = known && (await ledger.entriesFrom(accountId, known.seq)).find((one) => one.kind === 'granted');
  const before = entry?.source.kind === 'admin' ? entry.source.reason : null;
  if (before !== null && before !== `Report ${reportId}`)
    throw new Refusal('already_resolved', `The charge of this picture came back already (${before}). Nothing was granted.`);
  return ofPicture;
}

/** The reports that speak of one picture first, oldest first: earlier servers named grants after them. */
async function reportsOfPicture(pool: pg.Pool, accountId: AccountId, resultOpId: OpId): Promise<string[]> {
  const { rows } = await pool.query<{ report_id: string }>(
    `select report_id from reports where account_id = $1 and document::jsonb ->> 'resultOpId' = $2 order by at, arrival`,
    [accountId, resultOpId],
  );
  return rows.map((row) => row.report_id);
}

async function refuseMore({ ledger, operations }: GrantBackParts, { accountId, opId }: Picture, amount: string): Promise<void> {
  const { charged } = await operations.receipt(accountId, opId);
  const amounts = await ledger.amounts(accountId);
  const asked = amounts.parse(amount);
  if (asked > 0n && asked <= amounts.parse(charged)) return;
  throw new Refusal('invalid_amount', `The picture cost ${charged}: at most that comes back, and more than nothing. Nothing was granted.`, {
    most: charged,
  });
}
