/** POST /v1/refunds; for staff: POST /v1/admin/accounts/{id}/refunds · …/disputes-won */
import { z } from 'zod';
import {
  adminRefundRequest,
  disputeWonRequest,
  proposed,
  refundAnswer,
  refundQuote,
  refundQuoteRequest,
  refundRequest,
} from '../../shared/api/index.ts';
import type { Proposals } from '../admin/proposals.ts';
import type { Needs } from '../billing/needs.ts';
import type { Payouts } from '../billing/payments/payouts.ts';
import { quoteRefund, refund, refundByPolicy, winDispute } from '../billing/refunds.ts';
import { type Witness, witness } from '../identity/audit.ts';
import { atLeast } from '../identity/auth.ts';
import { given } from './reply.ts';
import { byAccountId, forAccount, forStaff, type Route } from './route.ts';

/** Money back. `payouts`: what is owed then is paid at once. */
export const refundRoutes = ({
  proposals,
  payouts,
  ...needs
}: Pick<Needs, 'ledger' | 'pool' | 'issuer'> & { readonly proposals: Pick<Proposals, 'give'>; readonly payouts: Payouts }): Route[] => [
  forAccount('POST /v1/refunds', {
    summary: 'Money back by the policy’s own rule',
    body: refundRequest,
    answer: refundAnswer,
    handle: ({ accountId, body }) => payouts.after(refundByPolicy(needs, accountId, body.opId, body.purchaseId)),
  }),
  forAccount('POST /v1/refunds/quote', {
    summary: 'What a refund would give back and take',
    body: refundQuoteRequest,
    answer: refundQuote,
    handle: ({ accountId, body }) => quoteRefund(needs, accountId, body.purchaseId),
  }),
  forStaff('support')('POST /v1/admin/accounts/:id/refunds', {
    summary: 'Case by case, or a chargeback (owners only)',
    params: byAccountId,
    body: adminRefundRequest,
    answer: refundAnswer,
    later: proposed,
    handle: async ({ staff, params: { id: accountId }, body }) => {
      const goodwill = body.basis === 'goodwill';
      const by = atLeast(staff, goodwill ? 'support' : 'owner');
      const act = (told: Witness) => payouts.after(refund(needs, accountId, body, goodwill, told));
      // What the bank took is nobody's gift.
      if (!goodwill) return act(witness(by, 'refund', body));
      return given(await proposals.give(by, { kind: 'refund', accountId, body, way: 'down' }, act));
    },
  }),
  forStaff('owner')('POST /v1/admin/accounts/:id/disputes-won', {
    summary: 'A chargeback that the bank decided for us',
    params: byAccountId,
    body: disputeWonRequest,
    answer: z.object({ opId: z.string() }),
    handle: ({ staff, params, body }) => winDispute(needs, params.id, body.opId, body.purchaseId, witness(staff, 'dispute.won', body)),
  }),
];
