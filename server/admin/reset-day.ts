/** An account's own day of the month for new credit (ST-09). */
import type { z } from 'zod';
import type { resetDayAnswer, resetDayRequest } from '../../shared/api/index.ts';
import { rfc3339 } from '../clock.ts';
import type { Witness } from '../identity/audit.ts';
import type { Books } from '../ledger/books.ts';
import { execute } from '../ledger/command.ts';

type Answer = z.infer<typeof resetDayAnswer>;

/** The same operation id answers the same; with another body it is a conflict. */
export function setResetDay(
  books: Books,
  accountId: string,
  { opId, ...content }: z.infer<typeof resetDayRequest>,
  witness: Witness,
): Promise<Answer> {
  const { day } = content;
  return execute<Answer>(books, accountId, {
    opId,
    kind: 'reset-day',
    content,
    witness,
    command: () => ({ kind: 'set-reset-day', opId, day }),
    answer: ({ decision: { state } }) => ({ opId, day, resetsAt: state.subscription && rfc3339(state.subscription.cycle.end) }),
  });
}
