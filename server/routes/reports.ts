/** POST and GET /v1/reports; for staff: GET /v1/admin/reports · POST /v1/admin/reports/{id}/resolve */
import { z } from 'zod';
import { queuedReport, report, reportRequest, resolveRequest } from '../../shared/api/index.ts';
import { witness } from '../identity/audit.ts';
import { accountOf, staffOf } from '../identity/auth.ts';
import { grantBack } from '../reports/grant-back.ts';
import { byId, type Routes } from './route.ts';

export const reportRoutes: Routes = (app, server) => {
  app.post(
    '/v1/reports',
    { schema: { summary: 'Reports a faulty picture; free, as often as needed', body: reportRequest, response: { 200: report } } },
    async (request) => server.reports.create(accountOf(request), request.body),
  );
  app.get('/v1/reports', { schema: { summary: 'Own reports, newest first', response: { 200: z.array(report) } } }, async (request) =>
    server.reports.list(accountOf(request)),
  );
  app.get(
    '/v1/admin/reports',
    { schema: { summary: 'What waits for staff, oldest first', response: { 200: z.array(queuedReport) } } },
    async () => {
      return server.reports.queue();
    },
  );
  app.post(
    '/v1/admin/reports/:id/resolve',
    {
      config: { staff: 'support' },
      schema: {
        summary: 'Answers a report',
        params: byId,
        body: resolveRequest,
        response: { 200: queuedReport },
      },
    },
    async (request) => {
      const by = staffOf(request, 'support');
      if (request.body.grantBack) await grantBack(server, request.params.id, request.body.grantBack, by);
      return server.reports.resolve(
        request.params.id,
        request.body,
        witness(by, 'report.answer', { report: request.params.id, ...request.body }),
      );
    },
  );
};
