/**
 * The credit engine's nouns. Amounts are bigint in the policy's smallest unit; instants are epoch milliseconds (UTC).
 *
 * An account is a list of entries. `evolve` folds them into an AccountState; `decide` turns a command into more entries
 * or a refusal; everything else reads.
 */
export type Units = bigint;
/** Epoch milliseconds, UTC. */
export type Instant = number;
export type BucketId = string;
export type GrantId = string;
/** Made by the client before anything is sent, permanent. A hold is named by the operation that placed it. */
export type OpId = string;
export type PlanId = string;
export type PackId = string;

export interface Money {
  /** Minor units (cents). */
  readonly minor: bigint;
  readonly currency: string;
}

export interface PolicyRef {
  readonly id: string;
  readonly version: number;
}

/** How much of which grant. */
export interface Slice {
  readonly bucket: BucketId;
  readonly grantId: GrantId;
  readonly amount: Units;
}

export type GrantSource =
  | { readonly kind: 'plan'; readonly cycleStart: Instant }
  | { readonly kind: 'promotion'; readonly promotionId: string }
  | { readonly kind: 'purchase'; readonly packId: PackId | null; readonly paid: Money; readonly invoice: string | null }
  | { readonly kind: 'rollover'; readonly from: GrantId }
  | { readonly kind: 'trial' }
  | { readonly kind: 'admin'; readonly reason: string };

export type HoldPurpose =
  | { readonly kind: 'apply'; readonly photo: string; readonly recipeHash: string; readonly stepNotice: boolean }
  | { readonly kind: 'generation'; readonly model: string; readonly resolution: string }
  | { readonly kind: 'tool'; readonly tool: string };

/** What happened, without its place in the chain. Entries are facts: append-only, never edited. */
export type EntryBody =
  | { readonly kind: 'opened'; readonly policy: PolicyRef; readonly timeZone: string; readonly country: string | null; readonly anchor: Instant }
  | { readonly kind: 'plan-changed'; readonly plan: PlanId | null; readonly slots: number; readonly interval: 'month' | 'year'; readonly cycleStart: Instant; readonly cycleEnd: Instant; readonly status: 'active' | 'cancelling' | 'paused' | 'ended'; readonly next: { readonly plan: PlanId | null; readonly interval: 'month' | 'year' } | null }
  | { readonly kind: 'granted'; readonly grantId: GrantId; readonly bucket: BucketId; readonly amount: Units; readonly effectiveAt: Instant; readonly expiresAt: Instant | null; readonly source: GrantSource }
  | { readonly kind: 'held'; readonly slices: readonly Slice[]; readonly expiresAt: Instant; readonly purpose: HoldPurpose }
  | { readonly kind: 'settled'; readonly holdId: OpId; readonly charged: readonly Slice[]; readonly returned: readonly Slice[] }
  /** `reason: 'timed-out'` when nobody resolved the hold. A returned slice of a lapsed grant stays usable until `graceUntil`. */
  | { readonly kind: 'released'; readonly holdId: OpId; readonly returned: readonly Slice[]; readonly reason: string; readonly graceUntil: Instant | null }
  | { readonly kind: 'expired'; readonly slices: readonly Slice[] }
  | { readonly kind: 'expiry-changed'; readonly grantIds: readonly GrantId[]; readonly expiresAt: Instant | null }
  | { readonly kind: 'refunded'; readonly slices: readonly Slice[]; readonly paid: Money; readonly purchaseOpId: OpId; readonly shortfall: Units }
  | { readonly kind: 'policy-changed'; readonly policy: PolicyRef };

export type EntryKind = EntryBody['kind'];

/** An entry as the engine sees it: who caused it and when it took effect. `due:` ids belong to what time itself brings. */
export type Entry = EntryBody & { readonly opId: OpId; readonly at: Instant };

export interface Grant {
  readonly id: GrantId;
  readonly bucket: BucketId;
  readonly source: GrantSource;
  readonly effectiveAt: Instant;
  readonly expiresAt: Instant | null;
  /** Set when a failure returned credit to a lapsed grant: usable until then. */
  readonly graceUntil: Instant | null;
  /** granted = available + held + spent + expired + refunded, always. */
  readonly granted: Units;
  readonly available: Units;
  readonly held: Units;
  readonly spent: Units;
  readonly expired: Units;
  readonly refunded: Units;
}
