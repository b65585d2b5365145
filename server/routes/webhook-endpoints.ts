/** GET and POST /v1/webhook-endpoints · POST …/{id}/enable · DELETE …/{id} */
import { z } from 'zod';
import { webhookEndpoint, webhookEndpointAnswer, webhookEndpointRequest } from '../../shared/api/index.ts';
import type { Endpoints } from '../messages/endpoints.ts';
import { byId, forAccount, type Route } from './route.ts';

/** Where an account wants its events sent. */
export const webhookEndpointRoutes = (endpoints: Endpoints): Route[] => [
  forAccount('GET /v1/webhook-endpoints', {
    summary: 'Where events are sent',
    answer: z.array(webhookEndpoint),
    handle: ({ accountId }) => endpoints.list(accountId),
  }),
  forAccount('POST /v1/webhook-endpoints', {
    summary: 'Sends events to an address, signed with the secret that is shown here',
    body: webhookEndpointRequest,
    answer: webhookEndpointAnswer,
    handle: ({ accountId, body }) => endpoints.add(accountId, body),
  }),
  forAccount('POST /v1/webhook-endpoints/:id/enable', {
    summary: 'Sends to an endpoint again that was switched off',
    params: byId,
    answer: webhookEndpoint,
    handle: ({ accountId, params }) => endpoints.enable(accountId, params.id),
  }),
  forAccount('DELETE /v1/webhook-endpoints/:id', {
    summary: 'Sends nothing there any more',
    params: byId,
    answer: webhookEndpoint,
    handle: ({ accountId, params }) => endpoints.remove(accountId, params.id),
  }),
];
