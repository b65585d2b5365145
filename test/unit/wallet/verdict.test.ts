import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readAnswer } from '../../../electron/wallet/http/answer.ts';
import { LONGEST_RETRY_AFTER_MS, retryAfterMs } from '../../../electron/wallet/http/limits.ts';
import { judge, waitMs } from '../../../electron/wallet/http/verdict.ts';
import { CONTRACT_HEADER, CONTRACT_VERSION } from '../../../shared/api/index.ts';
import { millis } from '../../quantities.ts';

const problem = (status: number, code: string) => ({ type: 'about:blank', title: code, status, detail: `It is ${code}.`, code });
/** The answer that this call wants. */
const receipt = z.object({ opId: z.string() });
const isOurs = ({ opId }: { opId: string }): boolean => opId === 'ours';

/** Every kind of answer of the contract, and what it means for the operation that asked. */
const rows: readonly (readonly [status: number, body: unknown, retryAfter: number | null, kind: string, afterMs?: number | null])[] = [
  [200, { opId: 'ours' }, null, 'accepted'],
  [202, { opId: 'ours', more: 1 }, null, 'accepted'],
  [200, { opId: 'another' }, null, 'again', null],
  [200, { login: 'http://guest.example' }, null, 'again', null],
  [200, problem(200, 'not_found'), null, 'again', null],
  [204, null, null, 'again', null],
  [302, { opId: 'ours' }, null, 'again', null],
  [401, problem(401, 'unauthorized'), null, 'locked out'],
  [401, { error: 'sign in' }, null, 'again', null],
  [402, problem(402, 'insufficient_credit'), null, 'refused'],
  [403, problem(403, 'forbidden'), null, 'refused'],
  [403, problem(402, 'insufficient_credit'), null, 'again', null],
  [404, problem(404, 'not_found'), null, 'refused'],
  [404, { opId: 'ours' }, null, 'again', null],
  [409, problem(409, 'conflict'), null, 'refused'],
  [409, problem(409, 'in_progress'), 1000, 'again', 1000],
  [410, problem(410, 'gone'), null, 'refused'],
  [422, problem(422, 'background_required'), null, 'refused'],
  [422, '', null, 'again', null],
  [429, problem(429, 'rate_limited'), 3000, 'again', 3000],
  [500, problem(500, 'internal'), null, 'again', null],
  [503, null, 2000, 'again', 2000],
];

describe('what an answer means', () => {
  for (const [status, body, after, kind, afterMs] of rows) {
    test(`${status} ${JSON.stringify(body)} -> ${kind}`, () => {
      const verdict = judge({ kind: 'answer', status, body, retryAfterMs: after === null ? null : millis(after) }, receipt, isOurs);
      expect(verdict.kind).toBe(kind);
      if (verdict.kind === 'again') expect(verdict.afterMs).toBe(afterMs);
    });
  }

  test('books that would not balance -> again, in the words of the server', () => {
    const verdict = judge({ kind: 'answer', status: 500, body: problem(500, 'books_unbalanced'), retryAfterMs: null }, receipt);
    expect(verdict).toEqual({ kind: 'again', reason: 'It is books_unbalanced.', afterMs: null });
  });

  test('silence -> again: the outcome is unknown', () => {
    expect(judge({ kind: 'silence', reason: 'Gone.' }, receipt)).toEqual({ kind: 'again', reason: 'Gone.', afterMs: null, silent: true });
  });

  test('somebody else answered -> again, and the pause that was asked for is kept', () => {
    const verdict = judge({ kind: 'not from us', reason: 'A proxy.', retryAfterMs: millis(2000) }, receipt);
    expect(verdict).toEqual({ kind: 'again', reason: 'A proxy.', afterMs: 2000 });
  });
});

describe('whose answer it is', () => {
  const ours = { [CONTRACT_HEADER.toLowerCase()]: CONTRACT_VERSION, 'content-type': 'application/json; charset=utf-8' };
  const read = (status: number, headers: Record<string, string>, text: string) =>
    readAnswer({ status, header: (name) => headers[name] }, text);

  for (const status of [200, 201, 202, 204, 302, 401, 402, 403, 404, 409, 410, 422, 429, 500, 502, 503, 511]) {
    const body = JSON.stringify(status < 400 ? { opId: 'ours' } : problem(status, 'unauthorized'));
    test(`${status} is the server's own by header and content type, and by nothing less`, () => {
      expect(read(status, ours, body)).toMatchObject({ kind: 'answer', status });
      expect(read(status, { ...ours, 'content-type': 'application/problem+json' }, body)).toMatchObject({ kind: 'answer' });
      for (const headers of [
        {},
        { 'content-type': 'application/json' },
        { ...ours, 'content-type': 'text/html' },
        { [CONTRACT_HEADER.toLowerCase()]: CONTRACT_VERSION },
        { ...ours, [CONTRACT_HEADER.toLowerCase()]: '' },
      ]) {
        const answer = read(status, headers, body);
        expect(answer.kind).toBe('not from us');
        expect(judge(answer, receipt).kind).toBe('again');
      }
      expect(read(status, ours, '<html>Sign in</html>').kind).toBe('not from us');
      expect(read(status, ours, '').kind).toBe('not from us');
    });
  }

  test('another version of the contract is named', () => {
    const answer = read(200, { ...ours, [CONTRACT_HEADER.toLowerCase()]: '2' }, '{"opId":"ours"}');
    expect(answer).toMatchObject({ kind: 'not from us', reason: expect.stringContaining('another version') });
  });
});

describe('when to ask again', () => {
  test('doubles from half a second to a minute', () => {
    const longest = Array.from({ length: 9 }, (_, attempt) => waitMs(attempt, 0.999_999, null) + 1);
    expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });
  test('Retry-After comes first, jitter on top', () => expect(waitMs(0, 0.5, millis(2000))).toBe(2250));
  test('whatever is asked for, a pause is neither nothing nor longer than minutes', () => {
    for (const asked of [null, 0, -1, 1, 1e12, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NaN]) {
      for (const attempt of [0, 1, 40, 1e9]) {
        for (const roll of [0, 0.5, 0.999_999]) {
          const ms = waitMs(attempt, roll, asked === null ? null : millis(asked));
          expect(ms).toBeGreaterThanOrEqual(100);
          expect(ms).toBeLessThanOrEqual(LONGEST_RETRY_AFTER_MS + 75_000);
        }
      }
    }
  });
  test('a long pause is spread, so that many studios do not come back at once', () => {
    expect(waitMs(0, 0.9, millis(300_000)) - waitMs(0, 0.1, millis(300_000))).toBeGreaterThanOrEqual(60_000);
  });
  test.each([
    ['2', undefined, 2000],
    ['0', undefined, 0],
    [' 7 ', undefined, 7000],
    ['2592000', undefined, LONGEST_RETRY_AFTER_MS],
    ['9'.repeat(400), undefined, LONGEST_RETRY_AFTER_MS],
    ['-1', undefined, null],
    ['2.5', undefined, null],
    ['1e9', undefined, null],
    ['Infinity', undefined, null],
    ['soon', 'Mon, 23 Nov 2026 09:00:00 GMT', null],
    ['', undefined, null],
    [undefined, undefined, null],
    // A date counts from the answer's own clock; without one it says nothing.
    ['Mon, 23 Nov 2026 09:00:00 GMT', undefined, null],
    ['Mon, 23 Nov 2026 09:00:30 GMT', 'Mon, 23 Nov 2026 09:00:00 GMT', 30_000],
    ['Mon, 23 Nov 2026 08:00:00 GMT', 'Mon, 23 Nov 2026 09:00:00 GMT', null],
    ['Mon, 23 Nov 2099 09:00:00 GMT', 'Mon, 23 Nov 2026 09:00:00 GMT', LONGEST_RETRY_AFTER_MS],
  ])('Retry-After %j at %j is %j ms', (header, date, ms) => expect(retryAfterMs(header, date)).toBe(ms));
});
