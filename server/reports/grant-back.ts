/**
 * Credit for a faulty picture: what its operation cost, at most, and once, however many reports speak of it (ST-05). The picture's operation
 * names the grant, so that nothing that happens in between can make it two.
 */

import type { z } from 'zod';
import type { QueuedReport, resolveRequest } from '../../shared/api/index.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import { derivedId } from '../derived-id.ts';
import { witness } from '../identity/audit.ts';
import type { Staff } from '../identity/staff.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Accounts } from '../ledger/opening.ts';
import type { Operations } from '../ledger/operations.ts';
import { Refusal } from '../problems.ts';
import type { Reports } from './reports.ts';

type GrantBack = NonNullable<z.infer<typeof resolveRequest>['grantBack']>;

/** What giving credit back for a faulty picture needs. */
export interface GrantBackParts {
  readonly ledger: Ledger;
  readonly reports: Reports;
  readonly operations: Operations;
  readonly accounts: Accounts;
}

/** Throws already_resolved when another report of the picture brought it back, and invalid_amount for more than it cost. */
export async function grantBack(parts: GrantBackParts, reportId: string, { bucket, amount }: GrantBack, by: Staff): Promise<void> {
  const report = await parts.reports.find(reportId);
  const opId = await nameOfGrant(parts, report);
  await refuseMore(parts, report, amount);
  const grant = { opId, bucket, amount, reason: `Report ${reportId}` };
  await parts.accounts.grant(report.accountId, grant, witness(by, 'report.grant-back', grant));
}

/** The operation of the grant; of one that was made when reports named it, that. */
async function nameOfGrant({ ledger, reports }: GrantBackParts, { id, accountId, resultOpId }: QueuedReport): Promise<OpId> {
  const ofPicture = derivedId('picture granted back', accountId, resultOpId);
  const siblings = await reports.ofPicture(accountId, resultOpId);
  const older = new Map(siblings.map((reportId) => [derivedId('report granted back', reportId), reportId]));
  for (const { opId } of await ledger.operations(accountId, [...older.keys()])) {
    if (older.get(opId) === id) return opId;
    throw new Refusal('already_resolved', `The charge of this picture came back with report ${older.get(opId)}. Nothing was granted.`);
  }
  const [known] = await ledger.operations(accountId, [ofPicture]);
  const entry = known && (await ledger.entriesFrom(accountId, known.seq)).find((one) => one.kind === 'granted');
  const before = entry?.source.kind === 'admin' ? entry.source.reason : null;
  if (before !== null && before !== `Report ${id}`)
    throw new Refusal('already_resolved', `The charge of this picture came back already (${before}). Nothing was granted.`);
  return ofPicture;
}

async function refuseMore({ ledger, operations }: GrantBackParts, { accountId, resultOpId }: QueuedReport, amount: string): Promise<void> {
  const { charged } = await operations.receipt(accountId, resultOpId);
  const amounts = await ledger.amounts(accountId);
  const asked = amounts.parse(amount);
  if (asked > 0n && asked <= amounts.parse(charged)) return;
  throw new Refusal('invalid_amount', `The picture cost ${charged}: at most that comes back, and more than nothing. Nothing was granted.`, {
    most: charged,
  });
}
