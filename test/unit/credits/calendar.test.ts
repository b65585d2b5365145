import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSteps, cycleAt, cycleNumber, dayOfMonthAnchor, isTimeZone } from '../../../shared/credits/model/calendar.ts';
import { instant } from '../../quantities.ts';
import { runs } from '../../runs.ts';
import { on } from './account.ts';

const iso = (at: number): string => new Date(at).toISOString();

describe('steps are counted from the anchor', () => {
  it.each([
    ['31 January comes back', '2027-01-31', { months: 1 }, ['2027-02-28', '2027-03-31', '2027-04-30', '2027-05-31']],
    ['in a leap year', '2028-01-30', { months: 1 }, ['2028-02-29', '2028-03-30', '2028-04-30', '2028-05-30']],
    ['29 February, yearly', '2028-02-29', { years: 1 }, ['2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29']],
    ['30 days', '2027-01-31', { days: 30 }, ['2027-03-02', '2027-04-01', '2027-05-01', '2027-05-31']],
  ] as const)('%s', (_, anchor, step, expected) => {
    expect([1, 2, 3, 4].map((count) => iso(addSteps(on(anchor), step, count, 'UTC')).slice(0, 10))).toEqual(expected);
  });
});

describe('in the account’s time zone', () => {
  it.each([
    // Midnight in Berlin is 23:00 UTC in winter and 22:00 in summer.
    ['Europe/Berlin', '2027-03-13T23:00:00Z', { days: 14 }, '2027-03-27T23:00:00.000Z', '2027-04-10T22:00:00.000Z'],
    ['Europe/Berlin', '2026-10-09T22:00:00Z', { months: 1 }, '2026-11-09T23:00:00.000Z', '2026-12-09T23:00:00.000Z'],
    // A day that the calendar skipped: Samoa had no 30 December 2011.
    ['Pacific/Apia', '2011-11-30T10:00:00Z', { months: 1 }, '2011-12-30T10:00:00.000Z', '2012-01-29T10:00:00.000Z'],
  ] as const)('%s from %s', (timeZone, anchor, step, first, second) => {
    expect([1, 2].map((count) => iso(addSteps(on(anchor), step, count, timeZone)))).toEqual([first, second]);
  });
  it('a wall-clock time that daylight saving skips moves forward', () => {
    expect(iso(addSteps(on('2027-02-28T01:30:00Z'), { months: 1 }, 1, 'Europe/Berlin'))).toBe('2027-03-28T01:30:00.000Z');
  });
  it('knows its names', () => {
    expect(['Europe/Berlin', 'UTC', 'Mars/Olympus', '', '../etc'].map(isTimeZone)).toEqual([true, true, false, false, false]);
  });
});

describe('cycles', () => {
  it('a fixed day is anchored in a month that has it', () => {
    expect(iso(dayOfMonthAnchor(31, on('2027-02-10'), 'UTC'))).toBe('2026-12-31T00:00:00.000Z');
  });
  const anything = fc.record({
    anchor: fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2060, 0, 1) }).map(instant),
    at: fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2060, 0, 1) }).map(instant),
    step: fc.constantFrom({ months: 1 }, { days: 30 }, { years: 1 }, { days: 1 }, { months: 3 }),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Apia', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca'),
  });
  it('every instant lies in exactly one, and each ends where the next begins', () => {
    fc.assert(
      fc.property(anything, ({ anchor, at, step, timeZone }) => {
        const cycle = cycleAt(anchor, step, at, timeZone);
        expect(cycle.start <= at && at < cycle.end).toBe(true);
        expect(cycleNumber(anchor, step, cycle.index + 1, timeZone).start).toBe(cycle.end);
        expect(cycleAt(anchor, step, cycle.end, timeZone).index).toBe(cycle.index + 1);
      }),
      { numRuns: runs(80) },
    );
  });
});
