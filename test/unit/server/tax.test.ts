/** VAT by country, in whole cents. */
import { describe, expect, test } from 'vitest';
import { taxAmount, taxOf } from '../../../server/billing/tax.ts';

describe('the rate', () => {
  test.each([
    ['DE', 1900, '19'],
    ['de', 1900, '19'],
    ['HU', 2700, '27'],
    ['FI', 2550, '25.5'],
    ['US', 0, '0'],
    ['CH', 0, '0'],
    [null, 2000, '20'],
  ])('in %s is %i hundredths of a percent', (country, rateBp, ratePercent) => {
    expect(taxOf(country, 'FR')).toMatchObject({ rateBp, ratePercent });
  });
});

describe('the amount', () => {
  test.each([
    [1000n, 1900, 190n],
    [999n, 1900, 190n],
    [1n, 1900, 0n],
    [3n, 1900, 1n],
    [1010n, 2550, 258n],
    [0n, 1900, 0n],
    [-999n, 1900, -190n],
    [9_223_372_036_854_775_807n, 2700, 2_490_310_449_950_789_468n],
  ])('of %i cents at %i is %i', (net, rateBp, tax) => {
    expect(taxAmount(net, rateBp)).toBe(tax);
  });
});
