/**
 * GET /v1/tokens · DELETE /v1/tokens/{id}; for staff, of an account and of a member: GET and POST …/tokens · POST …/tokens/{tokenId}/replace · …/revoke
 */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  identifier,
  ownToken,
  type StaffRole,
  tokenAnswer,
  tokenEndRequest,
  tokenEntry,
  tokenReplaceRequest,
  tokenRequest,
} from '../../shared/api/index.ts';
import { accountIdFrom } from '../../shared/credits/model/minting.ts';
import { accountOf, staffOf } from '../identity/auth.ts';
import type { Holder } from '../identity/tokens.ts';
import type { Server } from '../server.ts';
import { type App, byId, type Routes } from './route.ts';

const byToken = byId.extend({ tokenId: identifier(64) });

export const tokenRoutes: Routes = (app, server) => {
  app.get(
    '/v1/tokens',
    { schema: { summary: 'The account’s own tokens, newest first', response: { 200: z.array(ownToken) } } },
    async (request) => server.tokens.listOwn(accountOf(request), request.caller?.tokenId ?? ''),
  );
  app.delete(
    '/v1/tokens/:id',
    { schema: { summary: 'Ends one of the account’s own tokens at once', params: byId, response: { 200: tokenEntry } } },
    async (request) => {
      const accountId = accountOf(request);
      return server.tokens.end({ id: accountId, name: 'The account itself', role: 'account' }, { accountId }, request.params.id);
    },
  );
  ofHolder(app, server, {
    base: '/v1/admin/accounts/:id/tokens',
    of: 'an account',
    holder: (id) => ({ accountId: accountIdFrom(id) }),
    looks: 'read-only',
    acts: 'support',
  });
  ofHolder(app, server, {
    base: '/v1/admin/staff/:id/tokens',
    of: 'a member of staff',
    holder: (id) => ({ staffId: id }),
    looks: 'owner',
    acts: 'owner',
  });
};

interface Kind {
  readonly base: string;
  readonly of: string;
  readonly holder: (id: string) => Holder;
  readonly looks: StaffRole;
  readonly acts: StaffRole;
}

function ofHolder(app: App, server: Server, { base, of, holder, looks, acts }: Kind): void {
  const by = (request: FastifyRequest) => staffOf(request, acts);
  app.get(
    base,
    {
      config: { staff: looks },
      schema: { summary: `The tokens of ${of}, newest first`, params: byId, response: { 200: z.array(tokenEntry) } },
    },
    async (request) => server.tokens.list(holder(request.params.id)),
  );
  app.post(
    base,
    {
      config: { staff: acts },
      schema: { summary: `A token for ${of}, shown once`, params: byId, body: tokenRequest, response: { 200: tokenAnswer } },
    },
    async (request) => server.tokens.issue(by(request), holder(request.params.id), request.body),
  );
  app.post(
    `${base}/:tokenId/replace`,
    {
      config: { staff: acts },
      schema: {
        summary: 'Ends a token at once and makes another in its place, shown once',
        params: byToken,
        body: tokenReplaceRequest,
        response: { 200: tokenAnswer },
      },
    },
    async (request) => server.tokens.replace(by(request), holder(request.params.id), request.params.tokenId, request.body),
  );
  app.post(
    `${base}/:tokenId/revoke`,
    {
      config: { staff: acts },
      schema: { summary: 'Ends a token at once', params: byToken, body: tokenEndRequest.nullish(), response: { 200: tokenEntry } },
    },
    async (request) => server.tokens.end(by(request), holder(request.params.id), request.params.tokenId, request.body?.reason),
  );
}
