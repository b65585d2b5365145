/** Tax by country, in whole cents. */
import { describe, expect, test } from 'vitest';
import { EU_RATES } from '../../../server/billing/tax/rates.ts';
import { type Taxed, taxOf } from '../../../server/billing/tax/tax.ts';
import { canBeVatIdOf, hasVatPrefix, isVatIdOf } from '../../../server/billing/tax/vat-id.ts';
import { taxAmount } from '../../../shared/billing/tax.ts';
import { cents } from '../../quantities.ts';

describe('the rate', () => {
  test.each([
    ['DE', 1900, '19', 'standard'],
    ['de', 1900, '19', 'standard'],
    ['HU', 2700, '27', 'standard'],
    ['FI', 2550, '25.5', 'standard'],
    ['US', 0, '0', 'none'],
    ['CH', 0, '0', 'none'],
    ['MC', 2000, '20', 'standard'],
    ['IM', 0, '0', 'none'],
    ['GB', 0, '0', 'none'],
    ['GR', 2400, '24', 'standard'],
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
    // The Isle of Man counts as the United Kingdom, unless it has a rate of its own.
    expect(taxOf({ country: 'IM' }, issuer)).toMatchObject({ rateBp: 2000, country: 'GB' });
    expect(taxOf({ country: 'IM' }, { country: 'GB', taxRates: { GB: '20', IM: '5' } })).toMatchObject({ rateBp: 500 });
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
    ['a business in Monaco, whose numbers are French', business('MC', 'FR40303265045'), 'DE', 'reverse-charge'],
    ['a business in Monaco, billed from France', business('MC', 'FR40303265045'), 'FR', 'standard'],
    ['a business in France, billed from Monaco', business('FR', 'FR40303265045'), 'MC', 'standard'],
    ['Northern Ireland, whose numbers are for goods', business('GB', 'XI123456789'), 'DE', 'none'],
    ['a number of Northern Ireland at an address in the Union', business('IE', 'XI123456789'), 'DE', 'standard'],
    ['Greece, with the letters of its country', business('GR', 'GR123456789'), 'DE', 'standard'],
    ['the Isle of Man', business('IM', 'GB123456789'), 'DE', 'none'],
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

describe('a VAT number', () => {
  test.each([
    ['AT', 'ATU12345678', 'AT12345678'],
    ['BE', 'BE1234567890', 'BE2234567890'],
    ['BG', 'BG1234567890', 'BG12345678'],
    ['CY', 'CY12345678X', 'CY123456789'],
    ['CZ', 'CZ12345678', 'CZ1234567'],
    ['DE', 'DE123456789', 'DE12345678'],
    ['DK', 'DK12345678', 'DK123456789'],
    ['EE', 'EE123456789', 'EE12345678'],
    ['ES', 'ESB12345678', 'ES1234567'],
    ['FI', 'FI12345678', 'FI123456789'],
    ['FR', 'FRK7399859412', 'FRO7399859412'],
    ['GR', 'EL123456789', 'GR123456789'],
    ['HR', 'HR12345678901', 'HR1234567890'],
    ['HU', 'HU12345678', 'HU1234567'],
    ['IE', 'IE1234567WA', 'IE12345678'],
    ['IT', 'IT12345678901', 'IT1234567890'],
    ['LT', 'LT123456789012', 'LT1234567890'],
    ['LU', 'LU12345678', 'LU1234567'],
    ['LV', 'LV12345678901', 'LV1234567890'],
    ['MT', 'MT12345678', 'MT1234567'],
    ['NL', 'NL123456789B01', 'NL123456789001'],
    ['PL', 'PL1234567890', 'PL123456789'],
    ['PT', 'PT123456789', 'PT12345678'],
    ['RO', 'RO12', 'RO1'],
    ['SE', 'SE123456789012', 'SE12345678901'],
    ['SI', 'SI12345678', 'SI123456789'],
    ['SK', 'SK1234567890', 'SK123456789'],
    ['GB', 'GB123456789', 'GB12345678'],
    ['GB', 'XI123456789012', 'IE1234567W'],
    ['IM', 'GB123456789', 'IM123456789'],
    ['MC', 'FR40303265045', 'MC40303265045'],
    ['CH', 'CHE-123.456.789 MWST', 'CH123456789'],
    ['NO', 'NO 123 456 789 MVA', 'NO12345678'],
  ])('of %s can be %s and not %s', (country, right, wrong) => {
    expect([canBeVatIdOf(country, right), canBeVatIdOf(country, wrong)]).toEqual([true, false]);
  });

  test('of a country whose form is not known is taken as it is', () => {
    expect(canBeVatIdOf('BR', '12.345.678/0001-95')).toBe(true);
  });

  test.each([
    ['DE000000000', true],
    ['EL123456789', true],
    ['XI123456789', true],
    ['12-3456789', false],
    ['QQ123', false],
  ])('%s begins with a country: %s', (vatId, has) => {
    expect(hasVatPrefix(vatId)).toBe(has);
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
    expect(taxAmount(cents(net), rateBp)).toBe(tax);
  });
});
