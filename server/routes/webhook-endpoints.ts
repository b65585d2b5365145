/** GET and POST /v1/webhook-endpoints · POST …/{id}/enable · DELETE …/{id} */
import { z } from 'zod';
import { webhookEndpoint, webhookEndpointAnswer, webhookEndpointRequest } from '../../shared/api/index.ts';
import { accountOf } from '../identity/auth.ts';
import { byId, type Routes } from './route.ts';

export const webhookEndpointRoutes: Routes = (app, server) => {
  app.get(
    '/v1/webhook-endpoints',
    { schema: { summary: 'Where events are sent', response: { 200: z.array(webhookEndpoint) } } },
    async (request) => server.endpoints.list(accountOf(request)),
  );
  app.post(
    '/v1/webhook-endpoints',
    {
      schema: {
        summary: 'Sends events to an address, signed with the secret that is shown here',
        body: webhookEndpointRequest,
        response: { 200: webhookEndpointAnswer },
      },
    },
    async (request) => server.endpoints.add(accountOf(request), request.body),
  );
  app.post(
    '/v1/webhook-endpoints/:id/enable',
    { schema: { summary: 'Sends to an endpoint again that was switched off', params: byId, response: { 200: webhookEndpoint } } },
    async (request) => server.endpoints.enable(accountOf(request), request.params.id),
  );
  app.delete(
    '/v1/webhook-endpoints/:id',
    { schema: { summary: 'Sends nothing there any more', params: byId, response: { 200: webhookEndpoint } } },
    async (request) => server.endpoints.remove(accountOf(request), request.params.id),
  );
};
