/** By what an answer is known to be that of an order: the contract's schema for its kind, and the operation id that it names. */
import type { ZodType } from 'zod';
import { purchaseAnswer, refundAnswer, report, subscriptionAnswer } from '../../../shared/api/index.ts';
import type { OpId } from '../../../shared/credits/model/quantities.ts';
import type { Answer } from '../http/answer.ts';
import { judge, type Verdict } from '../http/verdict.ts';

/** What waits in the outbox. */
export type RequestKind = 'purchase' | 'plan' | 'refund' | 'report';

interface OrderAnswer<T> {
  readonly schema: ZodType<T>;
  readonly names: (body: T, opId: OpId) => boolean;
}
const answering = <T>(schema: ZodType<T>, names: OrderAnswer<T>['names']) => ({
  judge: (answer: Answer, opId: OpId): Verdict => judge(answer, schema, (body) => names(body, opId)),
});

const answers = {
  // What was paid on a provider's page was granted under an id of its own: then the checkout bears ours.
  purchase: answering(purchaseAnswer, ({ purchase, checkout }, opId) => purchase.opId === opId || checkout?.opId === opId),
  plan: answering(subscriptionAnswer, (body, opId) => body.opId === opId),
  refund: answering(refundAnswer, (body, opId) => body.opId === opId),
  report: answering(report, (body, opId) => body.opId === opId),
} satisfies Readonly<Record<RequestKind, { judge: (answer: Answer, opId: OpId) => Verdict }>>;

/** What an answer means for an order of this kind; one that names another operation is no answer to it. */
export const judgeOrder = (kind: RequestKind, opId: OpId, answer: Answer): Verdict => answers[kind].judge(answer, opId);
