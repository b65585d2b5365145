import { describe, expect, test } from 'vitest';
import { parseHex } from '../../../renderer/studio/panel/colours.ts';
import { parseTyped, scrubbed, snap } from '../../../renderer/ui/controls/numbers.ts';
import { formatAmount, formatMoney, formatSigned, formatWithUnit, shares } from '../../../renderer/ui/figures/amounts.ts';
import {
  absoluteDate,
  asOfText,
  calendarDays,
  clockText,
  durationText,
  expiryText,
  foreignZone,
  stamp,
} from '../../../renderer/ui/figures/dates.ts';

const credit = { code: 'credit', scale: 0 };
const euro = { code: 'EUR', scale: 4 };

describe('amounts are exact', () => {
  test.each([
    ['1497', credit, '1,497'],
    ['9007199254740993', credit, '9,007,199,254,740,993'],
    ['0.4200', euro, '€0.4200'],
    ['12.3456', euro, '€12.3456'],
    ['5', euro, '€5.0000'],
    ['-3', credit, '−3'],
  ])('%s', (amount, unit, text) => expect(formatAmount(amount, unit)).toBe(text));
  test('with their unit, one or many', () => {
    expect([formatWithUnit('1', credit), formatWithUnit('497', credit), formatWithUnit('1', euro)]).toEqual([
      '1 credit',
      '497 credits',
      '€1.0000',
    ]);
  });
  test('with their sign in a history', () => {
    expect([formatSigned('12', credit), formatSigned('-1', credit), formatSigned('0', credit)]).toEqual(['+12', '−1', '0']);
  });
  test('a price per credit keeps its fourth decimal', () => {
    expect(formatMoney({ amount: '0.1675', currency: 'EUR' }, true)).toBe('€0.1675');
    expect(formatMoney({ amount: '19', currency: 'EUR' })).toBe('€19.00');
  });
  test('the widths of a stacked bar add up to one, and to nothing for an empty wallet', () => {
    expect(shares(['120', '280', '100']).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    expect(shares(['0', '0'])).toEqual([0, 0]);
  });
});

describe('dates can be checked against a calendar', () => {
  const now = new Date(2026, 10, 23, 14, 2);
  test('days are counted from midnight to midnight', () => {
    expect(calendarDays(now, new Date(2026, 10, 24, 0, 5), undefined)).toBe(1);
    expect(calendarDays(now, new Date(2026, 10, 23, 23, 59), undefined)).toBe(0);
  });
  test.each([
    [new Date(2026, 11, 16, 9), 'expires in 23 days, 16 December'],
    [new Date(2026, 10, 24, 0, 5), 'expires tomorrow, 24 November'],
    [new Date(2027, 10, 23), 'expires in 365 days, 23 November 2027'],
    [new Date(2026, 10, 22), 'expired yesterday, 22 November'],
  ])('%s', (date, text) => expect(expiryText(date, now, undefined)).toBe(text));
  test('in the time zone that is asked for, days, years and clock included', () => {
    const at = new Date('2026-12-31T23:30:00Z');
    const before = new Date('2026-12-31T12:00:00Z');
    const of = (zone: string) => [expiryText(at, before, zone), stamp(at, zone), asOfText(at, before, zone, zone)];
    expect(of('UTC')).toEqual(['expires today, 31 December', '31 Dec 2026, 23:30', '23:30']);
    expect(of('Europe/Berlin')).toEqual(['expires tomorrow, 1 January 2027', '1 Jan 2027, 00:30', '1 January 2027, 00:30']);
    expect(of('America/New_York')).toEqual(['expires today, 31 December', '31 Dec 2026, 18:30', '18:30']);
  });
  test('a zone is named where this computer goes by another one, whatever that one is called', () => {
    expect(foreignZone('Europe/Berlin', 'America/New_York')).toBe('Europe/Berlin');
    expect(foreignZone('Europe/Berlin', 'Europe/Berlin')).toBeNull();
    expect(foreignZone('Etc/UTC', 'UTC')).toBeNull();
  });
  test('a time of day names its zone where the clock of this computer shows another one', () => {
    const at = new Date('2026-12-31T23:30:00Z');
    expect(clockText(at, 'Europe/Berlin', 'America/New_York')).toBe('00:30 in Europe/Berlin');
    expect(clockText(at, 'Europe/Berlin', 'Europe/Berlin')).toBe('00:30');
    expect(asOfText(at, at, 'UTC', 'Europe/Berlin')).toBe('23:30 in UTC');
  });
  test('the year is named when it is another one', () => {
    expect([absoluteDate(new Date(2026, 0, 5), now, undefined), absoluteDate(new Date(2027, 0, 5), now, undefined)]).toEqual([
      '5 January',
      '5 January 2027',
    ]);
  });
  test.each([
    [0.4, 'about 1 second'],
    [4.2, 'about 4 seconds'],
    [120, 'about 2 minutes'],
    [7200, 'about 2 hours'],
  ])('%f seconds', (seconds, text) => expect(durationText(seconds)).toBe(text));
});

describe('number fields', () => {
  const percent = { min: 0, max: 1, step: 0.01 };
  test.each([
    ['50', 0.5],
    ['50 %', 0.5],
    ['12,5', 0.125],
    ['-3', -0.03],
    ['abc', null],
    ['', null],
    ['1-2', null],
  ])('typed "%s"', (text, value) => expect(parseTyped(text, 100)).toBe(value));
  test('values stay in their range and on their steps', () => {
    expect([snap(1.7, percent), snap(-1, percent), snap(0.1234, percent), snap(Number.NaN, percent)]).toEqual([1, 0, 0.12, 0]);
    expect(snap(0.1 + 0.2, percent)).toBe(0.3);
  });
  test('scrubbing the whole range takes 240 pixels, ten times that in fine mode', () => {
    expect(scrubbed(0, 120, percent, false)).toBe(0.5);
    expect(scrubbed(0, 240, percent, true)).toBe(0.1);
  });
});

test.each([
  ['#FA3', '#ffaa33'],
  ['ffAA33', '#ffaa33'],
  [' #123456 ', '#123456'],
  ['#12345', null],
  ['red', null],
])('colour "%s"', (text, colour) => expect(parseHex(text)).toBe(colour));
