/** GET /v1/packs · POST /v1/purchases · GET /v1/checkouts/{opId} · POST /v1/payment-portal */
import { z } from 'zod';
import { checkout, pack, paymentOptions, portalAnswer, portalRequest, purchaseAnswer, purchaseRequest } from '../../shared/api/index.ts';
import { buy } from '../billing/purchases.ts';
import { accountOf } from '../identity/auth.ts';
import { byOpId, type Routes } from './route.ts';

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
    async (request) => buy(server, accountOf(request), request.body),
  );
  app.get(
    '/v1/checkouts/:opId',
    {
      schema: {
        summary: 'What has become of a payment on a provider’s page',
        params: byOpId,
        response: { 200: checkout },
      },
    },
    async (request) => server.checkouts.read(accountOf(request), request.params.opId),
  );
  app.get(
    '/v1/checkouts/:opId/receipt',
    {
      schema: {
        summary: 'The invoice of a merchant of record, where one sold it',
        params: byOpId,
        response: { 200: portalAnswer },
      },
    },
    async (request) => server.checkouts.receipt(accountOf(request), request.params.opId),
  );
  app.get(
    '/v1/payment',
    { schema: { summary: 'How this account may pay, and where its renewals are charged', response: { 200: paymentOptions } } },
    async (request) => server.checkouts.options(accountOf(request)),
  );
  app.post(
    '/v1/payment-portal',
    { schema: { summary: 'The provider’s page for cards and receipts', body: portalRequest, response: { 200: portalAnswer } } },
    async (request) => server.checkouts.portal(accountOf(request), request.body.provider, request.body.returnTo),
  );
};
