import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAmount, formatMoney, parseAmount, parseMoney } from '../../../shared/credits/index.ts';
import { cents } from '../../quantities.ts';

const credit = { scale: 0 };
const euro = { scale: 4 };

describe('amounts as decimal strings', () => {
  it.each([
    [12n, credit, '12'],
    [0n, credit, '0'],
    [-3n, credit, '-3'],
    [4200n, euro, '0.4200'],
    [1n, euro, '0.0001'],
    [-1n, euro, '-0.0001'],
    [50_000n, euro, '5.0000'],
    [2n ** 63n - 1n, credit, '9223372036854775807'],
  ])('%s is %s', (units, unit, text) => expect(formatAmount(units, unit)).toBe(text));

  it.each([
    ['12', credit, 12n],
    ['12.0', credit, 12n],
    ['0.42', euro, 4200n],
    ['0.420000', euro, 4200n],
    ['007', credit, 7n],
    ['9223372036854775807', credit, 2n ** 63n - 1n],
  ])('%s is read', (text, unit, units) => expect(parseAmount(text, unit)).toBe(units));

  it.each([
    ['9223372036854775808', credit],
    ['922337203685477.5808', euro],
    ['0.5', credit],
    ['0.00001', euro],
    ['-1', credit],
    ['+1', credit],
    ['1e3', credit],
    ['1,5', euro],
    ['.5', euro],
    ['5.', euro],
    ['', credit],
    [' 1', credit],
    ['0x10', credit],
    ['NaN', credit],
    ['١', credit],
    ['1'.repeat(41), credit],
  ])('"%s" is no amount', (text, unit) => expect(parseAmount(text, unit)).toBe(null));

  it('reads back whatever it writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.integer({ min: 0, max: 9 }), (units, scale) => {
        expect(parseAmount(formatAmount(units, { scale }), { scale })).toBe(units);
      }),
    );
  });
  it('money has cents', () => {
    expect(formatMoney({ minor: cents(1900n), currency: 'EUR' })).toEqual({ amount: '19.00', currency: 'EUR' });
    expect([parseMoney('19.00', 'EUR'), parseMoney('19.001', 'EUR')]).toEqual([{ minor: 1900n, currency: 'EUR' }, null]);
  });
});
