/** The copy of the ledger as recovery reads it: what was charged, for what, and how holds ended. */
import { z } from 'zod';
import { formatAmount, parseAmount } from '../../shared/credits/model/amount.ts';
import type { Cache } from '../wallet/copy/cache.ts';
import type { Wallet } from '../wallet/wallet.ts';
import type { RecoveryParts } from './recovery.ts';

/** Of a hold, as the ledger has it. */
const purpose = z.object({ kind: z.string(), photo: z.string().nullable() });

/** What recovery asks of the wallet's copy of the ledger; `wallet` names whose it is. */
export function ledgerCopy(
  cache: Pick<Cache, 'position' | 'chargedAfter' | 'endingOf'>,
  wallet: () => Pick<Wallet, 'accountId' | 'unit'>,
): RecoveryParts['ledger'] {
  return {
    accountId: () => wallet().accountId(),
    head: () => cache.position().seq,
    chargedAfter(seq, limit) {
      const unit = wallet().unit();
      return cache.chargedAfter(seq, limit).map((row) => {
        const named = purpose.safeParse(row.purpose);
        const charged = row.slices.reduce((sum, { amount }) => sum + (parseAmount(amount, unit) ?? 0n), 0n);
        return {
          seq: row.seq,
          opId: row.opId,
          kind: named.data?.kind ?? '',
          photo: named.data?.photo ?? null,
          charged: formatAmount(charged, unit),
        };
      });
    },
    endingOf: (opId) => cache.endingOf(opId),
  };
}
