/** GET and POST /v1/subscription · POST /v1/subscription/quote */
import {
  subscription,
  subscriptionAnswer,
  subscriptionQuote,
  subscriptionQuoteRequest,
  subscriptionRequest,
} from '../../shared/api/index.ts';
import { changeSubscription } from '../billing/plan-checkout.ts';
import { quoteSubscription, readSubscription } from '../billing/subscriptions.ts';
import { accountOf } from '../identity/auth.ts';
import type { Routes } from './route.ts';

export const subscriptionRoutes: Routes = (app, server) => {
  app.get('/v1/subscription', { schema: { summary: 'The plan as it is now', response: { 200: subscription } } }, async (request) =>
    readSubscription(server, accountOf(request)),
  );
  app.post(
    '/v1/subscription',
    {
      schema: {
        summary: 'Subscribes, changes, cancels, pauses or resumes',
        body: subscriptionRequest,
        response: { 200: subscriptionAnswer },
      },
    },
    async (request) => ({ ...(await changeSubscription(server, accountOf(request), request.body)), opId: request.body.opId }),
  );
  app.post(
    '/v1/subscription/quote',
    {
      schema: {
        summary: 'What the change would charge, credit and grant',
        body: subscriptionQuoteRequest,
        response: { 200: subscriptionQuote },
      },
    },
    async (request) => quoteSubscription(server, accountOf(request), request.body, 'customer'),
  );
};
