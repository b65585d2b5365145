/** What an answer of the server means for the operation that asked, and when to retry. One place, so that every sender agrees. */
import type { ZodType } from 'zod';
import { hasCode, problem as problemSchema, type Problem as ServerProblem } from '../../../shared/api/index.ts';
import { maxMillis, minutes } from '../../../shared/credits/model/durations.ts';
import { millisFrom } from '../../../shared/credits/model/minting.ts';
import type { Millis } from '../../../shared/credits/model/quantities.ts';
import type { Answer } from './answer.ts';
import { LONGEST_RETRY_AFTER_MS, SHORTEST_WAIT_MS } from './limits.ts';

/** What an answer means for the operation that asked. */
export type Verdict<T = unknown> =
  /** Done: the answer is this very call's, by its schema. */
  | { readonly kind: 'accepted'; readonly body: T }
  /** Final: the server has stored its decision, and a retry gets the same one. */
  | { readonly kind: 'refused'; readonly problem: ServerProblem; readonly body: unknown }
  /** Outcome unknown or postponed: retry under the same id. `silent`: nobody answered at all, so nobody would answer anything else. */
  | { readonly kind: 'again'; readonly reason: string; readonly afterMs: Millis | null; readonly silent?: true }
  /** The sign-in is not accepted; the operation itself was not judged. */
  | { readonly kind: 'locked out'; readonly reason: string };

/** Said of an answer that is not of the contract. */
export const NOT_UNDERSTOOD = 'The credit server answered something that this version does not understand.';
/** What asked for patience is not a decision. */
const notYet: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Final only when the answer is of the contract: its head (`readAnswer` saw to that) and its body, by the schema of this very call or of a problem
 * document of that status. `answersThis`: whether an accepted body names what was asked for. Everything else leaves the outcome unknown.
 */
export function judge<T>(answer: Answer, schema: ZodType<T>, answersThis: (body: T) => boolean = () => true): Verdict<T> {
  if (answer.kind === 'silence') return { kind: 'again', reason: answer.reason, afterMs: null, silent: true };
  if (answer.kind === 'not from us') return { kind: 'again', reason: answer.reason, afterMs: answer.retryAfterMs };
  const { status, body, retryAfterMs: afterMs } = answer;
  if (status >= 200 && status < 300) {
    const parsed = schema.safeParse(body);
    return parsed.success && answersThis(parsed.data)
      ? { kind: 'accepted', body: parsed.data }
      : { kind: 'again', reason: NOT_UNDERSTOOD, afterMs };
  }
  const parsed = problemSchema.safeParse(body);
  const problem = parsed.success && parsed.data.status === status ? parsed.data : null;
  if (problem === null || status < 400 || status >= 500) {
    // A fault that the server knows, and in whose words stands what to do: the same may work once it is mended.
    const reason = hasCode(problem, 'books_unbalanced') ? problem.detail : `The credit server has a fault of its own (${status}).`;
    return { kind: 'again', reason, afterMs };
  }
  if (status === 401) return { kind: 'locked out', reason: 'The credit server does not accept this sign-in.' };
  if (notYet.has(status) || (status === 409 && hasCode(problem, 'in_progress')))
    return { kind: 'again', reason: 'The credit server is busy.', afterMs };
  return { kind: 'refused', problem, body };
}

const firstWaitMs = millisFrom(500);
const longestWaitMs = minutes(1);

/**
 * Full jitter (uniform in 0 .. 500 ms * 2^attempt, at most a minute), so that many studios do not come back together;
 * never before the server's own Retry-After, which counts up to five minutes and is stretched by up to a quarter of itself.
 * `attempt` counts from 0, `roll` is uniform in [0, 1).
 */
export function waitMs(attempt: number, roll: number, retryAfterMs: Millis | null): Millis {
  const asked = retryAfterMs !== null && retryAfterMs > 0 ? Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) : 0;
  const ceiling = Math.max(Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(Math.max(attempt, 0), 20)), asked / 4);
  return maxMillis(SHORTEST_WAIT_MS, millisFrom(Math.floor(asked + roll * ceiling)));
}
