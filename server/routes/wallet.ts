/** GET /v1/wallet · POST /v1/quotes */
import { quote, quoteRequest, wallet } from '../../shared/api/index.ts';
import { accountOf } from '../identity/auth.ts';
import type { Routes } from './route.ts';

export const walletRoutes: Routes = (app, server) => {
  app.get(
    '/v1/wallet',
    { schema: { summary: 'The wallet as it is now, expiry decided at read', response: { 200: wallet } } },
    async (request) => server.wallets.read(accountOf(request)),
  );
  app.post(
    '/v1/quotes',
    { schema: { summary: 'What operations would cost, from which buckets', body: quoteRequest, response: { 200: quote } } },
    async (request) => server.wallets.quote(accountOf(request), request.body.operations),
  );
};
