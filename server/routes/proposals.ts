/** GET /v1/admin/proposals · POST …/{id}/confirm · …/{id}/decline: what is more than an owner may give alone */
import { z } from 'zod';
import { confirmAnswer, declineRequest, proposal, proposalsQuery } from '../../shared/api/index.ts';
import { type Giving, give } from '../admin/gifts.ts';
import type { Proposals } from '../admin/proposals.ts';
import { byId, forStaff, type Route } from './route.ts';

/** Gifts that wait for a second owner. */
export const proposalRoutes = ({ proposals, giving }: { readonly proposals: Proposals; readonly giving: Giving }): Route[] => [
  forStaff('read-only')('GET /v1/admin/proposals', {
    summary: 'Gifts above an owner’s cap, oldest first',
    query: proposalsQuery,
    answer: z.array(proposal),
    handle: ({ query }) => proposals.list(query.state),
  }),
  forStaff('owner')('POST /v1/admin/proposals/:id/confirm', {
    summary: 'Gives what another owner proposed',
    params: byId,
    answer: confirmAnswer,
    handle: ({ staff, params }) => proposals.confirm(staff, params.id, (gift, told) => give(giving, gift, told)),
  }),
  forStaff('owner')('POST /v1/admin/proposals/:id/decline', {
    summary: 'Gives nothing, or takes a proposal back',
    params: byId,
    body: declineRequest,
    answer: proposal,
    handle: ({ staff, params, body }) => proposals.decline(staff, params.id, body.reason),
  }),
];
