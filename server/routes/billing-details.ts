/** GET and PUT /v1/billing-details */
import { billingDetails, billingDetailsRequest } from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { readDetails, saveDetails } from '../billing/customer.ts';
import type { Needs } from '../billing/needs.ts';
import { forAccount, type Route } from './route.ts';

/** Whom invoices name. `changed`: what the account shows is not what it was. */
export const billingDetailsRoutes = ({
  pool,
  issuer,
  changed,
}: Pick<Needs, 'pool' | 'issuer'> & { readonly changed: (accountId: AccountId) => void }): Route[] => [
  forAccount('GET /v1/billing-details', {
    summary: 'What stands on this account’s invoices',
    answer: billingDetails,
    handle: ({ accountId }) => readDetails(pool, issuer, accountId),
  }),
  forAccount('PUT /v1/billing-details', {
    summary: 'Name, address, country, VAT number and language for invoices from now on',
    body: billingDetailsRequest,
    answer: billingDetails,
    handle: async ({ accountId, body }) => {
      const saved = await saveDetails(pool, issuer, accountId, body);
      changed(accountId);
      return saved;
    },
  }),
];
