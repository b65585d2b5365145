/** What the user asked for and the server has not confirmed yet. */
import type { AccountId, OpId } from '../../../shared/credits/model/quantities.ts';
import type { RequestKind } from './order-answers.ts';

/** A request with its permanent id, exactly as it is sent each time. */
export interface OutboxRequest {
  readonly opId: OpId;
  /** Sent on this account's behalf only, whichever account is signed in later. */
  readonly accountId: AccountId;
  readonly kind: RequestKind;
  readonly path: string;
  readonly body: unknown;
}
