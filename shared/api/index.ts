/**
 * The wire contract between the credit server and its clients, in zod: one room per subject in `api/`, all of it here.
 * Amounts are decimal strings in the policy's unit; instants RFC 3339 UTC; errors RFC 9457 problem documents with a stable `code`.
 *
 * When nothing of `POST /v1/operations` could be held, the answer is the problem document of the first refusal (402, 422 …)
 * and carries `outcomes` and `wallet` besides; when at least one was held it is 200.
 */

export * from '../codes/server-codes.ts';
export * from './admin.ts';
export * from './billing.ts';
export * from './contract.ts';
export * from './details.ts';
export * from './operations.ts';
export * from './proposals.ts';
export * from './reports.ts';
export * from './staff.ts';
export * from './text.ts';
export * from './tokens.ts';
export * from './uploads.ts';
export * from './values.ts';
export * from './wallet.ts';
export * from './webhooks.ts';
export * from './work.ts';

import { z } from 'zod';
import type { OpId } from '../credits/model/quantities.ts';
import { outcome } from './operations.ts';
import { UPLOADS_PATH } from './uploads.ts';
import { wallet } from './wallet.ts';

/** One outcome for each operation asked for, in its order, and the wallet afterwards. */
export const authoriseAnswer = z.object({ outcomes: z.array(outcome), wallet });
/** The answer of `POST /v1/operations`; a retry under the same ids gets the same outcomes with today's wallet. */
export type AuthoriseAnswer = z.infer<typeof authoriseAnswer>;

/** Addresses, for clients that build requests from the contract. */
export const paths = {
  wallet: '/v1/wallet',
  policy: '/v1/policy',
  pricing: '/v1/pricing',
  keys: '/v1/keys',
  quotes: '/v1/quotes',
  operations: '/v1/operations',
  operation: (opId: OpId) => `/v1/operations/${encodeURIComponent(opId)}`,
  settle: (opId: OpId) => `/v1/operations/${encodeURIComponent(opId)}/settle`,
  release: (opId: OpId) => `/v1/operations/${encodeURIComponent(opId)}/release`,
  ledger: '/v1/ledger',
  ledgerStream: '/v1/ledger/stream',
  packs: '/v1/packs',
  purchases: '/v1/purchases',
  checkout: (opId: OpId) => `/v1/checkouts/${encodeURIComponent(opId)}`,
  checkoutReceipt: (opId: OpId) => `/v1/checkouts/${encodeURIComponent(opId)}/receipt`,
  payment: '/v1/payment',
  paymentPortal: '/v1/payment-portal',
  invoices: '/v1/invoices',
  invoicePdf: (number: string) => `/v1/invoices/${encodeURIComponent(number)}.pdf`,
  invoiceXml: (number: string) => `/v1/invoices/${encodeURIComponent(number)}.xml`,
  billingDetails: '/v1/billing-details',
  refunds: '/v1/refunds',
  autoTopUp: '/v1/auto-top-up',
  subscription: '/v1/subscription',
  subscriptionQuote: '/v1/subscription/quote',
  reports: '/v1/reports',
  report: (id: string) => `/v1/reports/${encodeURIComponent(id)}`,
  withdrawReport: (id: string) => `/v1/reports/${encodeURIComponent(id)}/withdraw`,
  keepCorrection: (id: string) => `/v1/reports/${encodeURIComponent(id)}/keep`,
  corrected: (id: string, resultOpId: OpId) => `/v1/reports/${encodeURIComponent(id)}/corrected?of=${encodeURIComponent(resultOpId)}`,
  reportFile: (uploadId: string) => `/v1/report-files/${encodeURIComponent(uploadId)}`,
  reportDesk: '/v1/report-desk',
  reportConsent: '/v1/report-desk/consent',
  uploads: UPLOADS_PATH,
  tokens: '/v1/tokens',
  generations: '/v1/generations',
  generation: (id: string) => `/v1/generations/${encodeURIComponent(id)}`,
  generationResult: (id: string) => `/v1/generations/${encodeURIComponent(id)}/result`,
  admin: {
    accounts: '/v1/admin/accounts',
    grants: (id: string) => `/v1/admin/accounts/${encodeURIComponent(id)}/grants`,
    accountTokens: (id: string) => `/v1/admin/accounts/${encodeURIComponent(id)}/tokens`,
    staffTokens: (id: string) => `/v1/admin/staff/${encodeURIComponent(id)}/tokens`,
    clock: '/v1/admin/clock',
    sweep: '/v1/admin/sweep',
    sickAccounts: '/v1/admin/sick-accounts',
    reports: '/v1/admin/reports',
    audit: '/v1/admin/audit',
    proposals: '/v1/admin/proposals',
    staff: '/v1/admin/staff',
    report: (id: string) => `/v1/admin/reports/${encodeURIComponent(id)}`,
    take: (id: string) => `/v1/admin/reports/${encodeURIComponent(id)}/take`,
    putBack: (id: string) => `/v1/admin/reports/${encodeURIComponent(id)}/put-back`,
    resolve: (id: string) => `/v1/admin/reports/${encodeURIComponent(id)}/resolve`,
    review: (id: string) => `/v1/admin/reports/${encodeURIComponent(id)}/review`,
    reportFile: (uploadId: string) => `/v1/admin/report-files/${encodeURIComponent(uploadId)}`,
  },
} as const;
