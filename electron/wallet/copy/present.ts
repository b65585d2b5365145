/** The account as this machine's copy of the ledger has it now. */
import type { AccountState, Policy, PolicyTerms } from '../../../shared/credits/index.ts';
import type { Instant } from '../../../shared/credits/model/quantities.ts';

/** What everything here is computed from; null before the first sync. */
export interface Present {
  readonly policy: Policy;
  readonly terms: PolicyTerms;
  readonly state: AccountState;
  /** The server's time, as far as it is known. */
  readonly now: Instant;
}
