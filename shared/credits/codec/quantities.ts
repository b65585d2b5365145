/** The quantities of a ledger as zod reads them: what passes is branded. */
import { z } from 'zod';

export const accountId = z.string().brand<'AccountId'>();
