/** The two requests that end a hold: settle it, or give it back. Each may be sent any number of times. */
import { hasCode, paths, type Receipt, receipt } from '../../shared/api/index.ts';
import { judge, type Verdict } from '../wallet/http/verdict.ts';
import type { Transport } from '../wallet/transport.ts';

export type Later = Extract<Verdict, { kind: 'again' | 'locked out' }>;
export const isLater = <T extends { readonly kind: string }>(answer: T | Later): answer is Later =>
  answer.kind === 'again' || answer.kind === 'locked out';

/** What has become of a hold. `gone`: it is not held any more and nothing was charged. */
export type Resolution =
  | Later
  | { readonly kind: 'settled'; readonly charged: string }
  | { readonly kind: 'gone' }
  | { readonly kind: 'held' };

export async function requestSettle(transport: Transport, opId: string): Promise<Resolution> {
  return resolve(transport, opId, paths.settle(opId), {});
}

export async function requestRelease(transport: Transport, opId: string, reason: string): Promise<Resolution> {
  return resolve(transport, opId, paths.release(opId), { reason });
}

/** A refused settle or release means that it was resolved another way (a time-out, an earlier answer that got lost): look it up. */
async function resolve(transport: Transport, opId: string, path: string, body: unknown): Promise<Resolution> {
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
