/**
 * The way into the ledger. Work that waits for the same account is decided together and appended together (group commit):
 * while one append is on its way, whatever arrives for that account becomes the next one.
 *
 *   decide (pure, from the cached snapshot) -> append -> done | known: replay those, decide the rest again | stale: reload, decide again, so many times
 */
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { latest } from '../../shared/credits/model/instants.ts';
import { violationOf } from '../../shared/credits/model/invariants.ts';
import { opIdFrom, seqAfter } from '../../shared/credits/model/minting.ts';
import type { AccountState, Entry } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { AccountId, Instant, OpId, Seq } from '../../shared/credits/model/quantities.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../problems.ts';
import { type Account, type AccountCache, available, type Sealed, seal } from './accounts.ts';
import type { Bills } from './hooks.ts';
import type { Append, KnownOperation, LedgerStorage, Verdict } from './storage.ts';
import type { Violations } from './violations.ts';

/** What one piece of work decided. `entries` and `state` follow on the state it was given. */
export interface Decided<T> {
  readonly entries: readonly Entry[];
  readonly state: AccountState;
  /** Operations to remember for ever. `entry` is the index in `entries` that tells the outcome; null: `outcome` does. */
  readonly operations: readonly {
    readonly opId: OpId;
    readonly fingerprint: string;
    readonly entry: number | null;
    readonly outcome: string | null;
  }[];
  /** The answer, once everything is written. */
  answer(after: { readonly state: AccountState; readonly seqOf: (entry: number) => Seq }): T;
}

/** What somebody wants to write to one account. */
export interface Work<T> {
  /** The operation ids it would write; looked up under the row lock. */
  readonly opIds: readonly OpId[];
  /** Pure: may run again when somebody else appended first. `known` grows when some of the ids happened before. Throws a Refusal to write nothing. */
  decide(state: AccountState, now: Instant, known: ReadonlyMap<string, KnownOperation>): Decided<T>;
  /** What has to be written in the same transaction (an invoice, a job). Such work is appended on its own. */
  alongside?(client: pg.PoolClient, decided: Decided<T>): Promise<void>;
}

interface Waiting {
  readonly work: Work<unknown>;
  readonly known: Map<string, KnownOperation>;
  /** Whether its ids were looked up: a refusal counts only then, because what happened before is answered and not decided. */
  looked: boolean;
  readonly done: (value: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/** At most this many pieces of work in one append: bounds the time that the row lock is held. */
const GROUP_LIMIT = 256;
const OPERATIONS_LIMIT = 1000;
/** Pieces of work that may wait for one account, each a request or a part of one; whoever comes later is told to come back. */
const WAITING_LIMIT = 5_000;
/** Appends of one group in a row that another server was quicker than. */
const STALE_TRIES = 12;
/** The first such retry comes at once; later ones back off exponentially with jitter, up to this, so that two servers stop meeting each other. */
const STALE_PAUSE_MS = 2;
const STALE_PAUSE_AT_MOST_MS = 100;

const tooMany = (): Refusal =>
  new Refusal(
    'busy',
    `More than ${WAITING_LIMIT} requests wait for this account. Nothing was written. Send it again with the same operation id.`,
  );

const tooBusy = (): Refusal =>
  new Refusal(
    'busy',
    'Other servers write to this account all the time, and none of several tries came between. Nothing was written. Send it again with the same operation id.',
  );

/** What the writer needs of the storage. */
type WriterStorage = Pick<LedgerStorage, 'append' | 'appendWith' | 'operations'>;

/** Writes work to ledgers: one group at a time for an account, many accounts beside each other. */
export class LedgerWriter {
  readonly #cache: AccountCache;
  readonly #storage: WriterStorage;
  readonly #clock: Clock;
  readonly #bills: Bills;
  readonly #violations: Violations;
  readonly #policyOf: (state: AccountState) => Policy;
  readonly #nextDue: (state: AccountState) => Instant | null;
  readonly #written: (accountId: AccountId, seq: Seq) => void;
  readonly #queues = new Map<string, Waiting[]>();

  constructor(parts: {
    cache: AccountCache;
    storage: WriterStorage;
    bills: Bills;
    violations: Violations;
    policyOf: (state: AccountState) => Policy;
    nextDue: (state: AccountState) => Instant | null;
    clock: Clock;
    onWritten: (accountId: AccountId, seq: Seq) => void;
  }) {
    this.#cache = parts.cache;
    this.#storage = parts.storage;
    this.#clock = parts.clock;
    this.#bills = parts.bills;
    this.#violations = parts.violations;
    this.#policyOf = parts.policyOf;
    this.#nextDue = parts.nextDue;
    this.#written = parts.onWritten;
  }

  /** Runs the work on the account: decided, written, answered; or rejects with its Refusal and nothing is written. */
  run<T>(accountId: AccountId, work: Work<T>): Promise<T> {
    return new Promise<T>((done, failed) => {
      // `done` gets exactly what this work's `answer` returned.
      const waiting: Waiting = { work, known: new Map(), looked: false, done: done as (value: unknown) => void, failed };
      const queue = this.#queues.get(accountId);
      if (queue) {
        if (queue.length >= WAITING_LIMIT) failed(tooMany());
        else queue.push(waiting);
        return;
      }
      const mine = [waiting];
      this.#queues.set(accountId, mine);
      void this.#drain(accountId, mine);
    });
  }

  async #drain(accountId: AccountId, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const group = takeGroup(queue);
      try {
        await this.#write(accountId, group);
      } catch (error) {
        this.#cache.forget(accountId);
        for (const waiting of group) waiting.failed(error);
      }
    }
    this.#queues.delete(accountId);
  }

  #send(plan: Plan, append: Append): Promise<Verdict> {
    const [only] = plan.members;
    const { alongside } = only?.waiting.work ?? {};
    const { entries } = plan;
    const billed = this.#bills.needed(entries);
    if (!only || !(alongside || billed)) return this.#storage.append(append);
    return this.#storage.appendWith(append, async (client) => {
      if (billed) await this.#bills.issue(client, { policy: this.#policyOf(plan.state), state: plan.state }, entries);
      await alongside?.(client, only.decided);
      if (billed) await this.#bills.payOut(client, plan.state.accountId, entries);
    });
  }

  async #lookUp(accountId: AccountId, unsure: readonly Waiting[]): Promise<void> {
    // Another server process may have written what makes the difference.
    await this.#cache.newest(accountId);
    const ids = unsure.flatMap(({ work }) => work.opIds);
    const found = new Map((await this.#storage.operations(accountId, ids)).map((known) => [known.opId, known]));
    for (const waiting of unsure) {
      waiting.looked = true;
      for (const id of waiting.work.opIds) {
        const known = found.get(id);
        if (known) waiting.known.set(id, known);
      }
    }
  }

  async #write(accountId: AccountId, waitingGroup: Waiting[]): Promise<void> {
    let group = waitingGroup;
    // Every other round looks up what was not looked up yet, or learns of an operation that it did not know: there are only so many of either.
    for (let stale = 0; stale < STALE_TRIES; ) {
      const account = await this.#cache.get(accountId);
      const now = latest(this.#clock.now(), account.state.lastAt);
      const plan = decideAll(account, group, now, { violations: this.#violations, nextDue: this.#nextDue });
      if (plan.doubted) this.#cache.forget(accountId);
      if (plan.unsure.length > 0) {
        group = [...plan.members.map((m) => m.waiting), ...plan.unsure];
        await this.#lookUp(accountId, plan.unsure);
        continue;
      }
      if (plan.members.length === 0) return;
      group = plan.members.map((m) => m.waiting);
      if (plan.append === null) return answerAll(plan, account.state);
      const verdict = await this.#send(plan, plan.append);
      switch (verdict.verdict) {
        case 'done':
          this.#cache.put(after(account, plan.append, plan.state));
          if (plan.append.newSeq > plan.append.expectedSeq) this.#written(accountId, plan.append.newSeq);
          return answerAll(plan, plan.state);
        case 'known':
          if (!learn(group, verdict.known)) throw new Error('An operation that was known already was decided again.');
          break;
        case 'stale':
          if (stale > 0) await delay(Math.random() * Math.min(STALE_PAUSE_AT_MOST_MS, STALE_PAUSE_MS * 2 ** stale));
          stale += 1;
          await this.#cache.newest(accountId);
          break;
        case 'missing':
          throw new Refusal('not_found', 'There is no such account.');
      }
    }
    throw tooBusy();
  }
}

/** Tells the work which of its operations happened before. False when all of it knew. */
function learn(group: readonly Waiting[], found: readonly KnownOperation[]): boolean {
  let isNew = false;
  for (const known of found)
    for (const { work, known: mine } of group) {
      if (!work.opIds.includes(known.opId)) continue;
      isNew ||= !mine.has(known.opId);
      mine.set(known.opId, known);
    }
  return isNew;
}

const after = (account: Account, { accountId, newSeq, head, state }: Append, after: AccountState): Account => ({
  accountId,
  state: after,
  seq: newSeq,
  head,
  snapshotSeq: state === null ? account.snapshotSeq : newSeq,
});

/** Work that shares an operation id with work already in the group waits for the next one: there it is known. */
function takeGroup(queue: Waiting[]): Waiting[] {
  if (queue.length === 1) return queue.splice(0);
  const group: Waiting[] = [];
  const later: Waiting[] = [];
  const ids = new Set<string>();
  for (const waiting of queue) {
    const alone = waiting.work.alongside !== undefined;
    if (alone && group.length === 0 && later.length === 0) {
      group.push(waiting);
      queue.shift();
      return group;
    }
    if (alone || group.length >= GROUP_LIMIT || ids.size >= OPERATIONS_LIMIT || waiting.work.opIds.some((id) => ids.has(id))) {
      later.push(waiting);
      continue;
    }
    for (const id of waiting.work.opIds) ids.add(id);
    group.push(waiting);
  }
  queue.splice(0, queue.length, ...later);
  return group;
}

interface Plan {
  /** Refused, but perhaps because they happened before. */
  readonly unsure: readonly Waiting[];
  /** Something decided from this state would have broken the books. */
  readonly doubted: boolean;
  readonly members: { readonly waiting: Waiting; readonly decided: Decided<unknown>; readonly firstSeq: Seq }[];
  /** Of all members, in order. */
  readonly entries: readonly Entry[];
  readonly state: AccountState;
  /** null: nothing to write. */
  readonly append: Append | null;
}

/** Whether what is refused now may be answered so: whatever happened before under its ids would be known. */
const isSure = ({ looked, work }: Waiting): boolean => looked || work.opIds.length === 0;

function decideAll(
  account: Account,
  group: readonly Waiting[],
  now: Instant,
  { violations, nextDue }: { readonly violations: Violations; readonly nextDue: (state: AccountState) => Instant | null },
): Plan {
  let { state } = account;
  const members: { waiting: Waiting; decided: Decided<unknown>; firstSeq: Seq }[] = [];
  const entries: Entry[] = [];
  const operations: KnownOperation[] = [];
  const unsure: Waiting[] = [];
  let doubted = false;
  for (const waiting of group) {
    let decided: Decided<unknown>;
    try {
      decided = waiting.work.decide(state, now, waiting.known);
    } catch (error) {
      // A refusal, or a fault in one piece of work: the others go on.
      if (isSure(waiting)) waiting.failed(error);
      else unsure.push(waiting);
      continue;
    }
    const violation = violationOf(state, decided.entries, decided.state);
    if (violation !== null) {
      // Nothing of it is written, and the others go on. A state that was damaged in memory is not believed a second time.
      doubted = true;
      if (isSure(waiting)) waiting.failed(violations.refusal(account.accountId, violation));
      else unsure.push(waiting);
      continue;
    }
    const firstSeq = seqAfter(account.seq, entries.length + 1);
    members.push({ waiting, decided, firstSeq });
    for (const op of decided.operations)
      operations.push({
        opId: op.opId,
        fingerprint: op.fingerprint,
        seq: seqAfter(firstSeq, op.entry === null ? decided.entries.length - 1 : op.entry),
        outcome: op.outcome,
      });
    entries.push(...decided.entries);
    state = decided.state;
  }
  if (entries.length === 0 && operations.length === 0) return { unsure, doubted, members, entries, state, append: null };
  const sealed: Sealed = seal(account, entries, available(account.state));
  const ended = endings(entries, account.seq, operations);
  const remembered = ended.length === 0 ? operations : [...operations, ...ended];
  return { unsure, doubted, members, entries, state, append: sealed.append(state, remembered, nextDue(state)) };
}

/** A hold that time released has no request of its own; its end is remembered all the same, so that nothing can end it twice. */
function endings(entries: readonly Entry[], seqBefore: Seq, operations: readonly KnownOperation[]): KnownOperation[] {
  const found: KnownOperation[] = [];
  let named: Set<string> | undefined;
  entries.forEach((entry, index) => {
    if (entry.kind !== 'settled' && entry.kind !== 'released') return;
    const opId = endOf(entry.holdId);
    named ??= new Set(operations.map((o) => o.opId));
    if (!named.has(opId)) found.push({ opId, fingerprint: 'time', seq: seqAfter(seqBefore, index + 1), outcome: null });
  });
  return found;
}

/** The key under which the end of a hold is remembered: settle and release share it, so there is only ever one. */
export const endOf = (holdId: OpId): OpId => opIdFrom(`${holdId}#end`);

function answerAll(plan: Plan, state: AccountState): void {
  for (const { waiting, decided, firstSeq } of plan.members) {
    try {
      waiting.done(decided.answer({ state, seqOf: (entry) => seqAfter(firstSeq, entry) }));
    } catch (error) {
      waiting.failed(error);
    }
  }
}
