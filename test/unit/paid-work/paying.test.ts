/** The one rule by which made work is paid for. What the engine makes of it: `../applying/unpaid.test.ts`, `crashes.test.ts`. */
import { describe, expect, test } from 'vitest';
import { mayDeliver, pauseBeforeHoldMs, wantsCredit } from '../../../electron/paid-work/paying.ts';

describe('a made file', () => {
  test('leaves the work folder only when its operation is settled', () => {
    expect(mayDeliver({ kind: 'settled', charged: '1' })).toBe(true);
    expect(mayDeliver({ kind: 'gone' })).toBe(false);
  });

  test.each([
    ['insufficient_credit', true],
    ['fair_use_reached', true],
    ['not_allowed_on_tier', true],
    ['account_closed', false],
    ['refused', false],
  ] as const)('whose hold is refused with %s waits for credit: %s', (code, waits) => expect(wantsCredit({ code })).toBe(waits));

  test('whose holds go back at once is asked for ever more seldom', () =>
    expect([1, 3, 4, 5, 1000].map(pauseBeforeHoldMs)).toEqual([0, 0, 1000, 2000, 60_000]));
});
