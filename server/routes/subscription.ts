/** GET and POST /v1/subscription · POST /v1/subscription/quote */
import {
  subscription,
  subscriptionAnswer,
  subscriptionQuote,
  subscriptionQuoteRequest,
  subscriptionRequest,
} from '../../shared/api/index.ts';
import { changeSubscription } from '../billing/plan-checkout.ts';
import type { Till } from '../billing/purchases.ts';
import { quoteSubscription, readSubscription } from '../billing/subscriptions.ts';
import { forAccount, type Route } from './route.ts';

/** The plan of an account. */
export const subscriptionRoutes = (till: Till): Route[] => [
  forAccount('GET /v1/subscription', {
    summary: 'The plan as it is now',
    answer: subscription,
    handle: ({ accountId }) => readSubscription(till, accountId),
  }),
  forAccount('POST /v1/subscription', {
    summary: 'Subscribes, changes, cancels, pauses or resumes',
    body: subscriptionRequest,
    answer: subscriptionAnswer,
    handle: async ({ accountId, body }) => ({ ...(await changeSubscription(till, accountId, body)), opId: body.opId }),
  }),
  forAccount('POST /v1/subscription/quote', {
    summary: 'What the change would charge, credit and grant',
    body: subscriptionQuoteRequest,
    answer: subscriptionQuote,
    handle: ({ accountId, body }) => quoteSubscription(till, accountId, body, 'customer'),
  }),
];
