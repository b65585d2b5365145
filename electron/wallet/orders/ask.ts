/** A question or a setting, sent at once and once: nothing of it is kept when there is no answer. What moves money goes through the outbox. */
import type { ZodType } from 'zod';
import { fail, ok, type Problem, type Result } from '../../../shared/result.ts';
import { judge } from '../http/verdict.ts';
import { notNow, refusedBy } from '../sentences.ts';
import type { Transport } from '../transport.ts';

interface AskParts {
  readonly transport: () => Transport | null;
  readonly offline: (what: string) => Problem | null;
}

/** `what` waits for the network when there is none; `unanswered`: what is known when no answer came. */
export type Ask = <T>(question: Question<T>) => Promise<Result<T>>;

/** A question and what is said when it is not answered. */
export interface Question<T> {
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** What an answer has to be; anything else is no answer. */
  readonly answer: ZodType<T>;
  readonly unanswered: string;
}

/** Asks once, without a retry: the user sees what came of it and may ask again. */
export function askServer(parts: AskParts): Ask {
  return async ({ what, method, path, body, answer, unanswered }) => {
    const offline = parts.offline(what);
    if (offline !== null) return fail(offline);
    const transport = parts.transport();
    if (transport === null) return fail(notNow(what));
    const verdict = judge(await transport.send({ method, path, ...(body === undefined ? {} : { body }) }), answer);
    if (verdict.kind === 'accepted') return ok(verdict.body);
    return fail(verdict.kind === 'refused' ? refusedBy(verdict.problem) : { code: 'offline', message: `${verdict.reason} ${unanswered}` });
  };
}

/** Said when a setting got no answer that would have changed it. */
export const nothingChanged = 'Nothing was changed.';
/** A setting may have arrived although its answer did not: setting it again is idempotent. */
export const perhapsChanged = 'Whether it was saved is not known; save it again to be sure.';
