/** Tokens of accounts. Only their hash is stored. */
import { hash } from 'node:crypto';
import type pg from 'pg';

export const hashToken = (token: string): string => hash('sha256', token, 'hex');

export async function storeToken(db: Pick<pg.Pool, 'query'>, token: string, accountId: string, now: number): Promise<void> {
  await db.query(`insert into tokens values ($1, $2, 'account', $3) on conflict do nothing`, [hashToken(token), accountId, now]);
}
