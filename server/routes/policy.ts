/** GET /v1/policy · GET /v1/pricing (public) */
import { z } from 'zod';
import { policy, pricing, word } from '../../shared/api/index.ts';
import { accountOf } from '../identity/auth.ts';
import type { Routes } from './route.ts';

export const policyRoutes: Routes = (app, server) => {
  app.get('/v1/policy', { schema: { summary: 'The policy in force for this account', response: { 200: policy } } }, async (request) =>
    server.wallets.policy(request.caller?.role === 'admin' ? null : accountOf(request)),
  );
  app.get(
    '/v1/pricing',
    {
      schema: {
        summary: 'Prices, approximate where a range is given',
        security: [],
        querystring: z.object({ policy: word(60, 0).optional() }),
        response: { 200: pricing },
      },
    },
    async (request) => server.wallets.pricing(request.query.policy ?? null),
  );
};
