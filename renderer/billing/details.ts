/** The billing details as a form. Pure; the server decides about countries and VAT numbers. */
import type { BillingDetailsView, DetailsTyped } from '../../shared/ipc/billing.ts';

/** The billing details as their fields hold them; an empty field is not set. */
export interface DetailsForm {
  readonly name: string;
  /** A line each. */
  readonly address: string;
  /** '': not set. */
  readonly country: string;
  readonly vatId: string;
  readonly email: string;
  readonly language: DetailsTyped['language'];
}

/** The languages of invoices, each by its own name. */
export const invoiceLanguages: readonly { readonly value: DetailsTyped['language']; readonly label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
  { value: 'fr', label: 'Français' },
  { value: 'es', label: 'Español' },
  { value: 'pl', label: 'Polski' },
];

/** The fields for details as they stand. */
export const formOf = ({ name, address, country, vatId, email, language }: BillingDetailsView): DetailsForm => ({
  name: name ?? '',
  address: address.join('\n'),
  country: country ?? '',
  vatId: vatId ?? '',
  email: email ?? '',
  language,
});

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const filled = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** The details that the fields hold; empty fields are null. */
export const typed = ({ name, address, country, vatId, email, language }: DetailsForm): DetailsTyped => ({
  name: filled(name),
  address: linesOf(address),
  country: filled(country),
  vatId: filled(vatId),
  email: filled(email),
  language,
});

/** What a field holds that cannot be right, as far as it shows without the server. */
export interface Trouble {
  readonly about: 'name' | 'address' | 'email' | 'vatId';
  readonly message: string;
}

const longest = { name: 200, line: 100, lines: 5, vatId: 30, email: 254 };

/** What cannot be sent as it is typed; null: it can. */
export function troubleWith(form: DetailsForm): Trouble | null {
  const { name, address, vatId, email } = typed(form);
  if ((name ?? '').length > longest.name) return { about: 'name', message: `A name has at most ${longest.name} characters.` };
  if (address.length > longest.lines)
    return { about: 'address', message: `An address has at most five lines; this one has ${address.length}.` };
  if (address.some((line) => line.length > longest.line))
    return { about: 'address', message: `A line of the address has at most ${longest.line} characters.` };
  if ((vatId ?? '').length > longest.vatId) return { about: 'vatId', message: `A VAT number has at most ${longest.vatId} characters.` };
  if (email !== null && (email.length > longest.email || !/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(email)))
    return { about: 'email', message: `“${email}” is not an e-mail address. Write it like billing@company.example, or leave it out.` };
  return null;
}
