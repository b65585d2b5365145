/** Puts a balance right. */
import type { z } from 'zod';
import type { adjustmentAnswer, adjustmentRequest } from '../../shared/api.ts';
import type { Books } from '../ledger/books.ts';
import { execute } from '../ledger/command.ts';
import { amountsOf } from '../ledger/wire.ts';
import type { Witness } from './audit.ts';

type Answer = z.infer<typeof adjustmentAnswer>;

/** The same operation id answers the same adjustment; with another body it is a conflict. */
export function adjust(
  books: Books,
  accountId: string,
  { opId, ...content }: z.infer<typeof adjustmentRequest>,
  witness: Witness,
): Promise<Answer> {
  const { direction, bucket, reason } = content;
  return execute<Answer>(books, accountId, {
    opId,
    kind: 'adjustment',
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
