/**
 * What processing costs and how it is paid (PG-04): one operation for each photo and chain, held before the first pixel, settled once
 * its file lies in the folder. Every request carries an id that is on disk already and is sent again under it until there is an
 * answer. Where the policy's price is nothing, no server is asked and no network is needed.
 */
import { z } from 'zod';
import { type AuthoriseAnswer, authoriseAnswer, outcome, paths } from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import type { StepKind } from '../../shared/edit/processing/chain.ts';
import type { ProcessingCost } from '../../shared/ipc/processing.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import type { Settled } from '../paid-work/paying.ts';
import { isLater, type Later, requestRelease, requestSettle } from '../paid-work/requests.ts';
import { judge, type Verdict, waitMs } from '../wallet/http/verdict.ts';
import type { Transport } from '../wallet/transport.ts';
import type { World } from '../world.ts';
import { refusedFor } from './words.ts';

export interface ChargingParts {
  readonly world: World;
  /** The way to the server on behalf of that account; null while there is none. */
  readonly transport: (accountId: AccountId) => Transport | null;
  /** Whose credit is used; null before the first sync. */
  readonly account: () => AccountId | null;
  readonly price: (photos: number, steps: readonly StepKind[]) => ProcessingCost;
  readonly offline: () => Problem | null;
  readonly unit: () => Unit;
  /** The ledger has grown. */
  readonly moved: () => void;
}

export interface HoldOrder {
  readonly accountId: AccountId;
  readonly opId: string;
  readonly photoId: string;
  readonly name: string;
  readonly steps: readonly StepKind[];
}

export interface Charging {
  cost(photos: number, steps: readonly StepKind[]): ProcessingCost;
  unit(): Unit;
  account(): AccountId | null;
  /** Asks until there is an answer; null when it was given up before there was one, and the hold may be there. */
  hold(order: HoldOrder, giveUp: AbortSignal): Promise<Result<void> | null>;
  /** Likewise. */
  settle(accountId: AccountId, opId: string, giveUp: AbortSignal): Promise<Settled | null>;
  /** Asks once: a hold that nobody takes back comes back by itself. What was charged all the same, null when nothing was, or that nobody knows. */
  release(accountId: AccountId, opId: string, reason: string): Promise<{ readonly charged: string } | null | 'unanswered'>;
  /** Waits so long; false when it was given up meanwhile. */
  pause(ms: number, giveUp: AbortSignal): Promise<boolean>;
  /** Whether something waits for the network. */
  waits(): boolean;
  /** There is a connection (again): what waits is asked at once. */
  connected(): void;
}

type Decided = Exclude<Verdict<AuthoriseAnswer>, Later>;

/** @param waiting is told when `waits` changes */
export function createCharging(parts: ChargingParts, waiting: () => void = () => undefined): Charging {
  const { world, transport, price, offline, unit, moved } = parts;
  const wakes = new Set<() => void>();

  /** Until the next try is due, there is a connection again, or it is given up. */
  function pause(ms: number | null, giveUp: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        giveUp.removeEventListener('abort', wake);
        wakes.delete(wake);
        if (wakes.size === 0) waiting();
        resolve();
      };
      const cancel = ms === null ? () => undefined : world.timers.after(ms, wake);
      giveUp.addEventListener('abort', wake);
      wakes.add(wake);
      if (wakes.size === 1) waiting();
    });
  }

  async function answered<T extends { readonly kind: string }>(
    accountId: AccountId,
    ask: (way: Transport) => Promise<T | Later>,
    giveUp: AbortSignal,
  ): Promise<T | null> {
    for (let attempt = 0; attempt === 0 || !giveUp.aborted; attempt += 1) {
      const way = transport(accountId);
      let ms: number | null = null;
      if (way !== null) {
        const answer = await ask(way);
        if (!isLater(answer)) return answer;
        ms = waitMs(attempt, world.rng.next(), answer.kind === 'again' ? answer.afterMs : null);
      }
      if (giveUp.aborted) return null;
      await pause(ms, giveUp);
    }
    return null;
  }

  return {
    unit,
    account: parts.account,
    waits: () => wakes.size > 0,
    connected() {
      for (const wake of [...wakes]) wake();
    },
    cost(photos, steps) {
      const cost = price(photos, steps);
      return cost.free ? cost : { ...cost, refusal: offline() ?? cost.refusal };
    },
    async hold({ accountId, opId, photoId, name, steps }, giveUp) {
      const operation = { opId, kind: 'process', photo: photoId, steps };
      const request = { method: 'POST', path: paths.operations, body: { atomic: true, operations: [operation] } } as const;
      const verdict = await answered<Decided>(
        accountId,
        async (way) => judge(await way.send(request), authoriseAnswer, ({ outcomes }) => outcomes.some((each) => each.opId === opId)),
        giveUp,
      );
      if (verdict === null) return null;
      moved();
      const body = z.object({ outcomes: z.array(outcome).optional() }).safeParse(verdict.body);
      const held = body.success ? body.data.outcomes?.find((each) => each.opId === opId) : undefined;
      if (verdict.kind === 'accepted' && held?.status === 'held') return ok(undefined);
      return fail(refusedFor(name, verdict.kind === 'refused' ? verdict.problem.code : held?.code, held?.message));
    },
    async settle(accountId, opId, giveUp) {
      const ask = async (way: Transport): Promise<Settled | Later> => {
        const resolution = await requestSettle(way, opId);
        // `held` after a settle cannot be; it is asked again like a silence.
        return resolution.kind === 'held' ? { kind: 'again', reason: 'still held', afterMs: null } : resolution;
      };
      const charged = await answered(accountId, ask, giveUp);
      moved();
      return charged;
    },
    async release(accountId, opId, reason) {
      const way = transport(accountId);
      if (way === null) return 'unanswered';
      const released = await requestRelease(way, opId, reason);
      moved();
      if (released.kind === 'settled') return { charged: released.charged };
      return released.kind === 'gone' ? null : 'unanswered';
    },
    async pause(ms, giveUp) {
      await pause(ms, giveUp);
      return !giveUp.aborted;
    },
  };
}
