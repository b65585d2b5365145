/** GET /v1/admin/accounts · GET …/{id} · POST …/{id}/on-account · …/invoices/{number}/paid · …/adjustments · …/reset-day · …/subscription · …/subscription/quote */
import {
  accountDetail,
  accountsPage,
  accountsQuery,
  adjustmentAnswer,
  adjustmentRequest,
  identifier,
  invoice,
  onAccountRequest,
  onAccountStanding,
  paidRequest,
  proposed,
  resetDayAnswer,
  resetDayRequest,
  strikeAnswer,
  strikeRequest,
  subscriptionAnswer,
  subscriptionQuote,
  subscriptionQuoteRequest,
  subscriptionRequest,
  why,
} from '../../shared/api/index.ts';
import { findAccounts, readAccount } from '../admin/accounts.ts';
import { adjust, strikeShortfall } from '../admin/adjust.ts';
import { notePayment, setOnAccount } from '../admin/on-account.ts';
import { asProposed } from '../admin/proposals.ts';
import { setResetDay } from '../admin/reset-day.ts';
import { quoteSubscription } from '../billing/subscriptions.ts';
import { type Witness, witness } from '../identity/audit.ts';
import { staffOf } from '../identity/auth.ts';
import { changePlan } from './proposals.ts';
import { byAccountId, type Routes } from './route.ts';

/** Staff changes plans on account: nobody is sent to a payment page. */
const planRequest = subscriptionRequest.omit({ provider: true, returnTo: true }).extend({ reason: why.optional() });
const planQuoteRequest = subscriptionQuoteRequest.omit({ provider: true, returnTo: true });

const ofInvoice = byAccountId.extend({ number: identifier(60) });

export const adminAccountRoutes: Routes = (app, server) => {
  app.get(
    '/v1/admin/accounts',
    { schema: { summary: 'Finds accounts, newest first', querystring: accountsQuery, response: { 200: accountsPage } } },
    async (request) => findAccounts(server.pool, request.query),
  );
  app.get(
    '/v1/admin/accounts/:id',
    { schema: { summary: 'One account: wallet by bucket, plan, purchases', params: byAccountId, response: { 200: accountDetail } } },
    async (request) => readAccount(server, request.params.id),
  );
  app.post(
    '/v1/admin/accounts/:id/on-account',
    {
      config: { staff: 'owner' },
      schema: { summary: 'What the account may owe', params: byAccountId, body: onAccountRequest, response: { 200: onAccountStanding } },
    },
    async (request) => {
      const { id } = request.params;
      const said = await setOnAccount(server, id, request.body, witness(staffOf(request, 'owner'), 'on-account', request.body));
      server.wake.changed(id);
      return said;
    },
  );
  app.post(
    '/v1/admin/accounts/:id/invoices/:number/paid',
    {
      config: { staff: 'support' },
      schema: { summary: 'Notes that an invoice was paid, whole', params: ofInvoice, body: paidRequest, response: { 200: invoice } },
    },
    async (request) => {
      const { id, number } = request.params;
      const by = witness(staffOf(request, 'support'), 'invoice.paid', request.body);
      const paid = await notePayment(server, id, number, request.body, by);
      server.wake.changed(id);
      return paid;
    },
  );
  app.post(
    '/v1/admin/accounts/:id/adjustments',
    {
      config: { staff: 'support' },
      schema: {
        summary: 'Puts a balance right; no money moves',
        params: byAccountId,
        body: adjustmentRequest,
        response: { 200: adjustmentAnswer, 202: proposed },
      },
    },
    async (request, reply) => {
      const accountId = request.params.id;
      const act = (told: Witness) => adjust(server.ledger, accountId, request.body, told);
      const given = await server.proposals.give(staffOf(request, 'support'), { kind: 'adjustment', accountId, body: request.body }, act);
      return 'done' in given ? given.done : reply.code(202).send(asProposed(given.proposed));
    },
  );
  app.post(
    '/v1/admin/accounts/:id/shortfall',
    {
      config: { staff: 'support' },
      schema: { summary: 'Strikes what a chargeback left owed', params: byAccountId, body: strikeRequest, response: { 200: strikeAnswer } },
    },
    async (request) =>
      strikeShortfall(
        server.ledger,
        request.params.id,
        request.body,
        witness(staffOf(request, 'support'), 'shortfall.strike', request.body),
      ),
  );
  app.post(
    '/v1/admin/accounts/:id/reset-day',
    {
      config: { staff: 'support' },
      schema: {
        summary: 'Gives the account a day of the month of its own',
        params: byAccountId,
        body: resetDayRequest,
        response: { 200: resetDayAnswer },
      },
    },
    async (request) =>
      setResetDay(server.ledger, request.params.id, request.body, witness(staffOf(request, 'support'), 'reset-day', request.body)),
  );
  app.post(
    '/v1/admin/accounts/:id/subscription',
    {
      config: { staff: 'support' },
      schema: {
        summary: 'Changes a plan on account',
        params: byAccountId,
        body: planRequest,
        response: { 200: subscriptionAnswer, 202: proposed },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const accountId = request.params.id;
      const act = (told: Witness) => changePlan(server, accountId, body, told);
      const given = await server.proposals.give(staffOf(request, 'support'), { kind: 'plan', accountId, body }, act);
      return 'done' in given ? given.done : reply.code(202).send(asProposed(given.proposed));
    },
  );
  app.post(
    '/v1/admin/accounts/:id/subscription/quote',
    {
      config: { staff: 'read-only' },
      schema: {
        summary: 'What the change would charge and grant',
        params: byAccountId,
        body: planQuoteRequest,
        response: { 200: subscriptionQuote },
      },
    },
    async (request) => quoteSubscription(server, request.params.id, request.body, 'staff'),
  );
};
