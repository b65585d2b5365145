/** GET /v1/wallet · POST /v1/quotes */
import { quote, quoteRequest, wallet } from '../../shared/api/index.ts';
import type { Wallets } from '../ledger/wallets.ts';
import { forAccount, type Route } from './route.ts';

/** The balance, and what would come off it. */
export const walletRoutes = (wallets: Pick<Wallets, 'read' | 'quote'>): Route[] => [
  forAccount('GET /v1/wallet', {
    summary: 'The wallet as it is now, expiry decided at read',
    answer: wallet,
    handle: ({ accountId }) => wallets.read(accountId),
  }),
  forAccount('POST /v1/quotes', {
    summary: 'What operations would cost, from which buckets',
    body: quoteRequest,
    answer: quote,
    handle: ({ accountId, body }) => wallets.quote(accountId, body.operations),
  }),
];
