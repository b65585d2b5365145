import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../../electron/wallet/transport.ts';
import { judge, waitMs } from '../../../electron/wallet/verdict.ts';

const problem = (status: number, code: string) => ({ type: 'about:blank', title: code, status, detail: `It is ${code}.`, code });

/** Every kind of answer, and what it means for the operation that asked. */
const rows: readonly (readonly [status: number, body: unknown, retryAfter: number | null, kind: string, afterMs?: number | null])[] = [
  [200, { seq: 1 }, null, 'accepted'],
  [202, { id: 'g' }, null, 'accepted'],
  [401, problem(401, 'unauthorized'), null, 'locked out'],
  [402, problem(402, 'insufficient_credit'), null, 'refused'],
  [403, problem(403, 'forbidden'), null, 'refused'],
  [404, problem(404, 'not_found'), null, 'refused'],
  [404, '<html>not our server</html>', null, 'again', null],
  [409, problem(409, 'conflict'), null, 'refused'],
  [409, problem(409, 'in_progress'), 1000, 'again', 1000],
  [422, problem(422, 'background_required'), null, 'refused'],
  [429, problem(429, 'rate_limited'), 3000, 'again', 3000],
  [500, problem(500, 'internal'), null, 'again', null],
  [503, null, 2000, 'again', 2000],
];

describe('what an answer means', () => {
  for (const [status, body, after, kind, afterMs] of rows) {
    test(`${status} ${typeof body === 'object' && body !== null && 'code' in body ? body.code : ''} -> ${kind}`, () => {
      const verdict = judge({ kind: 'answer', status, body, retryAfterMs: after });
      expect(verdict.kind).toBe(kind);
      if (verdict.kind === 'again') expect(verdict.afterMs).toBe(afterMs);
    });
  }

  test('silence -> again: the outcome is unknown', () => {
    expect(judge({ kind: 'silence', reason: 'Gone.' })).toEqual({ kind: 'again', reason: 'Gone.', afterMs: null });
  });
});

describe('when to ask again', () => {
  test('doubles from half a second to a minute', () => {
    const longest = Array.from({ length: 9 }, (_, attempt) => waitMs(attempt, 0.999_999, null) + 1);
    expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });
  test('Retry-After comes first, jitter on top', () => expect(waitMs(0, 0.5, 2000)).toBe(2250));
  test('Retry-After is seconds; anything else is left to the back-off', () => {
    expect([
      retryAfterMs('2'),
      retryAfterMs('0'),
      retryAfterMs('-1'),
      retryAfterMs('Mon, 23 Nov 2026 09:00:00 GMT'),
      retryAfterMs(undefined),
    ]).toEqual([2000, 0, null, null, null]);
  });
});
