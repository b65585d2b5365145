/** The billing details as they are typed: what is sent, and what cannot be. */
import { describe, expect, test } from 'vitest';
import { countries } from '../../../renderer/billing/countries.ts';
import { type DetailsForm, formOf, troubleWith, typed } from '../../../renderer/billing/details.ts';
import { countryName } from '../../../shared/billing/countries.ts';

const empty: DetailsForm = { name: '', address: '', country: '', vatId: '', email: '', language: 'en' };

describe('what is typed', () => {
  test('comes back from what is kept, and goes out without blanks; what is empty is nothing', () => {
    const kept = {
      name: 'Autohaus',
      address: ['Hauptstraße 1', '20095 Hamburg'],
      country: 'DE',
      vatId: null,
      email: null,
      language: 'de',
    } as const;
    const form = formOf({ ...kept, address: [...kept.address], tax: null });
    expect(typed(form)).toEqual(kept);
    expect(typed({ ...form, name: '  ', address: ' a \n\n b', email: ' x@example.com ' })).toMatchObject({
      name: null,
      address: ['a', 'b'],
      email: 'x@example.com',
    });
  });

  test.each([
    ['nothing at all', {}, null],
    ['five lines', { address: '1\n2\n3\n4\n5' }, null],
    ['an empty line more', { address: '1\n2\n3\n4\n5\n' }, null],
    ['six lines', { address: '1\n2\n3\n4\n5\n6' }, 'An address has at most five lines; this one has 6.'],
    ['a line too long', { address: 'x'.repeat(101) }, 'A line of the address has at most 100 characters.'],
    ['a name too long', { name: 'x'.repeat(201) }, 'A name has at most 200 characters.'],
    ['a VAT number too long', { vatId: 'x'.repeat(31) }, 'A VAT number has at most 30 characters.'],
    [
      'an address without a host',
      { email: 'billing@' },
      '“billing@” is not an e-mail address. Write it like billing@company.example, or leave it out.',
    ],
    [
      'two addresses',
      { email: 'a@b.cc, d@e.ff' },
      '“a@b.cc, d@e.ff” is not an e-mail address. Write it like billing@company.example, or leave it out.',
    ],
  ])('%s', (_, part, message) => expect(troubleWith({ ...empty, ...part })?.message ?? null).toBe(message));
});

describe('countries', () => {
  test('are offered by name, each once, and a code that is none stays a code', () => {
    const names = countries.map(({ label }) => label);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['Germany', 'France', 'United States']));
    expect(names.some((name) => /^[A-Z]{2}$/.test(name))).toBe(false);
    expect(countryName('XX')).toBe('XX');
  });
});
