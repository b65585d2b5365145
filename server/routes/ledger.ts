/** GET /v1/ledger · GET /v1/keys */
import { keys, ledgerPage, ledgerQuery } from '../../shared/api/index.ts';
import { accountOf } from '../identity/auth.ts';
import type { Routes } from './route.ts';

export const ledgerRoutes: Routes = (app, server) => {
  app.get(
    '/v1/ledger',
    {
      schema: { summary: 'Entries after a sequence number, with the signed head', querystring: ledgerQuery, response: { 200: ledgerPage } },
    },
    async (request) => server.history.page(accountOf(request), request.query.after, request.query.limit),
  );
  app.get(
    '/v1/keys',
    { schema: { summary: 'Public keys that heads are signed with', security: [], response: { 200: keys } } },
    async () => ({ keys: await server.history.keys() }),
  );
};
