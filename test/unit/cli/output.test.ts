/** How the command line writes amounts and tables, and which exit code a problem has. */
import { describe, expect, it } from 'vitest';
import { amountIn, dayOf, minuteOf, momentOf, priceOf, signedIn } from '../../../cli/amounts.ts';
import { exitFor } from '../../../cli/outcome.ts';
import { dataFolder } from '../../../cli/places.ts';
import { lookFor, table } from '../../../cli/screen.ts';

const credit = { code: 'credit', scale: 0 };
const euro = { code: 'EUR', scale: 4 };

describe('amounts', () => {
  it.each([
    [credit, '1', '1 credit'],
    [credit, '497', '497 credits'],
    [credit, '-1', '−1 credit'],
    [euro, '0.4200', '€0.4200'],
    [euro, '-0.0532', '−€0.0532'],
    [credit, 'many', 'many'],
  ])('%o %s is "%s"', (unit, amount, text) => expect(amountIn(unit, amount)).toBe(text));

  it.each([
    ['100', '+100 credits'],
    ['-1', '−1 credit'],
    ['0', '0 credits'],
  ])('%s as a change is "%s"', (amount, text) => expect(signedIn(credit, amount)).toBe(text));

  it('prices carry their currency', () => {
    expect(priceOf({ amount: '19.00', currency: 'EUR' })).toBe('€19.00');
    expect(priceOf({ amount: '-19.00', currency: 'USD' })).toBe('−$19.00');
    expect(priceOf({ amount: '0.2000', currency: 'EUR' })).toBe('€0.20');
  });

  it('no date is a dash', () => expect(dayOf(null, 'UTC')).toBe('—'));

  it('a date is the day of the account’s time zone; a server that does not name one is read in UTC', () => {
    const at = '2026-11-30T23:30:00Z';
    expect([dayOf(at, 'Europe/Berlin'), minuteOf(at, 'Europe/Berlin')]).toEqual(['2026-12-01', '2026-12-01 00:30']);
    expect([dayOf(at, 'America/New_York'), minuteOf(at, 'America/New_York')]).toEqual(['2026-11-30', '2026-11-30 18:30']);
    expect([dayOf(at, undefined), minuteOf(at, undefined)]).toEqual(['2026-11-30', '2026-11-30 23:30']);
    expect([momentOf(at, 'Europe/Berlin'), momentOf(at, undefined)]).toEqual([
      '2026-12-01 00:30 in Europe/Berlin',
      '2026-11-30 23:30 in UTC',
    ]);
  });
});

describe('what a terminal shows', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
  ])('terminal %s with %o: colours %s', (isTerminal, environment, coloured) =>
    expect(lookFor(isTerminal, environment).bold('a') !== 'a').toBe(coloured),
  );

  it('figures stand to the right, and no line ends in spaces', () =>
    expect(
      table(
        [
          ['a', '1', ''],
          ['long', '100', 'x'],
        ],
        [1],
      ),
    ).toBe('a       1\nlong  100  x\n'));
});

it.each([
  ['insufficient_credit', 4],
  ['not_allowed_on_tier', 4],
  ['offline', 3],
  ['unauthorized', 6],
  ['background_required', 1],
])('the problem %s ends with %i', (code, exit) => expect(exitFor(code)).toBe(exit));

it.each([
  [{ BACKLOT_DATA: '/data' }, 'linux', '/data'],
  [{ XDG_CONFIG_HOME: '/home/a/.config' }, 'linux', '/home/a/.config/Backlot'],
  [{ APPDATA: '/roaming' }, 'win32', '/roaming/Backlot'],
] as const)('with %o on %s the data lie in %s', (environment, platform, folder) => expect(dataFolder(environment, platform)).toBe(folder));
