/** What only the ledger remembers of a grant, because the state forgets those with nothing left in them. */
import { isAnew } from '../../shared/credits/model/draft.ts';
import { grantOfOperation, seqAfter } from '../../shared/credits/model/minting.ts';
import type { AccountId, GrantId, OpId, Seq, Slice, Units } from '../../shared/credits/model/quantities.ts';
import { addUnits, NO_UNITS } from '../../shared/credits/model/units.ts';
import type { Ledger } from './ledger.ts';

type Reading = Pick<Ledger, 'operations' | 'entriesSince'>;

/** What was spent so far of the grant of this operation, and of what was given anew of it. Reads the ledger from there on; undefined for an operation that wrote nothing. */
export async function spentOf(ledger: Reading, accountId: AccountId, opId: OpId): Promise<Units | undefined> {
  const [known] = await ledger.operations(accountId, [opId]);
  if (!known || known.outcome !== null) return undefined;
  const own = new Set([grantOfOperation(opId)]);
  let spent = NO_UNITS;
  for await (const entry of ledger.entriesSince(accountId, seqAfter(known.seq, -1))) {
    if (entry.kind === 'granted' && isAnew(entry, opId)) own.add(entry.grantId);
    if (entry.kind === 'settled') for (const slice of entry.charged) if (own.has(slice.grantId)) spent = addUnits(spent, slice.amount);
  }
  return spent;
}

/** What a refund set in motion took later. */
interface SinceRefund {
  /** Of the credit that it awaited from work under way. */
  readonly taken: readonly Slice[];
  /** Of older balance whose clock it had set back (PG-12). */
  readonly lapsed: readonly Slice[];
}

/** What became later of what a refund set in motion. */
export async function sinceRefund(ledger: Reading, accountId: AccountId, refund: OpId, seq: Seq): Promise<SinceRefund> {
  const taken: Slice[] = [];
  const lapsed: Slice[] = [];
  const moved = new Set<GrantId>();
  for await (const entry of ledger.entriesSince(accountId, seq)) {
    if (entry.kind === 'expiry-changed' && entry.opId === refund) for (const id of entry.grantIds) moved.add(id);
    if (entry.kind === 'refunded' && entry.follows?.refund === refund) taken.push(...entry.slices);
    if (entry.kind === 'expired') lapsed.push(...entry.slices.filter(({ grantId }) => moved.has(grantId)));
  }
  return { taken, lapsed };
}
