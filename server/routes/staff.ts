/** GET /v1/admin/me · GET and POST /v1/admin/staff · POST …/{id}/revoke · GET /v1/admin/audit · GET /v1/admin/policies */
import type pg from 'pg';
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
import type { StaffList } from '../admin/staff-list.ts';
import { rfc3339 } from '../clock.ts';
import type { Policies } from '../ledger/policies.ts';
import { byId, forStaff, type Route } from './route.ts';

/** Who works here, what they did, and by which rules. */
export const staffRoutes = ({
  staffList,
  pool,
  policies,
}: {
  readonly staffList: StaffList;
  readonly pool: pg.Pool;
  readonly policies: Pick<Policies, 'all'>;
}): Route[] => [
  forStaff('read-only', 'retoucher')('GET /v1/admin/me', {
    summary: 'Whose token this is, and its role',
    answer: staffSelf,
    handle: ({ staff }) => staff,
  }),
  forStaff('owner')('GET /v1/admin/staff', {
    summary: 'Members of staff',
    answer: z.array(staffMember),
    handle: () => staffList.list(),
  }),
  forStaff('owner')('POST /v1/admin/staff', {
    summary: 'A token with a role, shown once',
    body: staffRequest,
    answer: staffAnswer,
    handle: ({ staff, body }) => staffList.add(staff, body),
  }),
  forStaff('owner')('POST /v1/admin/staff/:id/revoke', {
    summary: 'Ends a token at once',
    params: byId,
    body: revokeRequest.nullish(),
    answer: staffMember,
    handle: ({ staff, params, body }) => staffList.revoke(staff, params.id, body?.reason),
  }),
  forStaff('read-only')('GET /v1/admin/audit', {
    summary: 'What staff did, newest first',
    query: auditQuery,
    answer: auditPage,
    handle: ({ query }) => listActs(pool, query),
  }),
  forStaff('read-only')('GET /v1/admin/policies', {
    summary: 'The policies of this server with their versions',
    answer: policyVersions,
    handle: () => policies.all.map((policy) => ({ id: policy.id, label: policy.label, versions: versionsOf(policy) })),
  }),
];

function versionsOf(policy: Policy): { version: number; appliesFrom: string | null }[] {
  const versions: { version: number; appliesFrom: string | null }[] = [];
  for (let version: Policy | undefined = policy; version; version = version.previous)
    versions.push({ version: version.version, appliesFrom: version.appliesFrom === undefined ? null : rfc3339(version.appliesFrom) });
  return versions;
}
