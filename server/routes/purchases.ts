/** GET /v1/packs · POST /v1/purchases · GET /v1/checkouts/{opId} · POST /v1/payment-portal */
import { z } from 'zod';
import { checkout, pack, paymentOptions, portalAnswer, portalRequest, purchaseAnswer, purchaseRequest } from '../../shared/api/index.ts';
import { buy, type Till } from '../billing/purchases.ts';
import type { Wallets } from '../ledger/wallets.ts';
import { byOpId, forAccount, type Route } from './route.ts';

/** Buying credit, and what became of a payment. */
export const purchaseRoutes = ({ till, wallets }: { readonly till: Till; readonly wallets: Pick<Wallets, 'packs'> }): Route[] => [
  forAccount('GET /v1/packs', {
    summary: 'The packs this account may buy, smallest first',
    answer: z.array(pack),
    handle: ({ accountId }) => wallets.packs(accountId),
  }),
  forAccount('POST /v1/purchases', {
    summary: 'Buys a pack or tops up; billed by a numbered invoice',
    body: purchaseRequest,
    answer: purchaseAnswer,
    handle: ({ accountId, body }) => buy(till, accountId, body),
  }),
  forAccount('GET /v1/checkouts/:opId', {
    summary: 'What has become of a payment on a provider’s page',
    params: byOpId,
    answer: checkout,
    handle: ({ accountId, params }) => till.checkouts.read(accountId, params.opId),
  }),
  forAccount('GET /v1/checkouts/:opId/receipt', {
    summary: 'The invoice of a merchant of record, where one sold it',
    params: byOpId,
    answer: portalAnswer,
    handle: ({ accountId, params }) => till.checkouts.receipt(accountId, params.opId),
  }),
  forAccount('GET /v1/payment', {
    summary: 'How this account may pay, and where its renewals are charged',
    answer: paymentOptions,
    handle: ({ accountId }) => till.checkouts.options(accountId),
  }),
  forAccount('POST /v1/payment-portal', {
    summary: 'The provider’s page for cards and receipts',
    body: portalRequest,
    answer: portalAnswer,
    handle: ({ accountId, body }) => till.checkouts.portal(accountId, body.provider, body.returnTo),
  }),
];
