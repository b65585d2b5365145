/** GET and PUT /v1/billing-details */
import { billingDetails, billingDetailsRequest } from '../../shared/api/index.ts';
import { readDetails, saveDetails } from '../billing/customer.ts';
import { accountOf } from '../identity/auth.ts';
import type { Routes } from './route.ts';

export const billingDetailsRoutes: Routes = (app, server) => {
  app.get(
    '/v1/billing-details',
    { schema: { summary: 'What stands on this account’s invoices', response: { 200: billingDetails } } },
    async (request) => readDetails(server.pool, server.issuer, accountOf(request)),
  );
  app.put(
    '/v1/billing-details',
    {
      schema: {
        summary: 'Name, address, country, VAT number and language for invoices from now on',
        body: billingDetailsRequest,
        response: { 200: billingDetails },
      },
    },
    async (request) => {
      const saved = await saveDetails(server.pool, server.issuer, accountOf(request), request.body);
      server.wake.changed(accountOf(request));
      return saved;
    },
  );
};
