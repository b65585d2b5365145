/** GET /v1/admin/me · GET and POST /v1/admin/staff · POST …/{id}/revoke · GET /v1/admin/audit · GET /v1/admin/policies */
import { z } from 'zod';
import {
  auditPage,
  auditQuery,
  policyVersions,
  revokeRequest,
  staffAnswer,
  staffMember,
  staffRequest,
  staffSelf,
} from '../../shared/api/index.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import { listActs } from '../admin/audit.ts';
import { rfc3339 } from '../clock.ts';
import { staffOf } from '../identity/auth.ts';
import { byId, type Routes } from './route.ts';

export const staffRoutes: Routes = (app, server) => {
  app.get('/v1/admin/me', { schema: { summary: 'Whose token this is, and its role', response: { 200: staffSelf } } }, async (request) =>
    staffOf(request, 'read-only'),
  );
  app.get(
    '/v1/admin/staff',
    { config: { staff: 'owner' }, schema: { summary: 'Members of staff', response: { 200: z.array(staffMember) } } },
    async () => server.staff.list(),
  );
  app.post(
    '/v1/admin/staff',
    {
      config: { staff: 'owner' },
      schema: { summary: 'A token with a role, shown once', body: staffRequest, response: { 200: staffAnswer } },
    },
    async (request) => server.staff.add(staffOf(request, 'owner'), request.body),
  );
  app.post(
    '/v1/admin/staff/:id/revoke',
    {
      config: { staff: 'owner' },
      schema: {
        summary: 'Ends a token at once',
        params: byId,
        body: revokeRequest.nullish(),
        response: { 200: staffMember },
      },
    },
    async (request) => server.staff.revoke(staffOf(request, 'owner'), request.params.id, request.body?.reason),
  );
  app.get(
    '/v1/admin/audit',
    { schema: { summary: 'What staff did, newest first', querystring: auditQuery, response: { 200: auditPage } } },
    async (request) => listActs(server.pool, request.query),
  );
  app.get(
    '/v1/admin/policies',
    { schema: { summary: 'The policies of this server with their versions', response: { 200: policyVersions } } },
    async () => server.policies.all.map((policy) => ({ id: policy.id, label: policy.label, versions: versionsOf(policy) })),
  );
};

function versionsOf(policy: Policy): { version: number; appliesFrom: string | null }[] {
  const versions: { version: number; appliesFrom: string | null }[] = [];
  for (let one: Policy | undefined = policy; one; one = one.previous)
    versions.push({ version: one.version, appliesFrom: one.appliesFrom === undefined ? null : rfc3339(one.appliesFrom) });
  return versions;
}
