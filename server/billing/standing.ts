/** What an account may buy on account, as the customer and staff read it. */
import type pg from 'pg';
import type { OnAccountStanding } from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import type { Needs } from './needs.ts';
import { standingWire } from './on-account.ts';

/** As it stands now, with the sentence that the customer reads when nothing more is sold. */
export async function readStanding(
  needs: Pick<Needs, 'ledger' | 'pool' | 'onAccount'>,
  accountId: AccountId,
  db: Pick<pg.ClientBase, 'query'> = needs.pool,
): Promise<OnAccountStanding> {
  const { state } = await needs.ledger.newest(accountId);
  const policy = needs.ledger.policyOf(state);
  const standing = await needs.onAccount.standing(db, policy, accountId, needs.ledger.now(state));
  return standingWire(standing, needs.onAccount.blocked(policy, standing, state.timeZone));
}
