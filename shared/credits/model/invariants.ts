/**
 * What must be true of an account's books, asserted in production: before entries are written, after they are replayed and when a snapshot is read. The
 * auditor keeps figures of its own, moved by what the entries say, and compares them with what the fold came to: a fault in either is seen.
 *
 * Pure, and total like the fold: it names what is wrong, and whoever asked decides what a violation stops. It stops a write, never a reader.
 */
import type { AccountState, Entry, EntryOf, Grant } from './model.ts';
import { movementsOf, owedBy, type Part } from './postings.ts';
import type { GrantId, OpId, Slice } from './quantities.ts';

/** What has to be true of an account after every entry. */
export type Invariant =
  /** granted = available + held + spent + expired + refunded, per grant and per sum of closed grants. */
  | 'grant-closed'
  /** No part of a grant, no amount, no debt and no carried money is below zero. */
  | 'not-negative'
  /** A hold is placed once, and ends only while it is open. */
  | 'hold-open'
  /** What a hold ends with is what it set aside, per grant; what a grant has held is what its open holds set aside. */
  | 'hold-whole'
  /** Credit is moved only in a grant that is there, and a grant is given once. */
  | 'grant-known'
  /** The fold and the postings of the same entries come to the same figures: what was moved sums to zero. */
  | 'postings-balance'
  /** One place in the ledger for each entry. */
  | 'gap-free';

/** An invariant that does not hold; the entries are then not written. */
export interface Violation {
  readonly invariant: Invariant;
  /** What is wrong, with the figures, for a log: it may name grants and operations, never a person. */
  readonly what: string;
}

/** What the entries broke on the way from `before` to `after`; null: nothing. Looks at the grants and holds that they touch, and at nothing else. */
export function violationOf(before: AccountState, entries: readonly Entry[], after: AccountState): Violation | null {
  if (after.seq !== before.seq + entries.length)
    return broken('gap-free', `${entries.length} entries after ${before.seq} came to ${after.seq}`);
  const audit = new Audit(before);
  for (const entry of entries) {
    const violation = audit.post(entry);
    if (violation !== null) return violation;
  }
  return audit.compare(after) ?? owingViolation(after);
}

/** What is wrong with a state as it stands, without its entries; null: nothing. Looks at all of its grants and open holds. */
export function violationIn(state: AccountState): Violation | null {
  const held = new Map<GrantId, bigint>();
  for (const hold of state.holds.values())
    for (const { grantId, amount } of hold.slices) {
      if (amount < 0n) return broken('not-negative', `the hold ${hold.opId} has ${amount} of ${grantId}`);
      held.set(grantId, (held.get(grantId) ?? 0n) + amount);
    }
  for (const grant of [...state.grants.values(), ...state.recent]) {
    const violation = grantViolation(grant);
    if (violation !== null) return violation;
    const byHolds = held.get(grant.id) ?? 0n;
    if (grant.held !== byHolds) return broken('hold-whole', `${grant.id} has ${grant.held} held, its open holds ${byHolds}`);
    held.delete(grant.id);
  }
  for (const [grantId, amount] of held)
    if (amount > 0n) return broken('grant-known', `open holds have ${amount} of ${grantId}, which is gone`);
  for (const [bucket, { granted, spent, expired, refunded }] of Object.entries(state.closed))
    if (granted !== spent + expired + refunded)
      return broken('grant-closed', `closed grants of ${bucket}: ${granted} is not ${spent} + ${expired} + ${refunded}`);
  return owingViolation(state);
}

/** Plain bigints: the books beside the fold share none of its arithmetic. */
type Figures = Record<Part | 'granted', bigint>;

/** So much of one grant. */
interface Moved {
  readonly grantId: GrantId;
  readonly amount: bigint;
}

const broken = (invariant: Invariant, what: string): Violation => ({ invariant, what });

/** Books beside the fold: of each grant that an entry touches what its parts come to, and which holds are open. */
class Audit {
  readonly #before: AccountState;
  readonly #grants = new Map<GrantId, Figures>();
  /** Holds of these entries: what they set aside, null once ended. */
  readonly #holds = new Map<OpId, readonly Slice[] | null>();
  #owed: bigint;
  /** What holds in a row set aside, each the very same, and how many they are: the photos of a batch are moved at once. */
  #shared: readonly Slice[] = [];
  #times = 0;

  constructor(before: AccountState) {
    this.#before = before;
    this.#owed = before.shortfall;
  }

  post(entry: Entry): Violation | null {
    if (entry.kind === 'held') return this.#hold(entry);
    const moved = this.#moveShared();
    if (moved !== null) return moved;
    this.#owed += owedBy(entry);
    if (entry.kind === 'granted') return this.#grant(entry);
    const wrong = this.#endViolation(entry);
    if (wrong !== null) return wrong;
    for (const { slices, from, to } of movementsOf(entry))
      for (const { grantId, amount } of slices) {
        const violation = this.#move(entry.kind, { grantId, amount }, from, to);
        if (violation !== null) return violation;
      }
    return null;
  }

  /** Whether the fold came to the same figures, and each grant that was touched is closed. */
  compare(after: AccountState): Violation | null {
    const moved = this.#moveShared();
    if (moved !== null) return moved;
    if (after.shortfall !== this.#owed) return broken('postings-balance', `${after.shortfall} is owed, by the postings ${this.#owed}`);
    for (const [id, figures] of this.#grants) {
      const grant = find(after, id);
      if (grant === undefined) {
        // Only what has nothing left leaves the state.
        if (figures.available !== 0n || figures.held !== 0n)
          return broken('postings-balance', `${id} is gone with ${figures.available} available and ${figures.held} held`);
        continue;
      }
      const violation = grantViolation(grant);
      if (violation !== null) return violation;
      if (!haveSameFigures(grant, figures))
        return broken('postings-balance', `${id} came to ${textOf(grant)}, by the postings to ${textOf(figures)}`);
    }
    return null;
  }

  #grant({ grantId, amount }: EntryOf<'granted'>): Violation | null {
    if (amount < 0n) return broken('not-negative', `${grantId} is given ${amount}`);
    if (this.#figuresOf(grantId) !== undefined) return broken('grant-known', `${grantId} is given a second time`);
    this.#grants.set(grantId, { granted: amount, available: amount, held: 0n, spent: 0n, expired: 0n, refunded: 0n });
    return null;
  }

  #hold({ opId, slices }: EntryOf<'held'>): Violation | null {
    if (this.#openHold(opId) !== undefined) return broken('hold-open', `${opId} is held a second time`);
    this.#holds.set(opId, slices);
    if (slices === this.#shared) {
      this.#times += 1;
      return null;
    }
    const violation = this.#moveShared();
    this.#shared = slices;
    this.#times = 1;
    return violation;
  }

  #moveShared(): Violation | null {
    if (this.#times === 0) return null;
    const times = BigInt(this.#times);
    const slices = this.#shared;
    this.#shared = [];
    this.#times = 0;
    for (const { grantId, amount } of slices) {
      const violation = this.#move('held', { grantId, amount: amount * times }, 'available', 'held');
      if (violation !== null) return violation;
    }
    return null;
  }

  #endViolation(entry: Entry): Violation | null {
    if (entry.kind !== 'settled' && entry.kind !== 'released') return null;
    const { holdId, kind } = entry;
    const slices = this.#openHold(holdId);
    if (slices === undefined) return broken('hold-open', `${holdId} is ${kind} and no hold of this name is open`);
    const ended = kind === 'settled' ? [...entry.charged, ...entry.returned] : entry.returned;
    if (!isSame(slices, ended)) return broken('hold-whole', `${holdId} set aside ${sliceText(slices)} and ends with ${sliceText(ended)}`);
    this.#holds.set(holdId, null);
    return null;
  }

  #move(kind: Entry['kind'], { grantId, amount }: Moved, from: Part, to: Part): Violation | null {
    if (amount < 0n) return broken('not-negative', `${kind} moves ${amount} of ${grantId}`);
    const figures = this.#figuresOf(grantId);
    // Money may come back for a grant that is closed and forgotten: then there is nothing to move.
    if (figures === undefined)
      return from === 'available' || from === 'held'
        ? broken('grant-known', `${kind} moves ${amount} of ${grantId}, which is not there`)
        : null;
    figures[from] -= amount;
    figures[to] += amount;
    return figures[from] < 0n ? broken('not-negative', `${kind} leaves ${grantId} with ${figures[from]} ${from}`) : null;
  }

  #openHold(opId: OpId): readonly Slice[] | undefined {
    const own = this.#holds.get(opId);
    return own === undefined ? this.#before.holds.get(opId)?.slices : (own ?? undefined);
  }

  #figuresOf(id: GrantId): Figures | undefined {
    const known = this.#grants.get(id);
    if (known !== undefined) return known;
    const grant = find(this.#before, id);
    if (grant === undefined) return undefined;
    const { granted, available, held, spent, expired, refunded } = grant;
    const figures = { granted, available, held, spent, expired, refunded };
    this.#grants.set(id, figures);
    return figures;
  }
}

const find = (state: AccountState, id: GrantId): Grant | undefined =>
  state.grants.get(id) ?? (state.recent.length === 0 ? undefined : state.recent.find((grant) => grant.id === id));

// Written out: with every append, and a loop over the names takes longer than all that it compares.
const haveSameFigures = (grant: Figures, figures: Figures): boolean =>
  grant.granted === figures.granted &&
  grant.available === figures.available &&
  grant.held === figures.held &&
  grant.spent === figures.spent &&
  grant.expired === figures.expired &&
  grant.refunded === figures.refunded;

function grantViolation(grant: Grant): Violation | null {
  const { granted, available, held, spent, expired, refunded } = grant;
  if (granted < 0n || available < 0n || held < 0n || spent < 0n || expired < 0n || refunded < 0n)
    return broken('not-negative', `${grant.id}: ${textOf(grant)}`);
  return granted === available + held + spent + expired + refunded ? null : broken('grant-closed', `${grant.id}: ${textOf(grant)}`);
}

function owingViolation({ shortfall, carried }: AccountState): Violation | null {
  if (shortfall < 0n) return broken('not-negative', `${shortfall} is owed`);
  return carried < 0n ? broken('not-negative', `${carried} of money is carried`) : null;
}

/** Whether two lists of slices take the same from the same grants, however they are cut. */
function isSame(a: readonly Slice[], b: readonly Slice[]): boolean {
  const [first] = a;
  // Nearly every hold draws from one grant.
  if (first !== undefined && a.length === 1) {
    let left: bigint = first.amount;
    for (const { grantId, amount } of b) {
      if (grantId !== first.grantId) return false;
      left -= amount;
    }
    return left === 0n;
  }
  const left = new Map<GrantId, bigint>();
  for (const { grantId, amount } of a) left.set(grantId, (left.get(grantId) ?? 0n) + amount);
  for (const { grantId, amount } of b) left.set(grantId, (left.get(grantId) ?? 0n) - amount);
  for (const amount of left.values()) if (amount !== 0n) return false;
  return true;
}

const textOf = ({ granted, available, held, spent, expired, refunded }: Figures): string =>
  `${granted} granted, ${available} available, ${held} held, ${spent} spent, ${expired} expired, ${refunded} refunded`;

const sliceText = (slices: readonly Slice[]): string =>
  slices.map(({ grantId, amount }) => `${amount} of ${grantId}`).join(' + ') || 'nothing';
