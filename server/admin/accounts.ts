/** Accounts as staff sees them. */
import type pg from 'pg';
import { z } from 'zod';
import { type AccountDetail, type accountLine, type accountsQuery, type Purchase, purchase } from '../../shared/api/index.ts';
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import type { Needs } from '../billing/needs.ts';
import { readStanding } from '../billing/standing.ts';
import { readSubscription } from '../billing/subscriptions.ts';
import { rfc3339 } from '../clock.ts';
import { parseStored } from '../db/stored.ts';
import type { Wallets } from '../ledger/wallets.ts';
import { notFound } from '../problems.ts';

type Line = z.infer<typeof accountLine>;

interface Row {
  readonly account_id: AccountId;
  readonly created_at: Instant;
  readonly email: string | null;
  readonly name: string | null;
  readonly country: string | null;
}

const COLUMNS = 'account_id, created_at, email, name, country';

/** Newest first: an account's id begins with the time it was made. */
export async function findAccounts(
  db: Pick<pg.Pool, 'query'>,
  { query, before, limit }: z.infer<typeof accountsQuery>,
): Promise<{ accounts: Line[]; next: string | null }> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from profiles
     where ($1::text is null or account_id < $1)
       and ($2::text is null or starts_with(account_id, $2) or position(lower($2) in lower(email)) > 0 or position(lower($2) in lower(name)) > 0)
     order by account_id desc limit $3`,
    [before ?? null, query || null, limit + 1],
  );
  const page = rows.slice(0, limit);
  return { accounts: page.map(lineOf), next: rows.length > limit ? (page.at(-1)?.account_id ?? null) : null };
}

const lineOf = (row: Row): Line => ({
  accountId: row.account_id,
  createdAt: rfc3339(row.created_at),
  email: row.email,
  name: row.name,
  country: row.country,
});

/** Throws not_found. */
export async function readAccount(
  needs: Pick<Needs, 'ledger' | 'pool' | 'onAccount'> & { readonly wallets: Wallets },
  accountId: AccountId,
): Promise<AccountDetail> {
  const { rows } = await needs.pool.query<Row>(`select ${COLUMNS} from profiles where account_id = $1`, [accountId]);
  const [row] = rows;
  if (!row) throw notFound('account');
  const { id, version, label, plans, buckets } = await needs.wallets.policy(accountId);
  return {
    ...lineOf(row),
    wallet: await needs.wallets.read(accountId),
    subscription: await readSubscription(needs, accountId),
    policy: { id, version, label, plans, buckets },
    onAccount: await readStanding(needs, accountId),
    purchases: await purchasesOf(needs.pool, accountId),
  };
}

/** What staff sees of the answer to a purchase. */
const purchased = z.object({ purchase });

async function purchasesOf(db: Pick<pg.Pool, 'query'>, accountId: AccountId): Promise<Purchase[]> {
  const { rows } = await db.query<{ document: string }>(
    `select document from answers where account_id = $1 and kind = 'purchase' order by document::jsonb #>> '{purchase,at}' desc limit 100`,
    [accountId],
  );
  return rows.map(({ document }) => parseStored(purchased, document, 'answer (purchase)').purchase);
}
