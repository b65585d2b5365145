/** Who is billed: what an account told about itself, as invoices need it. */
import type pg from 'pg';
import { z } from 'zod';
import type { BillingDetails, billingDetailsRequest } from '../../shared/api/index.ts';
import { countryName, isCountry } from '../../shared/billing/countries.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { notFound, Refusal } from '../problems.ts';
import type { Customer } from './invoices/invoices.ts';
import { languageOf } from './invoices/texts/texts.ts';
import { type Taxing, taxOf } from './tax/tax.ts';
import { canBeVatIdOf, tidyVatId } from './tax/vat-id.ts';

/** An address as its column keeps it. */
const lines = z.array(z.string());

type Queryable = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>;

interface Row {
  readonly email: string | null;
  readonly name: string | null;
  readonly country: string | null;
  readonly vat_id: string | null;
  readonly address: string | null;
  readonly language: string | null;
}

/** Throws not_found. */
export async function loadCustomer(db: Queryable, accountId: AccountId): Promise<Customer> {
  const { rows } = await db.query<Row>('select email, name, country, vat_id, address, language from profiles where account_id = $1', [
    accountId,
  ]);
  const [row] = rows;
  if (!row) throw notFound('account');
  const { email, name, country, vat_id: vatId } = row;
  const address = row.address === null ? [] : lines.parse(JSON.parse(row.address));
  return { accountId, email, name, country, vatId, address, language: languageOf(row.language) };
}

/** What stands on the account’s invoices, with the tax that follows; `tax` null: its country is none. Throws not_found. */
export async function readDetails(db: Queryable, issuer: Taxing, accountId: AccountId): Promise<BillingDetails> {
  const { name, address, country, vatId, language, email } = await loadCustomer(db, accountId);
  const tax = country === null || isCountry(country) ? taxOf({ country, vatId }, issuer) : null;
  return {
    name,
    address: [...address],
    country,
    vatId,
    language,
    email,
    tax: tax && { treatment: tax.treatment, ratePercent: tax.ratePercent, country: tax.country },
  };
}

/** Replaces the details; the same again changes nothing. Throws `unknown_tax_country` and `invalid_vat_id`: nothing is changed then. */
export async function saveDetails(
  db: Queryable,
  issuer: Taxing,
  accountId: AccountId,
  { name, address, country: code, vatId: number, language, email }: z.infer<typeof billingDetailsRequest>,
): Promise<BillingDetails> {
  const country = code?.toUpperCase() ?? null;
  taxOf({ country }, issuer);
  const vatId = number === null ? null : tidyVatId(number);
  const place = country ?? issuer.country;
  if (vatId !== null && !canBeVatIdOf(place, vatId))
    throw new Refusal(
      'invalid_vat_id',
      `“${vatId}” is not a VAT number of ${countryName(place)}. Nothing was changed. Write it with its letters in front, or leave it out.`,
    );
  const { rowCount } = await db.query(
    'update profiles set name = $2, address = $3, country = $4, vat_id = $5, language = $6, email = case when $7 then $8 else email end where account_id = $1',
    [accountId, name, JSON.stringify(address), country, vatId, language, email !== undefined, email ?? null],
  );
  if (rowCount !== 1) throw notFound('account');
  return readDetails(db, issuer, accountId);
}
