/** GET /v1/ledger · GET /v1/keys */
import { keys, ledgerPage, ledgerQuery } from '../../shared/api/index.ts';
import type { History } from '../ledger/history.ts';
import { forAccount, forAnybody, type Route } from './route.ts';

/** The chain of entries, and what proves it. */
export const ledgerRoutes = (history: History): Route[] => [
  forAccount('GET /v1/ledger', {
    summary: 'Entries after a sequence number, with the signed head',
    query: ledgerQuery,
    answer: ledgerPage,
    handle: ({ accountId, query }) => history.page(accountId, query.after, query.limit),
  }),
  forAnybody('GET /v1/keys', {
    summary: 'Public keys that heads are signed with',
    answer: keys,
    handle: async () => ({ keys: await history.keys() }),
  }),
];
