/** GET and PUT /v1/auto-top-up */
import { autoTopUp, autoTopUpRequest } from '../../shared/api/index.ts';
import { readAutoTopUp, setAutoTopUp } from '../billing/auto-top-up.ts';
import { accountOf } from '../identity/auth.ts';
import type { Routes } from './route.ts';

export const autoTopUpRoutes: Routes = (app, server) => {
  app.get(
    '/v1/auto-top-up',
    { schema: { summary: 'Whether and when credit is bought automatically', response: { 200: autoTopUp } } },
    async (request) => readAutoTopUp(server, accountOf(request)),
  );
  app.put(
    '/v1/auto-top-up',
    { schema: { summary: 'Turns it on with its limits, or off', body: autoTopUpRequest, response: { 200: autoTopUp } } },
    async (request) => setAutoTopUp(server, accountOf(request), request.body),
  );
};
