/** GET /v1/admin/accounts · GET …/{id} · POST …/{id}/on-account · …/invoices/{number}/paid */
import {
  accountDetail,
  accountsPage,
  accountsQuery,
  identifier,
  invoice,
  onAccountRequest,
  onAccountStanding,
  paidRequest,
} from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { findAccounts, readAccount } from '../admin/accounts.ts';
import { notePayment, setOnAccount } from '../admin/on-account.ts';
import type { Needs } from '../billing/needs.ts';
import { witness } from '../identity/audit.ts';
import type { Wallets } from '../ledger/wallets.ts';
import { byAccountId, forStaff, type Route } from './route.ts';

const ofInvoice = byAccountId.extend({ number: identifier(60) });

/** Finding accounts, and what they may owe. `changed`: what the account shows is not what it was. */
export const adminAccountRoutes = (
  needs: Pick<Needs, 'ledger' | 'pool' | 'onAccount'> & { readonly wallets: Wallets; readonly changed: (accountId: AccountId) => void },
): Route[] => [
  forStaff('read-only')('GET /v1/admin/accounts', {
    summary: 'Finds accounts, newest first',
    query: accountsQuery,
    answer: accountsPage,
    handle: ({ query }) => findAccounts(needs.pool, query),
  }),
  forStaff('read-only')('GET /v1/admin/accounts/:id', {
    summary: 'One account: wallet by bucket, plan, purchases',
    params: byAccountId,
    answer: accountDetail,
    handle: ({ params }) => readAccount(needs, params.id),
  }),
  forStaff('owner')('POST /v1/admin/accounts/:id/on-account', {
    summary: 'What the account may owe',
    params: byAccountId,
    body: onAccountRequest,
    answer: onAccountStanding,
    handle: async ({ staff, params: { id }, body }) => {
      const said = await setOnAccount(needs, id, body, witness(staff, 'on-account', body));
      needs.changed(id);
      return said;
    },
  }),
  forStaff('support')('POST /v1/admin/accounts/:id/invoices/:number/paid', {
    summary: 'Notes that an invoice was paid, whole',
    params: ofInvoice,
    body: paidRequest,
    answer: invoice,
    handle: async ({ staff, params: { id, number }, body }) => {
      const paid = await notePayment(needs, id, number, body, witness(staff, 'invoice.paid', body));
      needs.changed(id);
      return paid;
    },
  }),
];
