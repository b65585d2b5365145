/** The three requests that applying makes: hold a chunk, settle one, release one. Each may be sent any number of times. */
import { z } from 'zod';
import { type Outcome, outcome, paths, type Receipt, receipt, type Problem as ServerProblem } from '../../shared/api.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import type { Transport } from '../wallet/transport.ts';
import { judge, type Verdict } from '../wallet/verdict.ts';
import type { Job } from './jobs.ts';
import type { Mode } from './store.ts';

type Later = Extract<Verdict, { kind: 'again' | 'locked out' }>;
const isLater = (verdict: Verdict): verdict is Later => verdict.kind === 'again' || verdict.kind === 'locked out';

/** What the rules need to know of a recipe. Pictures, placement and file names stay on this machine. */
export function recipeOnTheWire(recipe: Recipe): { background: string | null; logo: string | null } {
  const { background, logo } = recipe;
  return {
    background: background === null ? null : background.kind === 'built-in' ? `built-in:${background.id}` : `file:${background.fileId}`,
    logo: logo === null ? null : `file:${logo.fileId}`,
  };
}

export type HoldAnswer =
  | Later
  | { readonly kind: 'decided'; readonly outcomes: ReadonlyMap<string, Outcome>; readonly problem: ServerProblem | null };

/** Asks for the holds of one chunk. A decision names every photo that the server knows of. */
export async function requestHolds(transport: Transport, jobs: readonly Job[], mode: Mode): Promise<HoldAnswer> {
  const operations = jobs.map((job) => ({ opId: job.opId, kind: 'apply', photo: job.photoId, recipe: recipeOnTheWire(job.recipe) }));
  const verdict = judge(
    await transport.send({ method: 'POST', path: paths.operations, body: { atomic: mode === 'all or nothing', operations } }),
  );
  if (isLater(verdict)) return verdict;
  // A refusal carries outcomes too; one about the request as a whole does not.
  const body = z.object({ outcomes: z.array(outcome).optional() }).safeParse(verdict.body);
  const outcomes = body.success ? (body.data.outcomes ?? []) : [];
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

export async function requestSettle(transport: Transport, opId: string): Promise<Resolution> {
  return resolve(transport, opId, paths.settle(opId), {});
}

export async function requestRelease(transport: Transport, opId: string, reason: string): Promise<Resolution> {
  return resolve(transport, opId, paths.release(opId), { reason });
}

/** A refused settle or release means that it was resolved another way (a time-out, an earlier answer that got lost): look it up. */
async function resolve(transport: Transport, opId: string, path: string, body: unknown): Promise<Resolution> {
  const verdict = judge(await transport.send({ method: 'POST', path, body }));
  if (isLater(verdict)) return verdict;
  if (verdict.kind === 'accepted') return fromReceipt(receipt.parse(verdict.body));
  const found = judge(await transport.send({ method: 'GET', path: paths.operation(opId) }));
  if (isLater(found)) return found;
  return found.kind === 'accepted' ? fromReceipt(receipt.parse(found.body)) : { kind: 'gone' };
}

function fromReceipt({ status, charged }: Receipt): Resolution {
  if (status === 'settled') return { kind: 'settled', charged };
  return status === 'held' ? { kind: 'held' } : { kind: 'gone' };
}
