/** What stands on an invoice, in the account's language. The texts are data, one file for each language. */
import { languages } from '../../../../shared/api/index.ts';
import type { Instant } from '../../../../shared/credits/model/quantities.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import type { Texts } from './language-texts.ts';
import { pl } from './pl.ts';

/** A language that letters and invoices are written in. */
export type Language = (typeof languages)[number];

const TEXTS: Readonly<Record<Language, Texts>> = { en, de, fr, es, pl };

/** The texts of a language. */
export const textsOf = (language: Language): Texts => TEXTS[language];

/** "de-AT" is German; what is not spoken here is English. */
export function languageOf(tag: string | null): Language {
  const primary = tag?.toLowerCase().split(/[-_]/)[0];
  return languages.find((language) => language === primary) ?? 'en';
}

/** Puts the values where the text names them: fill('Page {page}', { page: '1' }). Throws when one is missing: that is our fault. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The text "${text}" needs {${name}}.`);
    return value;
  });
}

/** "10 June 2026", "10. Juni 2026" … in UTC, as the ledger counts. */
export const longDate = (language: Language, instant: string | number): string =>
  new Intl.DateTimeFormat(TEXTS[language].locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(instant));

/** A decimal string in the language's own figures: "1,234.50", "1.234,50", "1 234,50". Never through floating point. */
export function figures(language: Language, decimal: string): string {
  const places = decimal.split('.')[1]?.length ?? 0;
  const format = new Intl.NumberFormat(TEXTS[language].locale, { minimumFractionDigits: places, maximumFractionDigits: places });
  // A decimal string is formatted as it stands; TypeScript asks to say that it is one.
  return format.format(decimal as `${number}`).replaceAll('\u202f', '\u00a0');
}

/** An amount of money as the language writes it. */
export const amountText = (language: Language, { amount, currency }: { amount: string; currency: string }): string =>
  `${figures(language, amount)} ${currency}`;

/** The country’s name in that language. */
export const countryName = (language: Language, code: string): string =>
  new Intl.DisplayNames(TEXTS[language].locale, { type: 'region' }).of(code) ?? code;

/** What a line bills. */
export type Billed =
  | { readonly kind: 'credits'; readonly amount: string; readonly of: string; readonly until: Instant | null }
  | { readonly kind: 'balance'; readonly amount: string; readonly unit: string; readonly of: string; readonly until: Instant | null }
  | { readonly kind: 'refund'; readonly amount: string; readonly unit: string; readonly of: string }
  | { readonly kind: 'restored'; readonly of: string }
  | { readonly kind: 'period'; readonly plan: string; readonly from: Instant; readonly to: Instant }
  | { readonly kind: 'plan' | 'unused-time'; readonly plan: string }
  | { readonly kind: 'earlier-credit' | 'carried' | 'paid-out' };

/** The text of a line, for invoices and quotes alike. */
export function lineText(language: Language, billed: Billed): string {
  const { lines } = TEXTS[language];
  switch (billed.kind) {
    case 'credits':
    case 'balance': {
      const { until, ...rest } = billed;
      const what = fill(lines[billed.kind], { ...rest, amount: figures(language, billed.amount) });
      return until === null ? what : `${what}, ${fill(lines.until, { date: longDate(language, until) })}`;
    }
    case 'refund': {
      const text = billed.unit === 'credit' ? lines.refundOfCredits : lines.refundOfBalance;
      return fill(text, { ...billed, amount: figures(language, billed.amount) });
    }
    case 'restored':
      return fill(lines.restored, { of: billed.of });
    case 'period':
      return fill(lines.period, { plan: billed.plan, from: longDate(language, billed.from), to: longDate(language, billed.to) });
    case 'plan':
    case 'unused-time':
      return fill(lines[billed.kind], { plan: billed.plan });
    case 'earlier-credit':
    case 'carried':
    case 'paid-out':
      return lines[billed.kind];
  }
}
