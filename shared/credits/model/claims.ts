/**
 * Money went back while work under way held some of its credit. What is held is neither used nor unused (PG-16): it is claimed, taken as soon as
 * it comes back, and where the bank took the money, owed as soon as it is spent.
 */
import { sum } from './amount.ts';
import { grantOf } from './draft.ts';
import { NO_MONEY } from './minor.ts';
import { dueOpId } from './minting.ts';
import type { AccountState, Claim, EntryOf, Grant } from './model.ts';
import type { GrantId, Slice, Units } from './quantities.ts';
import { addUnits, minUnits, NO_UNITS, remainingUnits, subtractUnits } from './units.ts';

type Claiming = Pick<AccountState, 'claims' | 'grants' | 'recent' | 'lastAt' | 'seq'>;

const claimsOn = (state: Pick<AccountState, 'claims'>, grantId: GrantId): readonly Claim[] =>
  state.claims.length === 0 ? [] : state.claims.filter((claim) => claim.grantId === grantId);

/** What is held of the grant and claimed by nobody yet. */
export function unclaimed(state: Pick<AccountState, 'claims'>, grant: Pick<Grant, 'id' | 'held'>): Units {
  return remainingUnits(grant.held, sum(claimsOn(state, grant.id)));
}

/** A slice of what is held of the grant, at most `amount`; none when nothing is. */
export function awaited(state: Pick<AccountState, 'claims'>, grant: Grant, amount: Units): readonly Slice[] {
  const part = minUnits(unclaimed(state, grant), amount);
  return part > 0n ? [{ bucket: grant.bucket, grantId: grant.id, amount: part }] : [];
}

/** The entry that a claim makes due: for what came back, and of a chargeback for what was spent. null: all of it is still held. */
export function claimDue(state: Claiming, currency: string): EntryOf<'refunded'> | null {
  for (const [index, claim] of state.claims.entries()) {
    const grant = grantOf(state, claim.grantId);
    const [available, held] = [grant?.available ?? NO_UNITS, grant?.held ?? NO_UNITS];
    // Of what comes back, a refund that staff gave has its share first: nobody owes that. Then each that the bank took has its own, the oldest first.
    const before = state.claims.filter(
      (other, at) => claim.basis === 'chargeback' && other.grantId === claim.grantId && (other.basis !== 'chargeback' || at < index),
    );
    const taken = minUnits(available, claim.amount);
    const spent =
      claim.basis === 'chargeback' ? remainingUnits(subtractUnits(claim.amount, taken), remainingUnits(held, sum(before))) : NO_UNITS;
    if (taken > 0n || spent > 0n) return followUp(state, claim, { taken, spent, currency });
  }
  return null;
}

function followUp(
  { lastAt, seq }: Claiming,
  claim: Claim,
  { taken, spent, currency }: { readonly taken: Units; readonly spent: Units; readonly currency: string },
): EntryOf<'refunded'> {
  const { refund, grantId, bucket, basis, purchaseOpId } = claim;
  return {
    opId: dueOpId(`claimed:${refund}:${seq}`),
    at: lastAt,
    kind: 'refunded',
    basis,
    slices: taken === 0n ? [] : [{ bucket, grantId, amount: taken }],
    money: { minor: NO_MONEY, currency },
    purchaseOpId,
    shortfall: spent,
    reason: 'held by work under way when the money went back',
    follows: { refund, grantId },
  };
}

/** The claims without what was spent meanwhile of refunds that nobody owes anything for. */
export function withinReach(state: Pick<AccountState, 'claims' | 'grants' | 'recent'>): readonly Claim[] {
  const room = new Map<GrantId, Units>();
  return state.claims.flatMap((claim) => {
    if (claim.basis === 'chargeback') return [claim];
    const grant = grantOf(state, claim.grantId);
    const left = room.get(claim.grantId) ?? (grant === undefined ? NO_UNITS : addUnits(grant.held, grant.available));
    const amount = minUnits(claim.amount, left);
    room.set(claim.grantId, subtractUnits(left, amount));
    return amount === 0n ? [] : [{ ...claim, amount }];
  });
}
