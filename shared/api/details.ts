/** What stands on an account's invoices. */
import { z } from 'zod';
import { line } from './text.ts';

/** The languages of invoices and messages, ISO 639-1; the first is the default. */
export const languages = ['en', 'de', 'fr', 'es', 'pl'] as const;

/** PUT replaces all of it; what is left out is empty. Invoices that were issued stay as they are. */
export const billingDetailsRequest = z.strictObject({
  name: line(200).nullable().default(null),
  address: z.array(line(100)).max(5).default([]),
  /** ISO 3166-1. Decides the tax; `unknown_tax_country` where it is none. */
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/)
    .nullable()
    .default(null),
  /** With one of another EU country the tax is reverse charged; `invalid_vat_id` where it does not fit the country. */
  vatId: line(30).nullable().default(null),
  language: z.enum(languages).default('en'),
  /** Where invoices and messages go; absent: stays as it is. */
  email: z.email().max(254).nullable().optional(),
});

/** What the next invoice carries. null: not given. */
export const billingDetails = z.object({
  name: z.string().nullable(),
  address: z.array(z.string()),
  country: z.string().nullable(),
  vatId: z.string().nullable(),
  language: z.enum(languages),
  email: z.string().nullable(),
  /** The tax that the next invoice carries, and where it is due; null: the country is none that can be billed. */
  tax: z.object({ treatment: z.enum(['standard', 'reverse-charge', 'none']), ratePercent: z.string(), country: z.string() }).nullable(),
});

/** An account's billing details, with the tax that follows from them. */
export type BillingDetails = z.infer<typeof billingDetails>;
