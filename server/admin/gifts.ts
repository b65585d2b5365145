/** What staff gives, and a second owner may have to confirm: the acts themselves. */
import type { z } from 'zod';
import type { subscriptionAnswer } from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import type { Needs } from '../billing/needs.ts';
import type { Payouts } from '../billing/payments/payouts.ts';
import { refund } from '../billing/refunds.ts';
import { applyChange } from '../billing/subscriptions.ts';
import type { Witness } from '../identity/audit.ts';
import type { Accounts } from '../ledger/opening.ts';
import type { Wallets } from '../ledger/wallets.ts';
import { adjust } from './adjust.ts';
import type { Gift, planRequest } from './proposals.ts';

/** What giving needs. */
export interface Giving extends Pick<Needs, 'ledger' | 'pool' | 'issuer' | 'onAccount'> {
  readonly accounts: Pick<Accounts, 'grant'>;
  readonly payouts: Payouts;
  readonly wallets: Pick<Wallets, 'read'>;
}

/** The act itself, as its own route does it. */
export function give(giving: Giving, { kind, accountId, body }: Gift, told: Witness): Promise<unknown> {
  switch (kind) {
    case 'grant':
      return giving.accounts.grant(accountId, body, told);
    case 'adjustment':
      return adjust(giving.ledger, accountId, body, told);
    case 'refund':
      return giving.payouts.after(refund(giving, accountId, body, true, told));
    case 'plan':
      return changePlan(giving, accountId, body, told);
  }
}

/** On account; the reason is the log's and not part of what is done. */
export async function changePlan(
  needs: Pick<Giving, 'ledger' | 'pool' | 'issuer' | 'onAccount' | 'wallets'>,
  accountId: AccountId,
  { reason: _, ...change }: z.infer<typeof planRequest>,
  told: Witness,
): Promise<z.input<typeof subscriptionAnswer>> {
  const { opId: __, ...content } = change;
  const changed = await applyChange(needs, accountId, change, content, { by: 'staff', witness: told });
  return { ...changed, wallet: await needs.wallets.read(accountId) };
}
