/**
 * What processing costs and how it is paid (PG-04): one operation for each photo and chain, held before the first pixel, settled once the
 * file lies in its folder. A process that ends in between leaves a hold that comes back by itself: nobody pays for a file they
 * do not have. Where the policy's price is nothing, no server is asked and no network is needed.
 */
import { z } from 'zod';
import { outcome, paths } from '../../shared/api.ts';
import type { StepKind } from '../../shared/edit/processing/chain.ts';
import type { ProcessingCost } from '../../shared/ipc/processing.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import { requestRelease, requestSettle } from '../applying/requests.ts';
import type { Transport } from '../wallet/transport.ts';
import { judge, waitMs } from '../wallet/verdict.ts';
import type { World } from '../world.ts';
import { noAnswer, refusedFor } from './words.ts';

export interface ChargingParts {
  readonly world: World;
  /** The way to the server on behalf of whoever is signed in; null while there is none. */
  readonly transport: () => Transport | null;
  readonly price: (photos: number, steps: readonly StepKind[]) => ProcessingCost;
  readonly offline: () => Problem | null;
  readonly unit: () => Unit;
  /** The ledger has grown. */
  readonly moved: () => void;
}

/** A hold for one photo. */
export interface Charge {
  /** The file is where it belongs: what was charged, as a decimal string; null when no answer came, then the wallet will tell. */
  settle(): Promise<string | null>;
  /** It failed: the hold goes back. */
  release(reason: string): Promise<void>;
}

export interface Charging {
  cost(photos: number, steps: readonly StepKind[]): ProcessingCost;
  hold(photoId: string, name: string, steps: readonly StepKind[]): Promise<Result<Charge>>;
  unit(): Unit;
  /** The studio closes: no more waiting for answers. What is open comes back by itself. */
  stop(): void;
}

/** How often an answer is waited for before the hold is left to come back by itself. */
const TRIES = 5;

export function createCharging({ world, transport, price, offline, unit, moved }: ChargingParts): Charging {
  let stopped = false;
  let stop = (): void => undefined;
  const stopping = new Promise<void>((resolve) => {
    stop = () => {
      stopped = true;
      resolve();
    };
  });
  const pause = (attempt: number): Promise<void> => {
    const waited = new Promise<void>((resolve) => void world.timers.after(waitMs(attempt, world.rng.next(), null), resolve));
    return Promise.race([waited, stopping]);
  };

  /** The same request under the same id until there is an answer, a few times. */
  async function resolved(ask: (way: Transport) => ReturnType<typeof requestSettle>): Promise<string | null> {
    for (let attempt = 0; attempt < TRIES && !(stopped && attempt > 0); attempt += 1) {
      const way = transport();
      const resolution = way === null ? null : await ask(way);
      if (resolution?.kind === 'settled') return resolution.charged;
      if (resolution?.kind === 'gone') return '0';
      await pause(attempt);
    }
    world.log('a hold for processing got no answer: it was settled, or comes back by itself');
    return null;
  }

  return {
    unit,
    stop,
    cost(photos, steps) {
      const cost = price(photos, steps);
      return cost.free ? cost : { ...cost, refusal: offline() ?? cost.refusal };
    },
    async hold(photoId, name, steps) {
      const away = offline();
      const way = transport();
      if (away !== null || way === null) return fail(away ?? noAnswer(name));
      const opId = world.ids.next();
      const operation = { opId, kind: 'process', photo: photoId, steps };
      const verdict = judge(await way.send({ method: 'POST', path: paths.operations, body: { atomic: true, operations: [operation] } }));
      if (verdict.kind === 'again' || verdict.kind === 'locked out') {
        // It may have been held all the same.
        void resolved((again) => requestRelease(again, opId, 'no answer')).then(moved);
        return fail(noAnswer(name));
      }
      const body = z.object({ outcomes: z.array(outcome).optional() }).safeParse(verdict.body);
      const held = body.success ? body.data.outcomes?.find((each) => each.opId === opId) : undefined;
      if (verdict.kind === 'refused' || held?.status !== 'held') {
        return fail(refusedFor(name, verdict.kind === 'refused' ? verdict.problem.code : held?.code, held?.message));
      }
      return ok({
        async settle() {
          const charged = await resolved((again) => requestSettle(again, opId));
          moved();
          return charged;
        },
        async release(reason) {
          await resolved((again) => requestRelease(again, opId, reason));
          moved();
        },
      });
    },
  };
}
