import { describe, expect, test } from 'vitest';
import { choiceOf, headingOf, takenOut, ways } from '../../../renderer/billing/planning.ts';
import { formatSpan, splitAmount } from '../../../renderer/ui/figures/amounts.ts';
import { bars, dayText } from '../../../renderer/usage/drawing.ts';
import { plainPrices, pricesByResolution } from '../../../renderer/usage/labels.ts';
import type { PlanCard, PlansView } from '../../../shared/ipc/billing.ts';
import type { PriceLine } from '../../../shared/ipc/usage.ts';
import type { Unit, WalletView } from '../../../shared/ipc/wallet.ts';

const credit: Unit = { code: 'credit', scale: 0 };
const euro: Unit = { code: 'EUR', scale: 4 };
const dollars = (amount: string) => ({ amount, currency: 'USD' });

const card = (step: PlanCard['step'], month: string | null = '12.00'): PlanCard => ({
  id: 'max',
  label: 'Max',
  allowance: '400 credits each month',
  month: month === null ? null : dollars(month),
  year: month === null ? null : dollars('86.40'),
  yearByMonth: null,
  yearSavingPercent: 40,
  features: [],
  step,
});
const plans: PlansView = { list: [], sold: true, yearly: true, interval: 'month' };
const plan = (change: Partial<NonNullable<WalletView['plan']>> = {}): NonNullable<WalletView['plan']> => ({
  id: 'max',
  label: 'Max',
  slots: 0,
  allowance: '400 credits each month',
  renewsAt: null,
  status: 'active',
  interval: 'month',
  periodEnd: '2026-12-23T00:00:00Z',
  next: null,
  dunning: null,
  ...change,
});

describe('what a change takes out of the wallet', () => {
  const wallet = { unit: credit, available: '5050' };
  const added = [{ bucket: 'monthly', amount: '20000', expiresAt: null }];
  test.each([
    ['at once, the credit of the period before', { atOnce: true, added, availableAfter: '20050' }, '5000'],
    ['nothing where all of it stays', { atOnce: true, added, availableAfter: '25050' }, null],
    ['nothing before the renewal', { atOnce: false, added: [], availableAfter: '5050' }, null],
  ])('%s', (_, preview, gone) => expect(takenOut(preview, wallet)).toBe(gone));
  test('to the last digit of a balance', () => {
    const preview = { atOnce: true, added: [], availableAfter: '1.0001' };
    expect(takenOut(preview, { unit: euro, available: '1.5000' })).toBe('0.4999');
  });
});

describe('what a plan’s button does', () => {
  test.each([
    ['begins', card('begin'), 'month', plan(), 'Start Max'],
    ['goes up', card('upgrade'), 'year', plan(), 'Upgrade to Max'],
    ['goes down', card('downgrade'), 'month', plan(), 'Change to Max'],
    ['is in force', card('current'), 'month', plan(), null],
    ['switches to yearly', card('current'), 'year', plan(), 'Pay yearly'],
    ['takes a planned change back', card('current'), 'month', plan({ next: 'Plus' }), 'Stay on Max'],
    ['is planned already', card('downgrade'), 'month', plan({ next: 'Max' }), null],
    ['is not sold here', card('upgrade', null), 'month', plan(), null],
    ['is free, so paying yearly means nothing', card('current', '0.00'), 'month', plan(), null],
  ] as const)('%s', (_, here, interval, now, label) => expect(choiceOf(here, interval, plans, now)?.label ?? null).toBe(label));

  test('GS-15: pause, cancel, keep, restart', () => {
    const labels = (status: NonNullable<WalletView['plan']>['status'], month = '12.00') =>
      ways(plan({ status }), card('current', month)).map(({ label }) => label);
    expect([labels('active'), labels('cancelling'), labels('pausing'), labels('paused'), labels('ended')]).toEqual([
      ['Pause', 'Cancel'],
      ['Keep Max'],
      ['Keep Max'],
      ['Restart Max'],
      [],
    ]);
    expect(labels('active', '0.00')).toEqual([]);
    expect(headingOf({ action: 'cancel' }, 'Cancel', 'Max')).toBe('Cancel Max');
  });
});

describe('amounts in the policy’s unit', () => {
  test.each([
    ['0.0050', '0.0100', euro, '€0.0050 to €0.0100'],
    ['2', '3', credit, '2 to 3 credits'],
    ['1', '1', credit, '1 credit'],
    ['0', '0', credit, 'free'],
  ])('%s to %s', (from, to, unit, text) => expect(formatSpan(from, to, unit)).toBe(text));

  test('what is below a cent stands apart', () => {
    expect(splitAmount('1234.5678', euro)).toEqual(['€1,234.56', '78']);
    expect(splitAmount('1234', credit)).toEqual(['1,234', '']);
  });
});

describe('the price list', () => {
  const line = (change: Partial<PriceLine>): PriceLine => ({
    label: 'Process a picture',
    item: '',
    resolution: null,
    complexity: null,
    perSeconds: null,
    from: '0.0010',
    to: '0.0010',
    ...change,
  });

  test('steps at one price share a row; what has another price keeps its own', () => {
    const lines = [...['resize', 'crop', 'blur', 'flip'].map((item) => line({ item })), line({ item: 'trim', to: '0.0020' })];
    expect(plainPrices(lines, euro)).toEqual([
      { label: 'Process a picture', items: ['resize', 'crop', 'blur', 'flip'], detail: '', price: '€0.0010 each' },
      { label: 'Process a picture', items: ['trim'], detail: '', price: '€0.0010 to €0.0020' },
    ]);
  });

  test('resolutions are columns, with a gap where there is none', () => {
    const lines = [
      line({ item: 'lite', resolution: '1K' }),
      line({ item: 'lite', resolution: '2K', from: '0.0100', to: '0.0200' }),
      line({ item: 'pro', resolution: '2K' }),
    ];
    expect(pricesByResolution(lines, euro)).toEqual({
      resolutions: ['1K', '2K'],
      rows: [
        { label: 'Process a picture', item: 'lite', prices: ['€0.0010', '€0.0100 to €0.0200'] },
        { label: 'Process a picture', item: 'pro', prices: ['', '€0.0010'] },
      ],
    });
    expect(plainPrices([line({ perSeconds: 10, complexity: 'low' })], credit)[0]?.detail).toBe('each 10 seconds, low complexity');
  });
});

describe('the usage chart', () => {
  const day = (name: string, ...amounts: readonly string[]) => ({
    day: name,
    amount: String(amounts.reduce((sum, amount) => sum + Number(amount), 0)),
    slices: amounts.map((amount, index) => ({ bucket: `bucket-${index}`, amount })),
  });

  test('the dearest day is as high as the chart; little is still to be seen', () => {
    const drawn = bars([day('2026-11-22', '60', '40'), day('2026-11-23', '0.1')], 100);
    expect(drawn.most).toBe('100');
    expect(drawn.days.map(({ parts }) => parts.map(({ height }) => height))).toEqual([[60, 40], [2]]);
  });

  test('nothing used is an empty chart', () => {
    expect(bars([day('2026-11-23')], 100)).toEqual({ most: null, days: [{ day: '2026-11-23', amount: '0', parts: [] }] });
    expect(dayText('2026-11-03')).toBe('3 Nov');
  });
});
