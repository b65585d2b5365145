/** Letters say the same in every language. */
import { describe, expect, test } from 'vitest';
import { LETTERS, type Reader, write } from '../../../server/messages/letters/letters.ts';
import { languages } from '../../../shared/api/index.ts';
import { accountNamed } from '../../quantities.ts';

const named = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
const kinds = [
  'low',
  'empty',
  'expiring',
  'invoice',
  'creditNote',
  'renewalRetried',
  'renewalEnded',
  'topUpDeclined',
  'topUpOff',
  'refundRefused',
  'paymentKept',
] as const;
const reader = (language: Reader['language'], name: string | null = 'Ada'): Reader => ({
  accountId: accountNamed('acc_1'),
  name,
  language,
});

describe.each(languages)('in %s', (language) => {
  test.each(kinds)('the letter “%s” names what the English one does', (kind) => {
    expect(named(LETTERS[language][kind].text)).toEqual(named(LETTERS.en[kind].text));
    expect(named(LETTERS[language][kind].subject)).toEqual(named(LETTERS.en[kind].subject));
  });

  test('a balance in a currency keeps its code, credits are counted', () => {
    const data = { available: '1234.5000', threshold: '2000.0000', unit: 'EUR' };
    expect(write({ type: 'balance.low', data }, reader(language), 'a@example.com')?.subject).toContain('EUR');
    const credits = { available: '1', threshold: '20', unit: 'credit' };
    expect(write({ type: 'balance.low', data: credits }, reader(language), 'a@example.com')?.subject).toContain(
      LETTERS[language].credits.one,
    );
  });
});

test('Polish counts one, few and many', () => {
  const low = (available: string) =>
    write({ type: 'balance.low', data: { available, threshold: '20', unit: 'credit' } }, reader('pl'), 'a@example.com')?.subject;
  expect(['1', '3', '5'].map(low)).toEqual(['Niskie saldo: 1 kredyt', 'Niskie saldo: 3 kredyty', 'Niskie saldo: 5 kredytów']);
});

test('nobody is written to about a settled operation, an unnamed reader is greeted all the same, and half an invoice is none', () => {
  expect(write({ type: 'operation.settled', data: {} }, reader('en', null), 'a@example.com')).toBeNull();
  const data = { amount: '3', unit: 'credit', label: 'x', expiresAt: '2026-05-01T00:00:00Z' };
  const letter = write({ type: 'grant.expiring', data }, reader('en', null), 'a@example.com');
  expect(letter?.text.startsWith('Hello,\n\n')).toBe(true);
  const invoice = { kind: 'invoice', number: 'BL-1' };
  expect(() => write({ type: 'invoice.issued', data: invoice }, reader('en'), 'a@example.com')).toThrow();
});
