/** GET and PUT /v1/auto-top-up */
import { autoTopUp, autoTopUpRequest } from '../../shared/api/index.ts';
import { readAutoTopUp, setAutoTopUp } from '../billing/auto-top-up.ts';
import type { Needs } from '../billing/needs.ts';
import { forAccount, type Route } from './route.ts';

/** Credit that is bought by itself. */
export const autoTopUpRoutes = (needs: Pick<Needs, 'ledger' | 'pool' | 'onAccount'>): Route[] => [
  forAccount('GET /v1/auto-top-up', {
    summary: 'Whether and when credit is bought automatically',
    answer: autoTopUp,
    handle: ({ accountId }) => readAutoTopUp(needs, accountId),
  }),
  forAccount('PUT /v1/auto-top-up', {
    summary: 'Turns it on with its limits, or off',
    body: autoTopUpRequest,
    answer: autoTopUp,
    handle: ({ accountId, body }) => setAutoTopUp(needs, accountId, body),
  }),
];
