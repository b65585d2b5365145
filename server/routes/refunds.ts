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
import { asProposed } from '../admin/proposals.ts';
import { quoteRefund, refund, refundByPolicy, winDispute } from '../billing/refunds.ts';
import { type Witness, witness } from '../identity/audit.ts';
import { accountOf, staffOf } from '../identity/auth.ts';
import { byAccountId, type Routes } from './route.ts';

export const refundRoutes: Routes = (app, server) => {
  app.post(
    '/v1/refunds',
    { schema: { summary: 'Money back by the policy’s own rule', body: refundRequest, response: { 200: refundAnswer } } },
    async (request) => server.payouts.after(refundByPolicy(server, accountOf(request), request.body.opId, request.body.purchaseId)),
  );
  app.post(
    '/v1/refunds/quote',
    { schema: { summary: 'What a refund would give back and take', body: refundQuoteRequest, response: { 200: refundQuote } } },
    async (request) => quoteRefund(server, accountOf(request), request.body.purchaseId),
  );
  app.post(
    '/v1/admin/accounts/:id/refunds',
    {
      config: { staff: 'support' },
      schema: {
        summary: 'Case by case, or a chargeback (owners only)',
        params: byAccountId,
        body: adminRefundRequest,
        response: { 200: refundAnswer, 202: proposed },
      },
    },
    async (request, reply) => {
      const goodwill = request.body.basis === 'goodwill';
      const by = staffOf(request, goodwill ? 'support' : 'owner');
      const accountId = request.params.id;
      const { body } = request;
      const act = (told: Witness) => server.payouts.after(refund(server, accountId, body, goodwill, told));
      // What the bank took is nobody's gift.
      if (!goodwill) return act(witness(by, 'refund', body));
      const given = await server.proposals.give(by, { kind: 'refund', accountId, body, way: 'down' }, act);
      return 'done' in given ? given.done : reply.code(202).send(asProposed(given.proposed));
    },
  );
  app.post(
    '/v1/admin/accounts/:id/disputes-won',
    {
      schema: {
        summary: 'A chargeback that the bank decided for us',
        params: byAccountId,
        body: disputeWonRequest,
        response: { 200: z.object({ opId: z.string() }) },
      },
    },
    async (request) => {
      const { opId, purchaseId } = request.body;
      return winDispute(server, request.params.id, opId, purchaseId, witness(staffOf(request, 'owner'), 'dispute.won', request.body));
    },
  );
};
