/** Who bills: the company behind the server, from issuer.json in the data folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isCountry } from '../../shared/billing/countries.ts';
import { isMemberState } from './tax/rates.ts';

const issuer = z.strictObject({
  /** Starts every invoice number. */
  id: z.string().regex(/^[A-Z0-9]{1,8}$/),
  name: z.string().min(1).max(100),
  address: z.array(z.string().min(1).max(100)).min(1).max(5),
  /** ISO 3166-1: its tax is that of customers whose country is not known. */
  country: z.string().refine(isCountry, 'is not a country of ISO 3166-1'),
  vatId: z.string().min(1).max(30),
  email: z.string().min(3).max(100),
  /** In the register of companies. */
  registration: z.string().min(1).max(60).optional(),
  /** Where open invoices are paid to. */
  iban: z
    .string()
    .regex(/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/)
    .optional(),
  /** From the invoice's date to the day it is due; absent: 14. */
  daysToPay: z.int().min(0).max(365).optional(),
  /** Percent by country, in force instead of the table in tax/rates.ts: { "GB": "20" }. */
  taxRates: z
    .record(z.string().refine(isCountry, 'is not a country of ISO 3166-1'), z.string().regex(/^\d{1,2}(\.\d{1,2})?$/))
    // An exemption inside the Union names its reason on the invoice; a rate of nothing says none.
    .refine(
      (rates) => !Object.entries(rates).some(([code, rate]) => isMemberState(code) && Number(rate) === 0),
      'a member state has no rate of 0',
    )
    .optional(),
});

/** Who bills, as issuer.json says it. */
export type Issuer = z.infer<typeof issuer>;

/** Who billed, as a document keeps it: what issuer.json was asked for on that day, which may be less than today. */
export const storedIssuer: z.ZodType<Issuer> = z.object({
  id: z.string(),
  name: z.string(),
  address: z.array(z.string()),
  country: z.string(),
  vatId: z.string(),
  email: z.string(),
  registration: z.string().optional(),
  iban: z.string().optional(),
  daysToPay: z.number().optional(),
  taxRates: z.record(z.string(), z.string()).optional(),
});

/** What stands on invoices until a company says who it is. */
const EXAMPLE: Issuer = {
  id: 'BL',
  name: 'Backlot Studio',
  address: ['Example Street 1', '10115 Berlin', 'Germany'],
  country: 'DE',
  vatId: 'DE000000000',
  email: 'billing@backlot.example',
};

/** Throws with the place in the file that is wrong. */
export async function loadIssuer(dataFolder: string): Promise<Issuer> {
  const file = join(dataFolder, 'issuer.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return EXAMPLE;
  try {
    return issuer.parse(JSON.parse(text));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    throw new Error(`issuer.json is not right: ${issue ? `${issue.path.join('.')}: ${issue.message}` : 'it is not JSON'}.`);
  }
}
