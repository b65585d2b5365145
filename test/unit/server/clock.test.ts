/** Instants on the wire. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rfc3339 } from '../../../server/clock.ts';
import { instant } from '../../quantities.ts';

const LAST = 8_640_000_000_000_000;

test('an instant is written as the platform writes it, whatever the day', () => {
  fc.assert(
    fc.property(fc.integer({ min: -LAST, max: LAST }), (at) => {
      expect(rfc3339(instant(at))).toBe(new Date(at).toISOString());
    }),
  );
});

test('a day to the millisecond', () => {
  const midnight = Date.UTC(2028, 1, 29);
  for (let at = midnight; at < midnight + 86_400_000; at += 59_999) expect(rfc3339(instant(at))).toBe(new Date(at).toISOString());
  expect(rfc3339(instant(midnight + 86_399_999))).toBe('2028-02-29T23:59:59.999Z');
});

test('what is no instant is refused', () => {
  expect(() => rfc3339(instant(Number.NaN))).toThrow(RangeError);
  expect(() => rfc3339(instant(LAST + 86_400_000))).toThrow(RangeError);
});
