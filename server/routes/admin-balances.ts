/** POST /v1/admin/accounts/{id}/adjustments · …/shortfall · …/reset-day · …/subscription · …/subscription/quote */
import {
  adjustmentAnswer,
  adjustmentRequest,
  proposed,
  resetDayAnswer,
  resetDayRequest,
  strikeAnswer,
  strikeRequest,
  subscriptionAnswer,
  subscriptionQuote,
  subscriptionQuoteRequest,
} from '../../shared/api/index.ts';
import { adjust, strikeShortfall } from '../admin/adjust.ts';
import { changePlan, type Giving } from '../admin/gifts.ts';
import { type Proposals, planRequest } from '../admin/proposals.ts';
import { setResetDay } from '../admin/reset-day.ts';
import { quoteSubscription } from '../billing/subscriptions.ts';
import { type Witness, witness } from '../identity/audit.ts';
import { given } from './reply.ts';
import { byAccountId, forStaff, type Route } from './route.ts';

const planQuoteRequest = subscriptionQuoteRequest.omit({ provider: true, returnTo: true });

/** What staff does to a balance and to a plan. */
export const adminBalanceRoutes = ({
  proposals,
  ...needs
}: Pick<Giving, 'ledger' | 'pool' | 'issuer' | 'onAccount' | 'wallets'> & { readonly proposals: Pick<Proposals, 'give'> }): Route[] => [
  forStaff('support')('POST /v1/admin/accounts/:id/adjustments', {
    summary: 'Puts a balance right; no money moves',
    params: byAccountId,
    body: adjustmentRequest,
    answer: adjustmentAnswer,
    later: proposed,
    handle: async ({ staff, params: { id: accountId }, body }) => {
      const act = (told: Witness) => adjust(needs.ledger, accountId, body, told);
      return given(await proposals.give(staff, { kind: 'adjustment', accountId, body }, act));
    },
  }),
  forStaff('support')('POST /v1/admin/accounts/:id/shortfall', {
    summary: 'Strikes what a chargeback left owed',
    params: byAccountId,
    body: strikeRequest,
    answer: strikeAnswer,
    handle: ({ staff, params, body }) => strikeShortfall(needs.ledger, params.id, body, witness(staff, 'shortfall.strike', body)),
  }),
  forStaff('support')('POST /v1/admin/accounts/:id/reset-day', {
    summary: 'Gives the account a day of the month of its own',
    params: byAccountId,
    body: resetDayRequest,
    answer: resetDayAnswer,
    handle: ({ staff, params, body }) => setResetDay(needs.ledger, params.id, body, witness(staff, 'reset-day', body)),
  }),
  forStaff('support')('POST /v1/admin/accounts/:id/subscription', {
    summary: 'Changes a plan on account',
    params: byAccountId,
    body: planRequest,
    answer: subscriptionAnswer,
    later: proposed,
    handle: async ({ staff, params: { id: accountId }, body }) => {
      const act = (told: Witness) => changePlan(needs, accountId, body, told);
      return given(await proposals.give(staff, { kind: 'plan', accountId, body }, act));
    },
  }),
  forStaff('read-only')('POST /v1/admin/accounts/:id/subscription/quote', {
    summary: 'What the change would charge and grant',
    params: byAccountId,
    body: planQuoteRequest,
    answer: subscriptionQuote,
    handle: ({ params, body }) => quoteSubscription(needs, params.id, body, 'staff'),
  }),
];
