/**
 * GET /v1/tokens · DELETE /v1/tokens/{id}; for staff, of an account and of a member: GET and POST …/tokens · POST …/tokens/{tokenId}/replace · …/revoke
 */
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
import type { TokenDesk } from '../admin/token-desk.ts';
import type { Holder } from '../identity/tokens.ts';
import { byId, forAccount, forStaff, type Route } from './route.ts';

const byToken = byId.extend({ tokenId: identifier(64) });

/** Tokens: an account's own, and for staff those of accounts and members. */
export const tokenRoutes = (tokens: TokenDesk): Route[] => [
  forAccount('GET /v1/tokens', {
    summary: 'The account’s own tokens, newest first',
    answer: z.array(ownToken),
    handle: ({ accountId, tokenId }) => tokens.listOwn(accountId, tokenId),
  }),
  forAccount('DELETE /v1/tokens/:id', {
    summary: 'Ends one of the account’s own tokens at once',
    params: byId,
    answer: tokenEntry,
    handle: ({ accountId, params }) => tokens.end({ id: accountId, name: 'The account itself', role: 'account' }, { accountId }, params.id),
  }),
  ...ofHolder(tokens, {
    base: '/v1/admin/accounts/:id/tokens',
    of: 'an account',
    holder: (id) => ({ accountId: accountIdFrom(id) }),
    looks: 'read-only',
    acts: 'support',
  }),
  ...ofHolder(tokens, {
    base: '/v1/admin/staff/:id/tokens',
    of: 'a member of staff',
    holder: (id) => ({ staffId: id }),
    looks: 'owner',
    acts: 'owner',
  }),
];

interface Kind {
  readonly base: `/${string}`;
  readonly of: string;
  readonly holder: (id: string) => Holder;
  readonly looks: StaffRole;
  readonly acts: StaffRole;
}

const ofHolder = (tokens: TokenDesk, { base, of, holder, looks, acts }: Kind): Route[] => [
  forStaff(looks)(`GET ${base}`, {
    summary: `The tokens of ${of}, newest first`,
    params: byId,
    answer: z.array(tokenEntry),
    handle: ({ params }) => tokens.list(holder(params.id)),
  }),
  forStaff(acts)(`POST ${base}`, {
    summary: `A token for ${of}, shown once`,
    params: byId,
    body: tokenRequest,
    answer: tokenAnswer,
    handle: ({ staff, params, body }) => tokens.issue(staff, holder(params.id), body),
  }),
  forStaff(acts)(`POST ${base}/:tokenId/replace`, {
    summary: 'Ends a token at once and makes another in its place, shown once',
    params: byToken,
    body: tokenReplaceRequest,
    answer: tokenAnswer,
    handle: ({ staff, params, body }) => tokens.replace(staff, holder(params.id), params.tokenId, body),
  }),
  forStaff(acts)(`POST ${base}/:tokenId/revoke`, {
    summary: 'Ends a token at once',
    params: byToken,
    body: tokenEndRequest.nullish(),
    answer: tokenEntry,
    handle: ({ staff, params, body }) => tokens.end(staff, holder(params.id), params.tokenId, body?.reason),
  }),
];
