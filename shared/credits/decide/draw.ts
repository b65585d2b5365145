/**
 * Which grant pays. The order is the policy's: its buckets from first to last, in a bucket the grant that lapses soonest,
 * then the oldest, then the id, so that any two grants have an order and the same wallet always pays the same way.
 */
import { lapsesAt } from '../model/draft.ts';
import { unitsFrom } from '../model/minting.ts';
import type { AccountState, Grant } from '../model/model.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { BucketId, Instant, Slice, Units } from '../model/quantities.ts';
import { addUnits, minUnits, NO_UNITS, subtractUnits } from '../model/units.ts';

/** The bucket a grant counts as now: rolled-over credit has a bucket of its own where the policy declares one (GS-03). */
export function bucketAt(terms: PolicyTerms, grant: Pick<Grant, 'bucket' | 'source'>, now: Instant): BucketId {
  if (grant.source.kind !== 'plan' || now < grant.source.cycleEnd) return grant.bucket;
  return terms.buckets.find((rule) => rule.rolloverOf === grant.bucket)?.id ?? grant.bucket;
}

interface Drawable {
  readonly grant: Grant;
  readonly bucket: BucketId;
  readonly rank: number;
  readonly lapsesAt: Instant | null;
}

/** A grant with what the draw order compares: its bucket's rank and when it lapses (null: never). */
export function drawable(terms: PolicyTerms, state: Pick<AccountState, 'closedAt'>, grant: Grant, now: Instant): Drawable {
  const bucket = bucketAt(terms, grant, now);
  return { grant, bucket, rank: terms.buckets.findIndex((rule) => rule.id === bucket), lapsesAt: lapsesAt(grant, state.closedAt) };
}

/** Negative when `a` is drawn before `b`. Never zero for two different grants. */
export function drawOrder(a: Drawable, b: Drawable): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  const lapse = (a.lapsesAt ?? Number.POSITIVE_INFINITY) - (b.lapsesAt ?? Number.POSITIVE_INFINITY);
  // Two grants that never lapse: Infinity - Infinity is NaN.
  if (lapse !== 0 && !Number.isNaN(lapse)) return lapse;
  if (a.grant.effectiveAt !== b.grant.effectiveAt) return a.grant.effectiveAt - b.grant.effectiveAt;
  return a.grant.id < b.grant.id ? -1 : a.grant.id > b.grant.id ? 1 : 0;
}

/** What can be drawn now, first to be drawn first. */
export function drawables(terms: PolicyTerms, state: Pick<AccountState, 'grants' | 'closedAt'>, now: Instant): Drawable[] {
  const list: Drawable[] = [];
  for (const grant of state.grants.values()) {
    if (grant.available === 0n || grant.effectiveAt > now) continue;
    const candidate = drawable(terms, state, grant, now);
    if (candidate.lapsesAt === null || candidate.lapsesAt > now) list.push(candidate);
  }
  return list.length > 1 ? list.sort(drawOrder) : list;
}

/** Takes amounts from the front of the order, one operation after the other: a batch costs one pass over the grants. */
export class DrawPile {
  readonly #list: readonly Drawable[];
  #at = 0;
  #usedOfFirst: Units = NO_UNITS;
  #left: Units = NO_UNITS;
  #last: readonly Slice[] = [];

  constructor(list: readonly Drawable[]) {
    this.#list = list;
    for (const { grant } of list) this.#left = addUnits(this.#left, grant.available);
  }

  get left(): Units {
    return this.#left;
  }

  /** Slices that sum to `amount`, or null when there is not enough; then nothing is taken. */
  take(amount: Units): readonly Slice[] | null {
    if (amount > this.#left) return null;
    this.#left = subtractUnits(this.#left, amount);
    const same = this.#sameAsLast(amount);
    if (same !== null) return same;
    const slices: Slice[] = [];
    for (let open = amount; open > 0n; ) {
      const first = this.#list[this.#at];
      if (first === undefined) return null;
      const here = subtractUnits(first.grant.available, this.#usedOfFirst);
      const part = minUnits(here, open);
      slices.push({ bucket: first.bucket, grantId: first.grant.id, amount: part });
      open = subtractUnits(open, part);
      this.#usedOfFirst = addUnits(this.#usedOfFirst, part);
      if (part === here) {
        this.#at += 1;
        this.#usedOfFirst = NO_UNITS;
      }
    }
    this.#last = slices;
    return slices;
  }

  /** Memoised: a batch draws the same amount from the same grant, which is the same slice. */
  #sameAsLast(amount: Units): readonly Slice[] | null {
    const first = this.#list[this.#at];
    const [before] = this.#last;
    if (first === undefined || this.#last.length !== 1 || before?.amount !== amount || before.grantId !== first.grant.id) return null;
    if (first.grant.available - this.#usedOfFirst <= amount) return null;
    this.#usedOfFirst = addUnits(this.#usedOfFirst, amount);
    return this.#last;
  }
}

/** Credit that can be used now. */
export function availableOf(state: Pick<AccountState, 'grants' | 'closedAt'>, now: Instant): Units {
  let available = 0n;
  for (const grant of state.grants.values()) {
    const lapse = lapsesAt(grant, state.closedAt);
    if (grant.effectiveAt <= now && (lapse === null || lapse > now)) available += grant.available;
  }
  return unitsFrom(available);
}
