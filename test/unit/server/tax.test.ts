/** Tax by country, in whole cents. */
import { describe, expect, test } from 'vitest';
import { EU_RATES } from '../../../server/billing/tax/rates.ts';
import { isVatIdOf } from '../../../server/billing/tax/vat-id.ts';
import { type Taxed, taxOf } from '../../../server/billing/tax.ts';
import { taxAmount } from '../../../shared/billing/tax.ts';

describe('the rate', () => {
  test.each([
    ['DE', 1900, '19', 'standard'],
    ['de', 1900, '19', 'standard'],
    ['HU', 2700, '27', 'standard'],
    ['FI', 2550, '25.5', 'standard'],
    ['US', 0, '0', 'none'],
    ['CH', 0, '0', 'none'],
    [null, 2000, '20', 'standard'],
  ])('in %s is %i hundredths of a percent', (country, rateBp, ratePercent, treatment) => {
    expect(taxOf({ country }, { country: 'FR' })).toMatchObject({ rateBp, ratePercent, treatment });
  });

  test.each(['XX', 'ZZ', 'EU', 'UK', 'D', ''])('of "%s" is not known, and says that nothing was charged', (country) => {
    expect(() => taxOf({ country }, { country: 'FR' })).toThrow(
      expect.objectContaining({ code: 'unknown_tax_country', message: expect.stringContaining('Nothing was charged') }),
    );
  });

  test('comes from the issuer’s file where it names one', () => {
    const issuer = { country: 'GB', taxRates: { GB: '20', DE: '7' } };
    expect(taxOf({ country: 'GB' }, issuer)).toMatchObject({ rateBp: 2000, treatment: 'standard' });
    expect(taxOf({ country: 'DE' }, issuer)).toMatchObject({ rateBp: 700 });
    expect(taxOf({ country: 'FR' }, issuer)).toMatchObject({ rateBp: 2000 });
  });

  test('is known for all 27 member states, with its source and date', () => {
    expect(Object.keys(EU_RATES.ratesBp)).toHaveLength(27);
    expect(EU_RATES.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const rate of Object.values(EU_RATES.ratesBp)) expect(rate).toBeGreaterThanOrEqual(1500);
  });
});

describe('reverse charge', () => {
  const business = (country: string, vatId: string | null): Taxed => ({ country, vatId });
  test.each([
    ['a business in another member state', business('FR', 'FR40303265045'), 'DE', 'reverse-charge'],
    ['written with spaces and small letters', business('FR', 'fr 40 303 265 045'), 'DE', 'reverse-charge'],
    ['Greece, whose numbers begin with EL', business('GR', 'EL123456789'), 'DE', 'reverse-charge'],
    ['a consumer there', business('FR', null), 'DE', 'standard'],
    ['a number of another country than the address', business('FR', 'IT12345678901'), 'DE', 'standard'],
    ['a number that is none', business('FR', 'FR12'), 'DE', 'standard'],
    ['a business in the issuer’s own country', business('DE', 'DE123456789'), 'DE', 'standard'],
    ['a business outside the Union', business('US', 'US123456789'), 'DE', 'none'],
    ['an issuer outside the Union', business('FR', 'FR40303265045'), 'US', 'reverse-charge'],
  ])('%s', (_, customer, country, treatment) => {
    expect(taxOf(customer, { country }).treatment).toBe(treatment);
  });

  test.each([
    ['AT', 'ATU12345678'],
    ['BE', 'BE0123456789'],
    ['ES', 'ESX1234567R'],
    ['IE', 'IE1234567W'],
    ['NL', 'NL123456789B01'],
    ['PL', 'PL1234567890'],
    ['SE', 'SE123456789012'],
  ] as const)('%s knows %s, and not one digit less', (country, vatId) => {
    expect([isVatIdOf(country, vatId), isVatIdOf(country, vatId.slice(0, -1))]).toEqual([true, false]);
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
