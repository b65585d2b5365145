/** What an account may buy on account, as the customer and staff read it. */
import type pg from 'pg';
import type { OnAccountStanding } from '../../shared/api/index.ts';
import type { Books } from '../ledger/books.ts';
import { standingWire } from './on-account.ts';

/** As it stands now, with the sentence that the customer reads when nothing more is sold. */
export async function readStanding(
  books: Books,
  accountId: string,
  db: Pick<pg.ClientBase, 'query'> = books.pool,
): Promise<OnAccountStanding> {
  const { state } = await books.newest(accountId);
  const policy = books.policies.of(state);
  const standing = await books.onAccount.standing(db, policy, accountId, books.now(state));
  return standingWire(standing, books.onAccount.blocked(policy, standing, state.timeZone));
}
