import { describe, expect, test } from 'vitest';
import { joinNewest } from '../../../renderer/history/paging.ts';
import { expiryAxis, usedNext } from '../../../renderer/wallet/drawing.ts';
import type { BucketView, HistoryLine } from '../../../shared/ipc/wallet.ts';
import { grantNamed, opNamed, placed } from '../../quantities.ts';

const bucket = (name: string, grants: { id: string; available: string; expiresAt: string | null }[]): BucketView => ({
  bucket: name,
  label: name,
  available: String(grants.reduce((sum, grant) => sum + Number(grant.available), 0)),
  held: '0',
  nextExpiry: null,
  grants: grants.map((grant) => ({
    ...grant,
    id: grantNamed(grant.id),
    granted: '100',
    held: '0',
    spent: '0',
    expired: '0',
    refunded: '0',
    effectiveAt: '2026-11-01T00:00:00Z',
    source: 'plan',
  })),
});

const now = new Date('2026-11-23T12:00:00Z');

describe('the wallet page', () => {
  test('names the first bucket that still holds credit as the one used next', () => {
    const empty = bucket('promo', [{ id: 'a', available: '0', expiresAt: null }]);
    const full = bucket('monthly', [{ id: 'b', available: '3', expiresAt: null }]);
    expect(usedNext([empty, full])).toBe('monthly');
    expect(usedNext([empty])).toBeNull();
  });

  test('draws expiries on a straight calendar, soonest first, the last one at its end', () => {
    const axis = expiryAxis(
      [
        bucket('purchased', [{ id: 'year', available: '50', expiresAt: '2027-11-23T12:00:00Z' }]),
        bucket('monthly', [
          { id: 'soon', available: '5', expiresAt: '2026-12-01T00:00:00Z' },
          { id: 'gone', available: '0', expiresAt: '2026-11-25T00:00:00Z' },
        ]),
      ],
      now,
      'UTC',
    );
    expect(axis.lapses.map((lapse) => lapse.grantId)).toEqual(['soon', 'year']);
    expect(axis.lapses[1]?.position).toBe(1);
    expect(axis.lapses[0]?.position).toBeCloseTo(7.5 / 365, 3);
    expect(axis.ticks.length).toBeLessThanOrEqual(7);
    expect(axis.ticks.every((tick, index) => index === 0 || tick.position > (axis.ticks[index - 1]?.position ?? 1))).toBe(true);
  });

  test('shows at least five weeks, so that tomorrow looks near', () => {
    const axis = expiryAxis([bucket('promo', [{ id: 'a', available: '1', expiresAt: '2026-11-24T12:00:00Z' }])], now, 'UTC');
    expect(axis.lapses[0]?.position).toBeCloseTo(1 / 35, 5);
  });

  test('marks the months where the account’s time zone begins them, and names the year with January', () => {
    const year = [bucket('purchased', [{ id: 'a', available: '1', expiresAt: '2027-02-10T12:00:00Z' }])];
    const marks = (zone: string) => expiryAxis(year, now, zone).ticks.map(({ at, name }) => [at.toISOString(), name]);
    expect(marks('Europe/Berlin')).toEqual([
      ['2026-11-30T23:00:00.000Z', 'Dec'],
      ['2026-12-31T23:00:00.000Z', 'Jan 2027'],
      ['2027-01-31T23:00:00.000Z', 'Feb'],
    ]);
    expect(marks('America/New_York')[0]).toEqual(['2026-12-01T05:00:00.000Z', 'Dec']);
  });

  test('lists what never lapses apart', () => {
    const axis = expiryAxis([bucket('balance', [{ id: 'a', available: '7', expiresAt: null }])], now, 'UTC');
    expect(axis.lapses).toEqual([]);
    expect(axis.lasting).toEqual([{ id: 'a', label: 'balance', amount: '7' }]);
  });

  test('says once what never lapses in a bucket, however often it was bought', () => {
    const twice = [
      { id: 'a', available: '7', expiresAt: null },
      { id: 'b', available: '5', expiresAt: null },
    ];
    const packs = { ...bucket('purchased', twice), available: '12' };
    expect(expiryAxis([packs], now, 'UTC').lasting).toEqual([{ id: 'purchased', label: 'purchased', amount: '12' }]);
  });
});

describe('the history', () => {
  const line = (seq: number, change: Partial<HistoryLine> = {}): HistoryLine => ({
    seq: placed(seq),
    opId: opNamed(String(seq)),
    at: '',
    kind: 'granted',
    state: null,
    title: '',
    amount: '1',
    slices: [],
    balanceAfter: '0',
    photoId: null,
    invoice: null,
    entries: [],
    ...change,
  });
  const seqs = (lines: readonly HistoryLine[]) => lines.map((one) => one.seq);

  test('puts new lines in front of those shown', () => {
    expect(seqs(joinNewest([line(5), line(4), line(3)], [line(3), line(2), line(1)]))).toEqual([5, 4, 3, 2, 1]);
  });

  test('starts again when the new lines do not reach those shown: a gap would be a lie', () => {
    expect(seqs(joinNewest([line(9), line(8)], [line(3)]))).toEqual([9, 8]);
  });

  test('an operation that has ended moves to the top, and is not shown twice', () => {
    const held = line(3, { opId: opNamed('apply'), state: 'held' });
    const charged = line(6, { opId: opNamed('apply'), state: 'charged' });
    expect(seqs(joinNewest([charged, line(5)], [line(5), line(4), held, line(2)]))).toEqual([6, 5, 4, 2]);
    expect(seqs(joinNewest([charged, line(5), line(4), line(2)], [line(5), line(4), held, line(2)]))).toEqual([6, 5, 4, 2]);
  });

  test('keeps what is shown when nothing is new', () => {
    expect(seqs(joinNewest([line(3), line(2)], [line(3), line(2), line(1)]))).toEqual([3, 2, 1]);
  });
});
