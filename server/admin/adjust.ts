/** Puts a balance right. */
import type { z } from 'zod';
import { adjustmentAnswer, type adjustmentRequest, strikeAnswer, type strikeRequest } from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import type { Witness } from '../identity/audit.ts';
import { execute } from '../ledger/command.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { amountsOf } from '../ledger/wire.ts';

type Answer = z.infer<typeof adjustmentAnswer>;
type Struck = z.infer<typeof strikeAnswer>;

/** The same operation id answers the same adjustment; with another body it is a conflict. */
export function adjust(
  ledger: Ledger,
  accountId: AccountId,
  { opId, ...content }: z.infer<typeof adjustmentRequest>,
  witness: Witness,
): Promise<Answer> {
  const { direction, bucket, reason } = content;
  return execute(ledger, accountId, {
    opId,
    kind: 'adjustment',
    stored: adjustmentAnswer,
    content,
    witness,
    command: (policy) => {
      const amount = amountsOf(policy).parse(content.amount);
      return { kind: direction === 'add' ? 'grant' : 'take-back', opId, bucket, amount, reason };
    },
    answer: ({ policy }) => {
      const amounts = amountsOf(policy);
      return { opId, direction, amount: amounts.format(amounts.parse(content.amount)) };
    },
  });
}

/** Lets a debt from a chargeback go, or notes that it was paid in another way. The same operation id answers the same; another body is a conflict. */
export function strikeShortfall(
  ledger: Ledger,
  accountId: AccountId,
  { opId, ...content }: z.infer<typeof strikeRequest>,
  witness: Witness,
): Promise<Struck> {
  return execute(ledger, accountId, {
    opId,
    kind: 'shortfall',
    stored: strikeAnswer,
    content,
    witness,
    command: (policy) => {
      const amount = content.amount === undefined ? {} : { amount: amountsOf(policy).parse(content.amount) };
      return { kind: 'strike-shortfall', opId, reason: content.reason, ...amount };
    },
    answer: ({ policy, decision: { receipt } }) => {
      const { format } = amountsOf(policy);
      return { opId, settled: format(receipt.settled), shortfall: format(receipt.left) };
    },
  });
}
