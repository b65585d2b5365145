/** An account to play with: it keeps the policy, the clock, the state and every entry, and checks the books after each step. */
import { expect } from 'vitest';
import {
  type AccountState,
  type Command,
  type Decision,
  decide,
  due,
  type Entry,
  emptyAccount,
  encodeState,
  evolveAll,
  type Grant,
  type Instant,
  type OpenParams,
  type Operation,
  type OperationRequest,
  open,
  type Policy,
  postings,
  quote,
  type Receipt,
  type Refusal,
  type Units,
  view,
  violationIn,
  violationOf,
} from '../../../shared/credits/index.ts';
import type { OpId } from '../../../shared/credits/model/quantities.ts';
import { sumUnits } from '../../../shared/credits/model/units.ts';
import type { Plain } from '../../quantities.ts';
import { accountNamed, instant, opNamed, said } from '../../quantities.ts';

export const DAY = 86_400_000;
export const HOUR = 3_600_000;

/** An instant from RFC 3339. */
export const on = (text: string): Instant => {
  const at = Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(at)) throw new RangeError(text);
  return instant(at);
};

/** The same where a test writes milliseconds as well. */
const momentOf = (now: number | string): Instant => (typeof now === 'string' ? on(now) : instant(now));

export class Account {
  readonly policy: Policy;
  readonly entries: Entry[] = [];
  state: AccountState = emptyAccount;
  now: Instant;
  #ids = 0;

  constructor(policy: Policy, now: number | string, params: Plain<Partial<OpenParams>> = {}) {
    this.policy = policy;
    this.now = momentOf(now);
    this.#write(open(policy, { accountId: accountNamed('acc_test'), timeZone: 'UTC', ...said<Partial<OpenParams>>(params) }, this.now));
  }

  /** Moves the clock. */
  at(now: number | string): this {
    this.now = momentOf(now);
    return this;
  }

  nextId(): OpId {
    this.#ids += 1;
    return opNamed(`op-${this.#ids}`);
  }

  /** By staff unless the command says otherwise: what is staff's alone is the business of `entitled.test.ts`. */
  try(asked: Plain<Command>): Decision {
    const command = { by: 'staff', ...said<Command>(asked) } as const;
    const decision = decide(this.policy, this.state, command, this.now);
    if (decision.ok) {
      this.#write(decision.entries);
      // As text: a deep comparison of five hundred holds, five hundred times, takes seconds.
      expect(JSON.stringify(encodeState(this.state))).toBe(JSON.stringify(encodeState(decision.state)));
    }
    return decision;
  }

  /** The receipt; fails the test when refused. */
  do(command: Plain<Command>): Receipt {
    const decision = this.try(command);
    if (!decision.ok) throw new Error(`Refused: ${decision.refusal.code}`);
    return decision.receipt;
  }

  /** The refusal; fails the test when accepted. */
  refusal(command: Plain<Command>): Refusal {
    const decision = this.try(command);
    if (decision.ok) throw new Error(`Accepted: ${JSON.stringify(decision.receipt, (_, v) => (typeof v === 'bigint' ? String(v) : v))}`);
    return decision.refusal;
  }

  /** Holds `count` applied photos in one atomic batch; their ids. */
  hold(count = 1, request: Partial<OperationRequest> = {}): OpId[] {
    const operations = this.operations(count, request);
    this.do({ kind: 'hold', atomic: true, operations });
    return operations.map((operation) => operation.opId);
  }

  operations(count: number, request: Partial<OperationRequest> = {}): Operation[] {
    return Array.from({ length: count }, () => ({ ...applying, ...request, opId: this.nextId() }));
  }

  /** Applies `count` photos and settles them. */
  apply(count = 1, request: Partial<OperationRequest> = {}): void {
    for (const holdId of this.hold(count, request)) this.do({ kind: 'settle', holdId });
  }

  quote(count = 1, request: Partial<OperationRequest> = {}) {
    return quote(
      this.policy,
      this.state,
      Array.from({ length: count }, () => ({ ...applying, ...request })),
      this.now,
    );
  }

  wallet(now: number | string = this.now) {
    return view(this.policy, this.state, momentOf(now));
  }

  /** Available by bucket, empty ones left out. */
  buckets(now: number | string = this.now): Record<string, Units> {
    return Object.fromEntries(this.wallet(now).buckets.flatMap(({ bucket, available }) => (available > 0n ? [[bucket, available]] : [])));
  }

  get available(): Units {
    return this.wallet().available;
  }

  sweep(): Entry[] {
    const before = this.entries.length;
    this.do({ kind: 'sweep' });
    return this.entries.slice(before);
  }

  due(): Entry[] {
    return due(this.policy, this.state, this.now);
  }

  entriesOf<K extends Entry['kind']>(kind: K): Extract<Entry, { kind: K }>[] {
    return this.entries.filter((entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind);
  }

  #write(entries: readonly Entry[]): void {
    const from = this.state;
    this.entries.push(...entries);
    this.state = evolveAll(this.state, entries);
    let at = from.lastAt;
    for (const entry of entries) {
      expect(entry.at).toBeGreaterThanOrEqual(at);
      at = entry.at;
      expect(postings(entry).reduce((sum, posting) => sum + posting.amount, 0n)).toBe(0n);
    }
    for (const grant of [...this.state.grants.values(), ...this.state.recent]) expectClosed(grant);
    // What production asserts holds in every history, whichever test it is of.
    expect(violationOf(from, entries, this.state)).toBeNull();
    expect(violationIn(this.state)).toBeNull();
  }
}

export const applying: OperationRequest = { kind: 'apply', photo: 'IMG_0042.jpg', recipe: { background: 'studio', logo: 'dealer' } };

/** granted = available + held + spent + expired + refunded, and none of them below zero. */
export function expectClosed(grant: Grant): void {
  const parts = [grant.available, grant.held, grant.spent, grant.expired, grant.refunded];
  for (const part of parts) expect(part >= 0n, `${grant.id}: ${parts.join(' ')}`).toBe(true);
  expect(sumUnits(parts)).toBe(grant.granted);
}
