/** POST /v1/admin/accounts · …/{id}/grants · /v1/admin/clock · /v1/admin/sweep */
import { z } from 'zod';
import {
  accountAnswer,
  accountRequest,
  clockAnswer,
  clockRequest,
  grant,
  grantRequest,
  proposed,
  sickAccount,
  sickQuery,
  sweepAnswer,
} from '../../shared/api/index.ts';
import { asProposed } from '../admin/proposals.ts';
import { rfc3339 } from '../clock.ts';
import { type Witness, witness } from '../identity/audit.ts';
import { staffOf } from '../identity/auth.ts';
import { Refusal } from '../problems.ts';
import { byAccountId, type Routes } from './route.ts';

const SWEEP_MS = 3_600_000;

export const adminRoutes: Routes = (app, server) => {
  app.post(
    '/v1/admin/accounts',
    {
      schema: {
        summary: 'Opens an account; with an opId the call may be repeated',
        body: accountRequest,
        response: { 200: accountAnswer },
      },
    },
    async (request) => {
      const { opId: _, ...asked } = request.body;
      const by = staffOf(request, 'owner');
      return server.accounts.open(request.body, witness(by, 'account.open', asked), witness(by, 'account.open.again', asked));
    },
  );
  app.post(
    '/v1/admin/accounts/:id/grants',
    {
      config: { staff: 'support' },
      schema: {
        summary: 'Gives credit',
        params: byAccountId,
        body: grantRequest,
        response: { 200: grant, 202: proposed },
      },
    },
    async (request, reply) => {
      const accountId = request.params.id;
      const act = (told: Witness) => server.accounts.grant(accountId, request.body, told);
      const given = await server.proposals.give(staffOf(request, 'support'), { kind: 'grant', accountId, body: request.body }, act);
      return 'done' in given ? given.done : reply.code(202).send(asProposed(given.proposed));
    },
  );
  app.post(
    '/v1/admin/clock',
    { schema: { summary: 'Sets the test clock', body: clockRequest, response: { 200: clockAnswer } } },
    async (request) => {
      if (!server.testClock) throw new Refusal('forbidden', 'The clock can only be set on a server started with --test-clock.');
      server.testClock.set(Date.parse(request.body.now));
      return { now: rfc3339(server.clock.now()) };
    },
  );
  app.post(
    '/v1/admin/sweep',
    // As long as there are accounts to go through.
    {
      handlerTimeout: SWEEP_MS,
      schema: { summary: 'Writes down what time brought; changes nothing that anybody can see', response: { 200: sweepAnswer } },
    },
    async () => {
      const swept = await server.sweeper.sweep();
      return { ...swept, failed: [...swept.failed], troubles: await server.chores.all() };
    },
  );
  app.get(
    '/v1/admin/sick-accounts',
    {
      schema: {
        summary: 'Accounts that cannot be swept, longest first: since when, why, and when they are tried again',
        querystring: sickQuery,
        response: { 200: z.array(sickAccount) },
      },
    },
    async (request) => server.sick.list(request.query.after ?? null, request.query.limit),
  );
};
