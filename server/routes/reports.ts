/** POST and GET /v1/reports; for staff: GET /v1/admin/reports · POST /v1/admin/reports/{id}/resolve */
import { z } from 'zod';
import { queuedReport, report, reportRequest, resolveRequest } from '../../shared/api/index.ts';
import { witness } from '../identity/audit.ts';
import { Refusal } from '../problems.ts';
import { type GrantBackParts, grantBack } from '../reports/grant-back.ts';
import { byId, forAccount, forStaff, type Route } from './route.ts';

const refuseFiles = (...members: readonly unknown[]): void => {
  if (members.some((member) => member !== undefined))
    throw new Refusal('not_offered', 'This server takes no pictures with a report. Nothing was written.');
};

/** Faulty pictures: what customers report, and what staff answers. */
export const reportRoutes = (parts: GrantBackParts): Route[] => [
  forAccount('POST /v1/reports', {
    summary: 'Reports a faulty picture; free, as often as needed',
    body: reportRequest,
    answer: report,
    handle: ({ accountId, body }) => {
      refuseFiles(body.uploads, body.others, body.follows);
      return parts.reports.create(accountId, body);
    },
  }),
  forAccount('GET /v1/reports', {
    summary: 'Own reports, newest first',
    answer: z.array(report),
    handle: ({ accountId }) => parts.reports.list(accountId),
  }),
  forStaff('read-only')('GET /v1/admin/reports', {
    summary: 'What waits for staff, oldest first',
    answer: z.array(queuedReport),
    handle: () => parts.reports.queue(),
  }),
  forStaff('support')('POST /v1/admin/reports/:id/resolve', {
    summary: 'Answers a report',
    params: byId,
    body: resolveRequest,
    answer: queuedReport,
    handle: async ({ staff, params: { id }, body }) => {
      refuseFiles(body.uploads);
      if (body.grantBack) await grantBack(parts, id, body.grantBack, staff);
      return parts.reports.resolve(id, body, witness(staff, 'report.answer', { report: id, ...body }));
    },
  }),
];
