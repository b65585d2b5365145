/** Fills the ledger with history: rows of the real shape and size, spread over the accounts that are measured and others. */
import type { Server } from '../../../server/server.ts';

/** Characters of the entries that a hold and its settlement leave. With others the pages keep room for a row, and writing fills the gaps of history. */
const HELD = 267;
const SETTLED = 214;
const AT_A_TIME = 250_000;

/** At least so many ledger rows, with their operations. The accounts' own chains are not touched: their history lies before it. */
export async function growTo({ db }: Server, accounts: readonly string[], rows: number): Promise<void> {
  const { pool } = db;
  const { rows: counted } = await pool.query<{ count: number }>('select count(*) from chunks');
  const client = await pool.connect();
  try {
    // Loading need not be durable; what is measured afterwards is.
    await client.query('set synchronous_commit = off');
    for (let from = counted[0]?.count ?? 0; from < rows; from += AT_A_TIME) {
      const to = Math.min(rows, from + AT_A_TIME);
      await client.query(
        `insert into chunks select ($1::text[])[1 + g % $2], -g, -g, repeat('0', 64), 0, repeat('x', case g % 2 when 0 then ${HELD} else ${SETTLED} end) from generate_series($3::bigint, $4::bigint) g`,
        [accounts, accounts.length, from + 1, to],
      );
      await client.query(
        `insert into operations select ($1::text[])[1 + g % $2], '00' || lpad(g::text, 24, '0'), repeat('f', 22), -g, null from generate_series($3::bigint, $4::bigint) g`,
        [accounts, accounts.length, from + 1, to],
      );
    }
    // At once, or PostgreSQL would do it by itself while the operations are measured: what loading leaves is not theirs.
    await client.query('vacuum (analyze) chunks, operations, accounts');
    await client.query('checkpoint');
  } finally {
    await client.query('reset synchronous_commit');
    client.release();
  }
}
