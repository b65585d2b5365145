/**
 * Leases: a row of work belongs to one server until its lease ends, so that no other does it too. A lease that has ended, because its server crashed or
 * hangs, is anybody's again: whatever is done under a lease may therefore be done twice, and has to come to the same. When a row is due is the
 * caller's to say, by the server's clock, which a test may set; how long a lease lasts is PostgreSQL's, which no server's clock can shorten.
 */
import type pg from 'pg';

/** A table with a column `leased_until timestamptz`. Everything here is SQL of our own, never anything that was sent. */
interface Leased {
  readonly table: string;
  /** Its primary key. */
  readonly key: readonly string[];
  /** Which rows are due; `$2` and on are the caller's values. */
  readonly due: string;
  /** Which of them come first. */
  readonly order: string;
  /** What is answered of a row `t`. */
  readonly columns: string;
  /** Another table whose columns are answered too: a join to `due`, which has the key. */
  readonly join?: string;
  /** How long a lease lasts. Longer than the work takes, or it is extended meanwhile. */
  readonly seconds?: number;
}

const SECONDS = 300;

/** When a lease that begins now ends, as SQL. */
export const leaseEnd = (seconds = SECONDS): string => `clock_timestamp() + interval '${seconds} seconds'`;

/**
 * Takes at most `limit` rows that are due and that nobody has, and answers them. Rows that somebody else takes at this moment are passed by. Writing
 * `leased_until = null` gives one back.
 */
export async function lease<R extends pg.QueryResultRow>(
  db: Pick<pg.ClientBase, 'query'>,
  { table, key, due, order, columns, join = '', seconds }: Leased,
  limit: number,
  values: readonly unknown[],
): Promise<R[]> {
  const { rows } = await db.query<R>(
    `update ${table} t set leased_until = ${leaseEnd(seconds)}
     from (select ${key.join(', ')} from ${table}
       where ${due} and (leased_until is null or leased_until < clock_timestamp())
       order by ${order} limit $1 for update skip locked) due ${join}
     where ${key.map((name) => `t.${name} = due.${name}`).join(' and ')}
     returning ${columns}`,
    [limit, ...values],
  );
  return rows;
}
