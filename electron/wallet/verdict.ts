/** What an answer of the server means for the operation that asked, and when to ask again. One place, so that every sender agrees. */
import { problem as problemSchema, type Problem as ServerProblem } from '../../shared/api.ts';
import type { Answer } from './transport.ts';

export type Verdict =
  | { readonly kind: 'accepted'; readonly body: unknown }
  /** Final: the server has decided and will say the same again. */
  | { readonly kind: 'refused'; readonly problem: ServerProblem; readonly body: unknown }
  /** Outcome unknown or postponed: ask again with the same id. */
  | { readonly kind: 'again'; readonly reason: string; readonly afterMs: number | null }
  /** The sign-in is not accepted; the operation itself was not judged. */
  | { readonly kind: 'locked out'; readonly reason: string };

export function judge(answer: Answer): Verdict {
  if (answer.kind === 'silence') return { kind: 'again', reason: answer.reason, afterMs: null };
  const { status, body, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return { kind: 'accepted', body };
  if (status === 401) return { kind: 'locked out', reason: 'The credit server does not accept this sign-in.' };
  const problem = problemSchema.safeParse(body);
  const inProgress = status === 409 && problem.success && problem.data.code === 'in_progress';
  if (inProgress || status === 408 || status === 425 || status === 429) {
    return { kind: 'again', reason: 'The credit server is busy.', afterMs: retryAfterMs };
  }
  // 4xx without a problem document comes from something between us and the server.
  if (status >= 500 || !problem.success)
    return { kind: 'again', reason: `The credit server has a fault of its own (${status}).`, afterMs: retryAfterMs };
  return { kind: 'refused', problem: problem.data, body };
}

const firstWaitMs = 500;
const longestWaitMs = 60_000;

/**
 * Full jitter (uniform in 0 .. 500 ms * 2^attempt, at most a minute), so that many studios do not come back together;
 * never before the server's own Retry-After. `attempt` counts from 0, `roll` is uniform in [0, 1).
 */
export function waitMs(attempt: number, roll: number, retryAfterMs: number | null): number {
  const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempt, 20));
  return (retryAfterMs ?? 0) + Math.floor(roll * ceiling);
}
