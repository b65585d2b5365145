/** The three requests of paid work: hold a chunk, settle one hold, or give it back. Each may be sent any number of times. */
import { z } from 'zod';
import {
  authoriseAnswer,
  hasCode,
  type Outcome,
  outcome,
  paths,
  type Receipt,
  receipt,
  type Problem as ServerProblem,
} from '../../shared/api/index.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import { judge, NOT_UNDERSTOOD, type Verdict } from '../wallet/http/verdict.ts';
import type { Transport } from '../wallet/transport.ts';
import type { PricedOperation } from './craft.ts';

type Later = Extract<Verdict, { kind: 'again' | 'locked out' }>;
const isLater = <T extends { readonly kind: string }>(answer: T | Later): answer is Later =>
  answer.kind === 'again' || answer.kind === 'locked out';

/** What the server says to a chunk; `problem`: why some of it was refused, null when nothing was. */
export type HoldAnswer =
  | Later
  | { readonly kind: 'decided'; readonly outcomes: ReadonlyMap<string, Outcome>; readonly problem: ServerProblem | null };

/** A refusal carries outcomes too; one about the request as a whole does not. */
const refusedOutcomes = z.object({ outcomes: z.array(outcome).optional() });

interface HoldOrder extends PricedOperation {
  readonly opId: OpId;
}

/**
 * Asks for the holds of one chunk. A decision names every operation that the server knows of, and none but ours.
 * @param atomic all of them, or none
 */
export async function requestHolds(transport: Transport, operations: readonly HoldOrder[], atomic: boolean): Promise<HoldAnswer> {
  const asked = new Set(operations.map(({ opId }) => opId));
  const areOurs = (outcomes: readonly Outcome[]): boolean => outcomes.every(({ opId }) => asked.has(opId));
  const answer = await transport.send({ method: 'POST', path: paths.operations, body: { atomic, operations } });
  const verdict = judge(answer, authoriseAnswer, ({ outcomes }) => areOurs(outcomes));
  if (isLater(verdict)) return verdict;
  const outcomes = verdict.kind === 'accepted' ? verdict.body.outcomes : (refusedOutcomes.safeParse(verdict.body).data?.outcomes ?? []);
  if (!areOurs(outcomes)) return { kind: 'again', reason: NOT_UNDERSTOOD, afterMs: null };
  return {
    kind: 'decided',
    outcomes: new Map(outcomes.map((each) => [each.opId, each])),
    problem: verdict.kind === 'refused' ? verdict.problem : null,
  };
}

/** What has become of a hold. `gone`: it is not held any more and nothing was charged. */
export type Resolution =
  | Later
  | { readonly kind: 'settled'; readonly charged: string }
  | { readonly kind: 'gone' }
  | { readonly kind: 'held' };

/** Charges a hold. Idempotent: a hold that was settled before answers the same. */
export async function requestSettle(transport: Transport, opId: OpId): Promise<Resolution> {
  return resolve(transport, opId, paths.settle(opId), {});
}

/** Gives a hold back; `reason` goes into the ledger. Idempotent. */
export async function requestRelease(transport: Transport, opId: OpId, reason: string): Promise<Resolution> {
  return resolve(transport, opId, paths.release(opId), { reason });
}

/** A refused settle or release means that it was resolved another way (a time-out, an earlier answer that got lost): look it up. */
async function resolve(transport: Transport, opId: OpId, path: string, body: unknown): Promise<Resolution> {
  const isOurs = (found: Receipt): boolean => found.opId === opId;
  const verdict = judge(await transport.send({ method: 'POST', path, body }), receipt, isOurs);
  if (isLater(verdict)) return verdict;
  if (verdict.kind === 'accepted') return fromReceipt(verdict.body);
  const found = judge(await transport.send({ method: 'GET', path: paths.operation(opId) }), receipt, isOurs);
  if (isLater(found)) return found;
  if (found.kind === 'accepted') return fromReceipt(found.body);
  // Only that the server does not know it says that nothing is held; any other refusal leaves it open.
  return hasCode(found.problem, 'not_found') ? { kind: 'gone' } : { kind: 'again', reason: found.problem.detail, afterMs: null };
}

function fromReceipt({ status, charged }: Receipt): Resolution {
  if (status === 'settled') return { kind: 'settled', charged };
  return status === 'held' ? { kind: 'held' } : { kind: 'gone' };
}
