/** "Why this bucket?": a code with its parameters. The sentences are in `sentences.ts`. */

import { bucketAt } from '../decide/draw.ts';
import { sum } from '../model/amount.ts';
import { grantOf } from '../model/draft.ts';
import type { AccountState, Entry, GrantSource } from '../model/model.ts';
import type { Policy } from '../model/policy.ts';
import type { BucketId, Instant, Slice, Units } from '../model/quantities.ts';
import { pinned } from '../model/versions.ts';

/** Why credit moved the way it did, as a code with its figures; `reasonText` has the sentence. */
export type Reason =
  /** First in the policy's order, and usable. */
  | { readonly code: 'first_in_order'; readonly bucket: string; readonly lapsesAt: Instant | null }
  /** The buckets before it were empty. */
  | { readonly code: 'earlier_empty'; readonly bucket: string; readonly earlier: readonly string[]; readonly paid: boolean }
  | { readonly code: 'only_bucket'; readonly bucket: string }
  | { readonly code: 'granted'; readonly bucket: string; readonly source: GrantSource; readonly expiresAt: Instant | null }
  | { readonly code: 'settled'; readonly charged: Units; readonly returned: Units }
  | { readonly code: 'returned'; readonly reason: string; readonly timedOut: boolean; readonly graceUntil: Instant | null }
  | { readonly code: 'expired'; readonly buckets: readonly string[] }
  | { readonly code: 'refunded'; readonly shortfall: Units }
  /** Nothing about credit: an opening, a change of plan or policy, a setting. */
  | { readonly code: 'no_credit_moved'; readonly kind: Entry['kind'] };

/** Why this slice came from its bucket, or why this entry did what it did to the balance. */
export function explain(policy: Policy, state: AccountState, subject: Slice | Entry): Reason {
  return 'kind' in subject ? explainEntry(policy, state, subject) : explainSlice(policy, state, subject);
}

function explainSlice(policy: Policy, state: AccountState, slice: Slice): Reason {
  const terms = pinned(policy, state);
  const rank = terms.buckets.findIndex((rule) => rule.id === slice.bucket);
  const rule = terms.buckets[rank];
  const bucket = rule?.label ?? slice.bucket;
  if (terms.buckets.length === 1) return { code: 'only_bucket', bucket };
  if (rank <= 0) return { code: 'first_in_order', bucket, lapsesAt: grantOf(state, slice.grantId)?.expiresAt ?? null };
  const earlier = terms.buckets.slice(0, rank).map((other) => other.label);
  return { code: 'earlier_empty', bucket, earlier, paid: rule?.paid ?? false };
}

function explainEntry(policy: Policy, state: AccountState, entry: Entry): Reason {
  const terms = pinned(policy, state);
  const label = (id: BucketId): string => terms.buckets.find((rule) => rule.id === id)?.label ?? id;
  switch (entry.kind) {
    case 'granted':
      return { code: 'granted', bucket: label(bucketAt(terms, entry, entry.at)), source: entry.source, expiresAt: entry.expiresAt };
    case 'held': {
      const last = entry.slices.at(-1);
      return last === undefined ? { code: 'no_credit_moved', kind: entry.kind } : explainSlice(policy, state, last);
    }
    case 'settled':
      return { code: 'settled', charged: sum(entry.charged), returned: sum(entry.returned) };
    case 'released':
      return { code: 'returned', reason: entry.reason, timedOut: entry.reason === 'timed-out', graceUntil: entry.graceUntil };
    case 'expired':
      return { code: 'expired', buckets: [...new Set(entry.slices.map((slice) => label(slice.bucket)))] };
    case 'refunded':
      return { code: 'refunded', shortfall: entry.shortfall };
    default:
      return { code: 'no_credit_moved', kind: entry.kind };
  }
}
