/** GET /v1/admin/proposals · POST …/{id}/confirm · …/{id}/decline: what is more than an owner may give alone */
import { z } from 'zod';
import {
  type adjustmentRequest,
  type adminRefundRequest,
  confirmAnswer,
  declineRequest,
  type grantRequest,
  proposal,
  proposalsQuery,
  type subscriptionRequest,
} from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { adjust } from '../admin/adjust.ts';
import type { Gift } from '../admin/proposals.ts';
import { refund } from '../billing/refunds.ts';
import { applyChange } from '../billing/subscriptions.ts';
import type { Witness } from '../identity/audit.ts';
import { staffOf } from '../identity/auth.ts';
import type { Server } from '../server.ts';
import { byId, type Routes } from './route.ts';

export const proposalRoutes: Routes = (app, server) => {
  app.get(
    '/v1/admin/proposals',
    { schema: { summary: 'Gifts above an owner’s cap, oldest first', querystring: proposalsQuery, response: { 200: z.array(proposal) } } },
    async (request) => server.proposals.list(request.query.state),
  );
  app.post(
    '/v1/admin/proposals/:id/confirm',
    {
      config: { staff: 'owner' },
      schema: { summary: 'Gives what another owner proposed', params: byId, response: { 200: confirmAnswer } },
    },
    async (request) => server.proposals.confirm(staffOf(request, 'owner'), request.params.id, (gift, told) => giveNow(server, gift, told)),
  );
  app.post(
    '/v1/admin/proposals/:id/decline',
    {
      config: { staff: 'owner' },
      schema: { summary: 'Gives nothing, or takes a proposal back', params: byId, body: declineRequest, response: { 200: proposal } },
    },
    async (request) => server.proposals.decline(staffOf(request, 'owner'), request.params.id, request.body.reason),
  );
};

/** The act itself, as its own route does it. What was sent was parsed by that route's schema before it was written down. */
function giveNow(server: Server, { kind, accountId, body }: Gift, told: Witness): Promise<unknown> {
  switch (kind) {
    case 'grant':
      return server.accounts.grant(accountId, body as z.infer<typeof grantRequest>, told);
    case 'adjustment':
      return adjust(server.ledger, accountId, body as z.infer<typeof adjustmentRequest>, told);
    case 'refund':
      return server.payouts.after(refund(server, accountId, body as z.infer<typeof adminRefundRequest>, true, told));
    case 'plan':
      return changePlan(server, accountId, body as PlanChange, told);
  }
}

type PlanChange = Omit<z.infer<typeof subscriptionRequest>, 'provider' | 'returnTo'> & { readonly reason?: string | undefined };

/** On account; the reason is the log's and not part of what is done. */
export async function changePlan(server: Server, accountId: AccountId, { reason: _, ...change }: PlanChange, told: Witness) {
  const { opId: __, ...content } = change;
  const changed = await applyChange(server, accountId, change, content, { by: 'staff', witness: told });
  return { ...changed, wallet: await server.wallets.read(accountId) };
}
