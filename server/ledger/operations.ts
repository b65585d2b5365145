/** Spending: authorise, settle, release, and the receipts that stay for ever. */
import type pg from 'pg';
import { type AuthoriseAnswer, isProblemCode, type OperationWithId, type Outcome, type Receipt } from '../../shared/api/index.ts';
import { decide } from '../../shared/credits/decide/decide.ts';
import { repeats } from '../../shared/credits/decide/holds.ts';
import { priceOf } from '../../shared/credits/decide/price.ts';
import type { CommandOf } from '../../shared/credits/model/commands.ts';
import type { AccountState } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import type { Decision, Outcome as EngineOutcome } from '../../shared/credits/model/receipts.ts';
import { NO_UNITS } from '../../shared/credits/model/units.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { idTaken, notFound, Refusal } from '../problems.ts';
import { fingerprint, fingerprints, olderFingerprint } from './fingerprint.ts';
import type { IsForeignHold } from './hooks.ts';
import type { Ledger } from './ledger.ts';
import { heldOutcome, holdReceipt, keptRefusal, type Remembered, readRefusal, receiptOf } from './receipts.ts';
import { isFinal, refusalDetails, refused } from './refusals.ts';
import type { KnownOperation } from './storage.ts';
import { type Amounts, amountsOf } from './wire.ts';
import { type Decided, endOf, type Work } from './writer.ts';

/** Extra writes of the generation worker in the same transaction. Only that worker may end the holds of its jobs. */
type OwnWork = (client: pg.PoolClient) => Promise<void>;

/** Spending by operation ids, which are permanent. */
export class Operations {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #isForeignHold: IsForeignHold;
  readonly #printOf = fingerprints();

  /** `isForeignHold`: whose holds no client may end. */
  constructor(parts: { ledger: Ledger; clock: Clock; isForeignHold: IsForeignHold }) {
    this.#ledger = parts.ledger;
    this.#clock = parts.clock;
    this.#isForeignHold = parts.isForeignHold;
  }

  /**
   * Places holds. `atomic`: all or none; else as many as the wallet pays for, in order. Known ids answer what they answered the
   * first time. When nothing could be held the first refusal is thrown, with all outcomes in it.
   */
  async authorise(accountId: AccountId, atomic: boolean, operations: readonly OperationWithId[]): Promise<AuthoriseAnswer> {
    const requests = operations.map((operation) => ({ operation, print: this.#printOf(operation) }));
    const ids = operations.map((o) => o.opId);
    if (repeats(operations)) throw new Refusal('conflict', 'The same operation id stands in the request twice. Nothing was written.');
    const authorised = await this.#ledger.run(accountId, holdWork(this.#ledger, atomic, ids, requests));
    const replayed = await this.#replayOutcomes(accountId, authorised.known, authorised.state);
    const outcomes = inOrder(ids, replayed.outcomes, authorised.outcomes);
    const wallet = this.#ledger.wallet(authorised.state);
    const first = outcomes[0];
    if (first && outcomes.every((o) => o.status === 'refused')) {
      const details = authorised.details.get(first.opId) ?? replayed.details.get(first.opId) ?? {};
      throw new Refusal(isProblemCode(first.code) ? first.code : 'insufficient_credit', first.message ?? 'Refused; nothing was charged.', {
        ...details,
        outcomes,
        wallet,
      });
    }
    return { outcomes, wallet };
  }

  settle(accountId: AccountId, opId: OpId, actual: string | undefined, own?: OwnWork): Promise<Receipt> {
    return this.#end(accountId, opId, own, { kind: 'settle', actual: actual ?? null }, (amounts) => ({
      kind: 'settle',
      holdId: opId,
      ...(actual === undefined ? {} : { actual: amounts.parse(actual) }),
    }));
  }

  /** `cancelled` is the customer's own wish; every other reason is a failure, which is never charged. */
  release(accountId: AccountId, opId: OpId, reason: string, own?: OwnWork): Promise<Receipt> {
    const cause = reason === 'cancelled' ? 'cancelled' : 'failed';
    return this.#end(accountId, opId, own, { kind: 'release', cause }, () => ({ kind: 'release', holdId: opId, cause, reason }));
  }

  /** A client may not end what the server is working on. Holds of other kinds need no look at the database. */
  async #refuseOurs(accountId: AccountId, opId: OpId): Promise<void> {
    const hold = (await this.#ledger.remembered(accountId)).state.holds.get(opId);
    if (hold && hold.kind !== 'generation') return;
    if (await this.#isForeignHold(accountId, opId))
      throw new Refusal('cannot_cancel', 'An accepted generation runs to its end. If it fails, nothing is charged.');
  }

  async receipt(accountId: AccountId, opId: OpId): Promise<Receipt> {
    const found = await this.#find(accountId, opId);
    const { begun, ended } = found;
    if (!begun) throw notFound('operation');
    const now = this.#clock.now();
    const [held] = begun.entries;
    if (!ended && held?.kind === 'held' && held.expiresAt <= now) {
      // Time has released it; write that down so that the receipt has its place in the ledger.
      await this.#ledger.sweepAccount(accountId);
      const swept = await this.#find(accountId, opId);
      return receiptOf(await this.#ledger.amounts(accountId), opId, swept.begun ?? begun, swept.ended);
    }
    return receiptOf(await this.#ledger.amounts(accountId), opId, begun, ended);
  }

  async #end(
    accountId: AccountId,
    opId: OpId,
    own: OwnWork | undefined,
    request: Ending,
    command: (amounts: Amounts) => CommandOf<'settle' | 'release'>,
  ): Promise<Receipt> {
    if (!own) await this.#refuseOurs(accountId, opId);
    const print = isWhole(request) ? WHOLE_PRINT : fingerprint(request);
    const key = endOf(opId);
    const work: Work<{ known: KnownOperation } | { receipt: Receipt }> = {
      opIds: [key],
      decide: (state, now, known) => {
        const before = known.get(key);
        if (before) return nothing(state, { known: before });
        const policy = this.#ledger.policyOf(state);
        const decision = decide(policy, state, command(amountsOf(policy)), now);
        if (!decision.ok) throw refused(policy, decision.refusal);
        const index = decision.entries.findIndex((e) => (e.kind === 'settled' || e.kind === 'released') && e.holdId === opId);
        const entry = decision.entries[index];
        const hold = state.holds.get(opId);
        if (!entry || !hold) throw new Error('The engine ended a hold that was not there.');
        return {
          entries: decision.entries,
          state: decision.state,
          operations: [{ opId: key, fingerprint: print, entry: index, outcome: null }],
          answer: ({ seqOf }) => ({ receipt: holdReceipt(amountsOf(policy), hold, { entry, seq: seqOf(index) }) }),
        };
      },
      ...(own ? { alongside: own } : {}),
    };
    const ended = await this.#ledger.run(accountId, work).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === 'not_found') return this.#explainMissing(accountId, opId);
      throw error;
    });
    if ('receipt' in ended) return ended.receipt;
    const receipt = await this.receipt(accountId, opId);
    if (ended.known.fingerprint === print || sameEnd(await this.#ledger.amounts(accountId), request, receipt)) return receipt;
    throw alreadyEnded(ended.known);
  }

  /** There is no open hold and nobody ended one: it ran out, was refused, or never was. */
  async #explainMissing(accountId: AccountId, opId: OpId): Promise<never> {
    const { begun } = await this.#find(accountId, opId);
    if (begun?.entries[0]?.kind === 'held')
      throw new Refusal('conflict', 'The hold ran out before this arrived: its credit went back and nothing was charged.');
    if (begun) throw new Refusal('conflict', 'This operation holds nothing: there is nothing to settle or release.');
    throw notFound('operation');
  }

  async #find(accountId: AccountId, opId: OpId): Promise<Found> {
    const rows = await this.#ledger.operations(accountId, [opId, endOf(opId)]);
    const written = async (name: string): Promise<Remembered | undefined> => {
      const known = rows.find((row) => row.opId === name);
      return known && { known, entries: known.outcome === null ? await this.#ledger.entriesFrom(accountId, known.seq) : [] };
    };
    return { begun: await written(opId), ended: await written(endOf(opId)) };
  }

  async #replayOutcomes(
    accountId: AccountId,
    known: ReadonlyMap<string, KnownOperation>,
    state: AccountState,
  ): Promise<{ outcomes: ReadonlyMap<string, Outcome>; details: Authorised['details'] }> {
    const outcomes = new Map<string, Outcome>();
    const details = new Map<string, Readonly<Record<string, unknown>>>();
    if (known.size === 0) return { outcomes, details };
    const amounts = amountsOf(this.#ledger.policyOf(state));
    const entries = await this.#ledger.entriesAt(
      accountId,
      [...known.values()].filter((k) => k.outcome === null).map((k) => k.seq),
    );
    for (const { opId, outcome, seq } of known.values()) {
      if (outcome !== null) {
        const { at: _, details: said, ...kept } = readRefusal(outcome);
        outcomes.set(opId, kept);
        details.set(opId, said);
        continue;
      }
      const entry = entries.get(seq);
      if (entry?.kind !== 'held') throw idTaken('Nothing was charged for it.');
      outcomes.set(opId, heldOutcome(amounts, entry));
    }
    return { outcomes, details };
  }
}

/** How a hold is to end, as it is remembered. */
type Ending = { readonly kind: 'settle'; readonly actual: string | null } | { readonly kind: 'release'; readonly cause: string };

/** The end of nearly every hold: all of it is charged. */
const WHOLE: Ending = { kind: 'settle', actual: null };
/** How such an end is remembered. */
export const WHOLE_PRINT = fingerprint(WHOLE);
const isWhole = (ending: Ending): boolean => ending.kind === 'settle' && ending.actual === null;

/** Whether it ended so already: a charge is what it comes to, however it is written, and the whole hold when nothing is said. */
const sameEnd = (amounts: Amounts, ending: Ending, { status, amount, charged }: Receipt): boolean =>
  ending.kind === 'settle' && status === 'settled' && amounts.parse(ending.actual ?? amount) === amounts.parse(charged);

interface Found {
  readonly begun: Remembered | undefined;
  readonly ended: Remembered | undefined;
}

interface Authorised {
  /** Of those that were new, in the order of the request. */
  readonly outcomes: readonly Outcome[];
  /** For the problem document of a refusal: required, available, shortfall, remedies. */
  readonly details: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly known: ReadonlyMap<string, KnownOperation>;
  readonly state: AccountState;
}

interface Requested {
  readonly operation: OperationWithId;
  readonly print: string;
}

function holdWork(
  ledger: Pick<Ledger, 'policyOf'>,
  atomic: boolean,
  opIds: readonly OpId[],
  requests: readonly Requested[],
): Work<Authorised> {
  return {
    opIds,
    decide(state, now, known): Decided<Authorised> {
      const fresh = known.size === 0 ? requests : requests.filter((r) => isNew(r, known));
      if (fresh.length === 0) return nothing(state, { outcomes: [], details: new Map(), known, state });
      const policy = ledger.policyOf(state);
      const decision = decide(policy, state, { kind: 'hold', atomic, operations: fresh.map((r) => r.operation) }, now);
      const amounts = amountsOf(policy);
      const slicesOf = onceEach(amounts.slices);
      const amountOf = onceEach(amounts.format);
      const outcomes: Outcome[] = [];
      const details = new Map<string, Record<string, unknown>>();
      const { entries, state: after } = decision.ok ? decision : { entries: [], state };
      // What was held is told by entries that follow each other, in the order of the operations.
      let entry = entries.findIndex((e) => e.kind === 'held');
      const operations = outcomesOf(policy, fresh, decision).map(({ opId, status, amount, slices, holdExpiresAt, refusal }, index) => {
        const outcome: Outcome = {
          opId,
          status,
          amount: amountOf(amount),
          slices: slicesOf(slices),
          holdExpiresAt: holdExpiresAt === null ? null : rfc3339(holdExpiresAt),
        };
        const print = fresh[index]?.print ?? '';
        if (refusal === null) {
          outcomes.push(outcome);
          entry += 1;
          return { opId, fingerprint: print, entry: entry - 1, outcome: null };
        }
        const said = { ...outcome, code: refusal.code, message: refused(policy, refusal, state.timeZone).message };
        const extra = refusalDetails(policy, refusal);
        outcomes.push(said);
        details.set(opId, extra);
        return { opId, fingerprint: print, entry: null, outcome: keptRefusal(said, extra, now) };
      });
      return {
        entries,
        state: after,
        operations,
        answer: (after) => ({ outcomes, details, known, state: after.state }),
      };
    },
  };
}

/** Whether nothing is known of it. Throws a conflict when something else was sent under its id. */
function isNew({ operation, print }: Requested, known: ReadonlyMap<string, KnownOperation>): boolean {
  const { opId } = operation;
  const before = known.get(opId);
  if (before !== undefined && before.fingerprint !== print && before.fingerprint !== olderFingerprint(operation))
    throw new Refusal('conflict', `Operation ${opId} was sent before with another content. Nothing was written.`, { opId });
  return before === undefined;
}

/** Those answered before and those that are new, in the order of the request. */
function inOrder(ids: readonly string[], replayed: ReadonlyMap<string, Outcome>, fresh: readonly Outcome[]): Outcome[] {
  if (replayed.size === 0) return [...fresh];
  const next = fresh.values();
  return ids.map((id) => replayed.get(id) ?? next.next().value).filter((outcome) => outcome !== undefined);
}

/** Photos of a batch share their price, and their slices as long as one grant pays for them: they are written down once. */
function onceEach<A, B>(write: (value: A) => B): (value: A) => B {
  let last: { readonly value: A; readonly written: B } | null = null;
  return (value) => {
    if (last?.value !== value) last = { value, written: write(value) };
    return last.written;
  };
}

function outcomesOf(policy: Policy, requests: readonly Requested[], decision: Decision<'hold'>): readonly EngineOutcome[] {
  if (decision.ok) return decision.receipt.outcomes;
  const { refusal } = decision;
  if (!isFinal(refusal)) throw refused(policy, refusal);
  return requests.map(({ operation }) => {
    const price = priceOf(policy, operation);
    return {
      opId: operation.opId,
      status: 'refused',
      amount: price.ok ? price.cost.max : NO_UNITS,
      slices: [],
      holdExpiresAt: null,
      refusal,
    };
  });
}

/** A no-op: every operation was recorded before. */
const nothing = <T extends object>(state: AccountState, value: T): Decided<T> => ({
  entries: [],
  state,
  operations: [],
  answer: (after) => ('state' in value ? { ...value, state: after.state } : value),
});

const alreadyEnded = (known: KnownOperation): Refusal =>
  known.fingerprint === 'time'
    ? new Refusal('conflict', 'The hold ran out before this arrived: its credit went back and nothing was charged.')
    : new Refusal('conflict', 'This hold was ended before, in another way. Ask for its receipt.');
