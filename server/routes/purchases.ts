/** GET /v1/packs · POST /v1/purchases */
import { z } from 'zod';
import { pack, purchaseAnswer, purchaseRequest } from '../../shared/api.ts';
import { buy } from '../billing/purchases.ts';
import { accountOf } from '../identity/auth.ts';
import type { Routes } from './route.ts';

export const purchaseRoutes: Routes = (app, server) => {
  app.get(
    '/v1/packs',
    { schema: { summary: 'The packs this account may buy, smallest first', response: { 200: z.array(pack) } } },
    async (request) => server.wallets.packs(accountOf(request)),
  );
  app.post(
    '/v1/purchases',
    {
      schema: { summary: 'Buys a pack or tops up; billed by a numbered invoice', body: purchaseRequest, response: { 200: purchaseAnswer } },
    },
    async (request) => buy(server.books, accountOf(request), request.body),
  );
};
