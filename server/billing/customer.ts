/** Who is billed: what an account told about itself, as invoices need it. */
import type pg from 'pg';
import { notFound } from '../problems.ts';
import { languageOf } from './invoices/words.ts';
import type { Customer } from './invoices.ts';

interface Row {
  readonly email: string | null;
  readonly name: string | null;
  readonly country: string | null;
  readonly vat_id: string | null;
  readonly address: string | null;
  readonly language: string | null;
}

/** Throws not_found. */
export async function loadCustomer(db: Pick<pg.ClientBase, 'query'>, accountId: string): Promise<Customer> {
  const { rows } = await db.query<Row>('select email, name, country, vat_id, address, language from profiles where account_id = $1', [
    accountId,
  ]);
  const [row] = rows;
  if (!row) throw notFound('account');
  const { email, name, country, vat_id: vatId } = row;
  // An array of strings, written by saveDetails only.
  const address = row.address === null ? [] : (JSON.parse(row.address) as string[]);
  return { accountId, email, name, country, vatId, address, language: languageOf(row.language) };
}
