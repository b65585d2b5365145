/** POST /v1/webhooks/{provider}: signed by the provider. GET /v1/return/{page}/{outcome}: from its page back into the app. */
import { z } from 'zod';
import { identifier } from '../../shared/api/index.ts';
import { isReturnOutcome, isReturnPage } from '../../shared/return-page.ts';
import type { PaymentEvents } from '../billing/fulfilment/events.ts';
import type { Providers } from '../billing/payments/providers.ts';
import { returnPageHtml } from '../billing/payments/return-html.ts';
import { notFound } from '../problems.ts';
import { file } from './reply.ts';
import { forAnybody, type Route } from './route.ts';

/** What payment providers send, and where their pages lead back to. */
export const webhookRoutes = ({
  providers,
  payments,
}: {
  readonly providers: Pick<Providers, 'hosted'>;
  readonly payments: Pick<PaymentEvents, 'take'>;
}): Route[] => [
  forAnybody('POST /v1/webhooks/:provider', {
    summary: 'Events of a payment provider, signed by it',
    params: z.object({ provider: identifier(20) }),
    answer: z.object({ received: z.literal(true) }),
    // The signature is over the bytes as they came: nothing parses them before it is verified.
    takesRawBody: true,
    handle: async ({ params, body, headers }) => {
      const provider = providers.hosted(params.provider);
      if (!provider) throw notFound('payment provider');
      const bytes: unknown = body;
      await payments.take(provider, Buffer.isBuffer(bytes) ? bytes.toString('utf8') : '', single(headers));
      return { received: true } as const;
    },
  }),
  forAnybody('GET /v1/return/:page/:outcome', {
    summary: 'Leads from a provider’s page back into the app',
    params: z.object({ page: identifier(20), outcome: identifier(20) }),
    produces: ['text/html'],
    handle: ({ params: { page, outcome } }) => {
      if (!isReturnPage(page) || !isReturnOutcome(outcome)) throw notFound('page');
      const { html, policy } = returnPageHtml(page, outcome);
      return file('text/html; charset=utf-8', html, { 'content-security-policy': policy, 'referrer-policy': 'no-referrer' });
    },
  }),
];

/** Each header once: of one that came several times, the first. */
function single(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
}
