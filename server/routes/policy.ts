/** GET /v1/policy · GET /v1/pricing (public) */
import { z } from 'zod';
import { policy, pricing, word } from '../../shared/api/index.ts';
import type { Wallets } from '../ledger/wallets.ts';
import { forAccountOrStaff, forAnybody, type Route } from './route.ts';

/** What the rules are, and what things cost. */
export const policyRoutes = (wallets: Pick<Wallets, 'policy' | 'pricing'>): Route[] => [
  forAccountOrStaff('GET /v1/policy', {
    summary: 'The policy in force for this account',
    answer: policy,
    handle: ({ accountId }) => wallets.policy(accountId),
  }),
  forAnybody('GET /v1/pricing', {
    summary: 'Prices, approximate where a range is given',
    query: z.object({ policy: word(60, 0).optional() }),
    answer: pricing,
    handle: ({ query }) => wallets.pricing(query.policy ?? null),
  }),
];
