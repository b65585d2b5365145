/** The three requests that applying makes: hold a chunk, and settle or release one as every craft does. Each may be sent any number of times. */
import { z } from 'zod';
import { authoriseAnswer, type Outcome, outcome, paths, type Problem as ServerProblem } from '../../shared/api/index.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import { isLater, type Later } from '../paid-work/requests.ts';
import { judge, NOT_UNDERSTOOD } from '../wallet/http/verdict.ts';
import type { Transport } from '../wallet/transport.ts';
import type { Job } from './jobs.ts';
import type { Mode } from './store.ts';

export { requestRelease, requestSettle } from '../paid-work/requests.ts';

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

/** A refusal carries outcomes too; one about the request as a whole does not. */
const refusedOutcomes = z.object({ outcomes: z.array(outcome).optional() });

/** Asks for the holds of one chunk. A decision names every photo that the server knows of, and none but ours. */
export async function requestHolds(transport: Transport, jobs: readonly Job[], mode: Mode): Promise<HoldAnswer> {
  const operations = jobs.map((job) => ({ opId: job.opId, kind: 'apply', photo: job.photoId, recipe: recipeOnTheWire(job.recipe) }));
  const asked = new Set(jobs.map(({ opId }) => opId));
  const areOurs = (outcomes: readonly Outcome[]): boolean => outcomes.every(({ opId }) => asked.has(opId));
  const answer = await transport.send({
    method: 'POST',
    path: paths.operations,
    body: { atomic: mode === 'all or nothing', operations },
  });
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
