/** Lines, rounding and words of an invoice. */
import { describe, expect, test } from 'vitest';
import { lineOf, negated, totalsOf } from '../../../server/billing/invoices/document.ts';
import { amountText, figures, languageOf, lineText, longDate, textsOf } from '../../../server/billing/invoices/texts/texts.ts';
import { languages } from '../../../shared/api/index.ts';
import { cents, instant } from '../../quantities.ts';

describe('a line', () => {
  test.each([
    // unit, quantity, net: rounded half away from zero to the cent, each line by itself
    [1900n, '1', 1900n],
    [1900n, '3', 5700n],
    [999n, '2.5', 2498n],
    [1n, '0.5', 1n],
    [1n, '0.4999', 0n],
    [3n, '1.5', 5n],
    [333n, '0.3333', 111n],
    [0n, '1', 0n],
    [9_223_372_036_854_775_807n, '1', 9_223_372_036_854_775_807n],
  ])('of %i cents, %s times, is %i', (unit, quantity, net) => {
    expect(lineOf('x', cents(unit), quantity)).toMatchObject({ unitMinor: unit, quantity, netMinor: net });
    expect(lineOf('x', cents(-unit), quantity).netMinor).toBe(-net);
  });

  test('that takes off has a positive price and a negative quantity (BR-27)', () => {
    expect(lineOf('Unused time', cents(-999n))).toEqual({ text: 'Unused time', quantity: '-1', unitMinor: 999n, netMinor: -999n });
  });

  test.each(['', '1.23456', '1e3', 'one', '1,5', '--1'])('is refused with the quantity "%s"', (quantity) => {
    expect(() => lineOf('x', cents(1n), quantity)).toThrow(RangeError);
  });

  test('that does not add up is refused', () => {
    expect(() => totalsOf([{ text: 'x', quantity: '2', unitMinor: cents(100n), netMinor: cents(100n) }], { rateBp: 0 })).toThrow(
      'does not add up',
    );
  });
});

test('tax is rounded once, on the sum: three lines of 3 cents at 19 % are 2 cents of tax, not 3', () => {
  const lines = [lineOf('a', cents(3n)), lineOf('b', cents(3n)), lineOf('c', cents(3n))];
  expect(totalsOf(lines, { rateBp: 1900 })).toEqual({ netMinor: 9n, taxMinor: 2n, totalMinor: 11n });
});

test.each([
  ['12.00', '-12.00'],
  ['-12.00', '12.00'],
  ['0.00', '0.00'],
  ['0', '0'],
])('%s turned around is %s', (from, to) => {
  expect(negated(from)).toBe(to);
});

describe('the words', () => {
  const leaves = (value: object): string[] => Object.values(value).flatMap((v) => (typeof v === 'string' ? [v] : leaves(v)));
  const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

  test.each(languages)('%s has every text, with the same {names} as English', (language) => {
    const [own, english] = [leaves(textsOf(language)), leaves(textsOf('en'))];
    expect(own.map(places)).toEqual(english.map(places));
    for (const text of own) expect(text.trim()).not.toBe('');
  });

  test.each([
    ['en', '1,234.50 EUR', '10 June 2026', '100 credits, Studio, valid until 10 June 2026'],
    ['de', '1.234,50 EUR', '10. Juni 2026', '100 Credits, Studio, gültig bis 10. Juni 2026'],
    ['fr', '1 234,50 EUR', '10 juin 2026', '100 crédits, Studio, valables jusqu’au 10 juin 2026'],
    ['es', '1234,50 EUR', '10 de junio de 2026', '100 créditos, Studio, válido hasta el 10 de junio de 2026'],
    ['pl', '1234,50 EUR', '10 czerwca 2026', 'Kredyty: 100, Studio, ważne do 10 czerwca 2026'],
  ] as const)('%s writes %s on %s', (language, amount, date, line) => {
    const at = instant(Date.UTC(2026, 5, 10));
    expect(amountText(language, { amount: '1234.50', currency: 'EUR' }).replaceAll('\u00a0', ' ')).toBe(amount);
    expect(longDate(language, at)).toBe(date);
    expect(lineText(language, { kind: 'credits', amount: '100', of: 'Studio', until: at })).toBe(line);
  });

  test('amounts past 2^53 are written to the last digit', () => {
    expect(figures('en', '92233720368547758.07')).toBe('92,233,720,368,547,758.07');
  });

  test.each([
    ['de-AT', 'de'],
    ['PL', 'pl'],
    ['pt-BR', 'en'],
    ['', 'en'],
    [null, 'en'],
  ])('%s is served in %s', (tag, language) => {
    expect(languageOf(tag)).toBe(language);
  });
});
