/** An account's own day of the month for new credit (ST-09). */
import type { z } from 'zod';
import { resetDayAnswer, type resetDayRequest } from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { rfc3339 } from '../clock.ts';
import type { Witness } from '../identity/audit.ts';
import { execute } from '../ledger/command.ts';
import type { Ledger } from '../ledger/ledger.ts';

type Answer = z.infer<typeof resetDayAnswer>;

/** The same operation id answers the same; with another body it is a conflict. */
export function setResetDay(
  ledger: Ledger,
  accountId: AccountId,
  { opId, ...content }: z.infer<typeof resetDayRequest>,
  witness: Witness,
): Promise<Answer> {
  const { day } = content;
  return execute(ledger, accountId, {
    opId,
    kind: 'reset-day',
    stored: resetDayAnswer,
    content,
    witness,
    command: () => ({ kind: 'set-reset-day', opId, day }),
    answer: ({ decision: { state } }) => ({ opId, day, resetsAt: state.subscription && rfc3339(state.subscription.cycle.end) }),
  });
}
