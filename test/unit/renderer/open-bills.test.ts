import { expect, test } from 'vitest';
import { openBillsText } from '../../../renderer/billing/open-bills.ts';
import type { InvoiceView } from '../../../shared/ipc/wallet.ts';

const now = new Date('2026-11-23T12:00:00Z');
// What the sentence reads of an invoice; the other facts of one do not matter to it.
const bill = (number: string, change: Partial<InvoiceView> = {}): InvoiceView =>
  ({ number, kind: 'invoice', state: 'open', issuedAt: '2026-11-01T12:00:00Z', dueAt: '2026-12-01T12:00:00Z', ...change }) as InvoiceView;

test('at the limit it is said which invoices are open, the first due first, and how they are paid', () => {
  const invoices = [
    bill('BL-3'),
    bill('BL-2', { state: 'paid' }),
    bill('BL-CN-1', { kind: 'credit-note' }),
    bill('BL-4', { dueAt: null }),
    bill('BL-1', { dueAt: '2026-11-10T12:00:00Z' }),
  ];
  expect(openBillsText(invoices, now, 'Europe/Berlin')).toBe(
    'To be paid: BL-1 (due 10 November), BL-3 (due 1 December). Pay by bank transfer as it stands on the invoice, with its number; once the payment is noted, buying on account goes on.',
  );
});

test('a due date is the day of the account’s time zone, as the invoice server counts it', () => {
  const late = [bill('A', { dueAt: '2026-11-30T23:30:00Z' })];
  expect(openBillsText(late, now, 'Europe/Berlin')).toContain('A (due 1 December)');
  expect(openBillsText(late, now, 'America/New_York')).toContain('A (due 30 November)');
});

test('three are named, the rest is counted; where none is open nothing is said', () => {
  expect(
    openBillsText(
      ['A', 'B', 'C', 'D', 'E'].map((name) => bill(name)),
      now,
      'UTC',
    ),
  ).toContain(', and 2 more.');
  expect(openBillsText([bill('A', { state: 'credited' })], now, 'UTC')).toBeNull();
});
