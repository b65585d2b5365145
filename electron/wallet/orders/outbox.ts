/**
 * outbox.db: purchases, changes of plan, refunds and reports that were asked for, kept before they are sent and until the server has answered.
 * The same request goes out with the same operation id until there is an answer of the contract; that is final, refusals too.
 */

import { maxMillis, NO_TIME } from '../../../shared/credits/model/durations.ts';
import { NO_ACCOUNT } from '../../../shared/credits/model/minting.ts';
import type { AccountId, Millis, OpId } from '../../../shared/credits/model/quantities.ts';
import type { World } from '../../world.ts';
import { RetryGate } from '../http/retry-gate.ts';
import type { Verdict } from '../http/verdict.ts';
import type { Transport } from '../transport.ts';
import { judgeOrder, type RequestKind } from './order-answers.ts';
import type { OutboxRequest } from './outbox-request.ts';
import type { OutboxStore } from './outbox-store.ts';

interface OutboxParts {
  readonly store: OutboxStore;
  readonly world: World;
  /** The transport on behalf of that account; null while there is none. */
  readonly transportFor: (accountId: AccountId) => Transport | null;
}

/** Told of every final answer, after it was recorded. */
export type AnswerListener = (kind: RequestKind, opId: OpId, verdict: Verdict) => void;

/** Sends what waits, with backoff, until it has a final answer (at-least-once; the server is idempotent by id). */
export class Outbox {
  readonly #store: OutboxStore;
  readonly #transportFor: OutboxParts['transportFor'];
  readonly #listeners: AnswerListener[] = [];
  /** One request is never sent twice at a time. */
  readonly #underWay = new Map<string, Promise<Verdict>>();
  /** Closed from a flush that left something unanswered to the next one. */
  readonly #gate: RetryGate;
  #isFlushing = false;
  /** Something was added during the flush. */
  #flushNext = false;
  #isStopped = false;

  constructor({ store, world, transportFor }: OutboxParts) {
    this.#store = store;
    this.#gate = new RetryGate(world, () => this.flush());
    this.#transportFor = transportFor;
  }

  /** For as long as the outbox is there. */
  onAnswer(listener: AnswerListener): void {
    this.#listeners.push(listener);
  }

  /** Kept on disk when this returns; not yet sent. */
  add(request: OutboxRequest): void {
    this.#store.add(request);
  }

  /**
   * Sends one request now, once. Answers what came of it: final verdicts are recorded; after 'again' or 'locked out' it
   * stays, and `flush` sends it again.
   */
  async send(opId: OpId): Promise<Verdict> {
    const request = this.#store.find(opId);
    if (request === null) throw new Error(`There is no request ${opId} in the outbox`);
    const verdict = await this.#sendOnce(request);
    if (verdict.kind === 'again') this.flush();
    return verdict;
  }

  /** Sends everything that waits, in order, and goes on trying while the network is there. */
  flush(): void {
    if (this.#isStopped) return;
    if (this.#isFlushing) {
      this.#flushNext = true;
      return;
    }
    this.#isFlushing = true;
    this.#gate.stop();
    void this.#flushAll().finally(() => {
      this.#isFlushing = false;
      if (!this.#flushNext) return;
      this.#flushNext = false;
      this.flush();
    });
  }

  /** Of this account, or of whichever signs in first. */
  waiting(accountId: AccountId): readonly Pick<OutboxRequest, 'opId' | 'kind' | 'body'>[] {
    return this.#store
      .waiting()
      .filter((request) => request.accountId === accountId || request.accountId === NO_ACCOUNT)
      .map(({ opId, kind, body }) => ({ opId, kind, body }));
  }

  /** Ends what is planned; a request under way is no longer recorded. */
  stop(): void {
    this.#isStopped = true;
    this.#gate.stop();
  }

  #sendOnce(request: OutboxRequest): Promise<Verdict> {
    const running = this.#underWay.get(request.opId) ?? this.#send(request).finally(() => this.#underWay.delete(request.opId));
    this.#underWay.set(request.opId, running);
    return running;
  }

  async #send({ opId, accountId, kind, path, body }: OutboxRequest): Promise<Verdict> {
    const transport = this.#transportFor(accountId);
    if (transport === null) return { kind: 'again', reason: 'There is no connection to the credit server.', afterMs: null };
    const verdict = judgeOrder(kind, opId, await transport.send({ method: 'POST', path, body }));
    if (this.#isStopped || verdict.kind === 'again' || verdict.kind === 'locked out') return verdict;
    this.#store.recordAnswer(opId, verdict.kind === 'accepted' ? 'done' : 'refused', verdict.body);
    for (const listener of this.#listeners) listener(kind, opId, verdict);
    return verdict;
  }

  /** A request without an answer does not keep the others waiting, unless the server is silent. */
  async #flushAll(): Promise<void> {
    let afterMs: Millis | null = null;
    let isLeft = false;
    for (const request of this.#store.waiting()) {
      if (this.#transportFor(request.accountId) === null) continue;
      const verdict = await this.#sendOnce(request);
      if (this.#isStopped) return;
      if (verdict.kind === 'accepted' || verdict.kind === 'refused') continue;
      isLeft = true;
      if (verdict.kind === 'locked out') break;
      afterMs = maxMillis(afterMs ?? NO_TIME, verdict.afterMs ?? NO_TIME);
      if (verdict.silent === true) break;
    }
    if (isLeft) this.#gate.close(afterMs);
    else this.#gate.succeed();
  }
}
