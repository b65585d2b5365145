/** POST /v1/webhooks/{stripe|paddle}: signed by the provider. GET /v1/return/{page}/{outcome}: from its page back into the app. */
import { z } from 'zod';
import { identifier } from '../../shared/api/index.ts';
import { isReturnOutcome, isReturnPage } from '../../shared/return-page.ts';
import { returnPageHtml } from '../billing/payments/return-html.ts';
import { notFound } from '../problems.ts';
import type { App, Routes } from './route.ts';

export const webhookRoutes: Routes = (app, server) => {
  void app.register(async (scope) => {
    const raw: App = scope.withTypeProvider();
    // The signature is over the bytes as they came: nothing parses them before it is verified.
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    raw.post(
      '/v1/webhooks/:provider',
      {
        schema: {
          summary: 'Events of a payment provider, signed by it',
          security: [],
          params: z.object({ provider: identifier(20) }),
          response: { 200: z.object({ received: z.literal(true) }) },
        },
      },
      async (request) => {
        const provider = server.providers.hosted(request.params.provider);
        if (!provider) throw notFound('payment provider');
        const { body, headers } = request;
        const text = Buffer.isBuffer(body) ? body.toString('utf8') : '';
        const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
        await server.payments.take(provider, text, {
          'stripe-signature': one(headers['stripe-signature']),
          'paddle-signature': one(headers['paddle-signature']),
        });
        return { received: true } as const;
      },
    );
  });
  app.get(
    '/v1/return/:page/:outcome',
    {
      schema: {
        summary: 'Leads from a provider’s page back into the app',
        security: [],
        params: z.object({ page: identifier(20), outcome: identifier(20) }),
        produces: ['text/html'],
      },
    },
    async (request, reply) => {
      const { page, outcome } = request.params;
      if (!isReturnPage(page) || !isReturnOutcome(outcome)) throw notFound('page');
      const { html, policy } = returnPageHtml(page, outcome);
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', policy)
        .header('referrer-policy', 'no-referrer')
        .send(html);
    },
  );
};
