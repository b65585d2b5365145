/** The letter that an event becomes, in the account's language. The texts are data, one file for each language. */
import { z } from 'zod';
import { invoice } from '../../../shared/api/index.ts';
import type { AccountId } from '../../../shared/credits/model/quantities.ts';
import { amountText, figures, fill, type Language, longDate } from '../../billing/invoices/texts/texts.ts';
import type { Told } from '../../outbox.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import type { Letter, Letters } from './language-letters.ts';
import { pl } from './pl.ts';

/** The letters of every language that an account can choose. */
export const LETTERS: Readonly<Record<Language, Letters>> = { en, de, fr, es, pl };

const money = z.object({ amount: z.string(), currency: z.string() });
const low = z.object({ available: z.string(), threshold: z.string().nullable(), unit: z.string() });
const expiring = z.object({ amount: z.string(), unit: z.string(), label: z.string(), expiresAt: z.string() });
const renewal = z.object({ invoice: z.string(), description: z.string(), amount: money, nextAttemptAt: z.string().nullable() });
const topUp = z.object({ description: z.string(), amount: money, pausedUntil: z.string().nullable() });
const refused = z.object({ provider: z.string(), amount: money, returned: z.boolean() });

const counted = (words: Letters['credits'], language: Language, amount: string): string =>
  words[new Intl.PluralRules(language).select(Number(amount))] ?? words.other;

/** Whom a letter is for; `name` null: it greets nobody by name. */
export interface Reader {
  readonly accountId: AccountId;
  readonly name: string | null;
  readonly language: Language;
}

/** A letter ready to be sent: plain text. `attach` null: no invoice goes with it. */
export interface Written {
  readonly subject: string;
  readonly text: string;
  /** The invoice to attach. */
  readonly attach: string | null;
}

/** null: nobody is written to about this. Figures, dates and words are the language's own. */
export function write({ type, data }: Pick<Told, 'type' | 'data'>, reader: Reader, sender: string): Written | null {
  const { language } = reader;
  const letters = LETTERS[language];
  const of = (amount: string, unit: string) =>
    `${figures(language, amount)} ${unit === 'credit' ? counted(letters.credits, language, amount) : unit}`;
  const finish = (letter: Letter, values: Readonly<Record<string, string>>, attach: string | null = null): Written => ({
    // A subject is one line, whatever a label holds.
    subject: fill(letter.subject, values).replaceAll(/[\r\n]+/g, ' '),
    text: [
      reader.name === null ? letters.greetingUnknown : fill(letters.greeting, { name: reader.name }),
      fill(letter.text, values),
      fill(letters.footer, { account: reader.accountId, sender }),
    ].join('\n\n'),
    attach,
  });
  switch (type) {
    case 'balance.low': {
      const { available, threshold, unit } = low.parse(data);
      return finish(threshold === null ? letters.empty : letters.low, { available: of(available, unit) });
    }
    case 'grant.expiring': {
      const { amount, unit, label, expiresAt } = expiring.parse(data);
      return finish(letters.expiring, { amount: of(amount, unit), bucket: label, date: longDate(language, expiresAt) });
    }
    case 'invoice.issued': {
      const { kind, number, total, description } = invoice.parse(data);
      const values = { number, total: amountText(language, total), description };
      return finish(kind === 'invoice' ? letters.invoice : letters.creditNote, values, number);
    }
    case 'renewal.failed': {
      const { invoice: number, description, amount, nextAttemptAt } = renewal.parse(data);
      const values = { invoice: number, description, amount: amountText(language, amount) };
      return nextAttemptAt === null
        ? finish(letters.renewalEnded, values)
        : finish(letters.renewalRetried, { ...values, date: longDate(language, nextAttemptAt) });
    }
    case 'top-up.failed': {
      const { description, amount, pausedUntil } = topUp.parse(data);
      const values = { description, amount: amountText(language, amount) };
      return pausedUntil === null
        ? finish(letters.topUpOff, values)
        : finish(letters.topUpDeclined, { ...values, date: longDate(language, pausedUntil) });
    }
    case 'refund.refused': {
      const { provider, amount, returned } = refused.parse(data);
      return finish(returned ? letters.refundRefused : letters.paymentKept, { provider, amount: amountText(language, amount) });
    }
    default:
      return null;
  }
}
