/** Facts about this database, decided once and the same for every server process on it. */
import type pg from 'pg';

/** The stored value; `first` becomes it when there is none yet. */
export async function setting(pool: pg.Pool, name: string, first: string): Promise<string> {
  await pool.query('insert into settings values ($1, $2) on conflict do nothing', [name, first]);
  const { rows } = await pool.query<{ value: string }>('select value from settings where name = $1', [name]);
  return rows[0]?.value ?? first;
}
