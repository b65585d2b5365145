/** Faulty pictures: what customers report and get back, and the desk of those who mend them. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import {
  consentRequest,
  correctedQuery,
  keepRequest,
  putBackRequest,
  queuedReport,
  queueQuery,
  report,
  reportAtDesk,
  reportDesk,
  reportRequest,
  resolveRequest,
  reviewRequest,
  takeRequest,
  withdrawRequest,
} from '../../shared/api/index.ts';
import { atLeast } from '../identity/auth.ts';
import type { Answering } from '../reports/answering.ts';
import type { ReportQueue } from '../reports/desk.ts';
import { type GrantBackParts, grantBack } from '../reports/grant-back.ts';
import type { Reports } from '../reports/reports.ts';
import { LINKS_PATH, type Telling } from '../reports/telling.ts';
import type { ReportTerms } from '../reports/terms.ts';
import type { UploadRow } from '../uploads/records.ts';
import type { Uploads } from '../uploads/uploads.ts';
import { rangeOf } from './range.ts';
import { Reply } from './reply.ts';
import { byId, forAccount, forAnybody, forStaff, type Route } from './route.ts';

/** A large picture on a slow line. */
const FILE_MS = 15 * 60_000;

/** What the routes of reports stand on. */
export interface ReportRoutesParts {
  readonly reports: Reports;
  readonly terms: ReportTerms;
  readonly queue: ReportQueue;
  readonly answering: Answering;
  readonly telling: Telling;
  readonly uploads: Uploads;
  readonly giving: GrantBackParts;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Reports of customers, and staff's desk. */
export const reportRoutes = (parts: ReportRoutesParts): Route[] => [...customerRoutes(parts), ...fileRoutes(parts), ...deskRoutes(parts)];

const customerRoutes = ({ reports, terms }: ReportRoutesParts): Route[] => [
  forAccount('GET /v1/report-desk', {
    summary: 'What happens to pictures that are sent, the consent to it, limits, and how long an answer takes',
    answer: reportDesk,
    handle: ({ accountId }) => terms.desk(accountId),
  }),
  forAccount('PUT /v1/report-desk/consent', {
    summary: 'Agrees to the terms that were shown',
    body: consentRequest,
    answer: reportDesk,
    handle: ({ accountId, body }) => terms.give(accountId, body.terms),
  }),
  forAccount('DELETE /v1/report-desk/consent', {
    summary: 'Withdraws the consent: everything that was sent is deleted',
    answer: reportDesk,
    handle: ({ accountId }) => terms.withdraw(accountId),
  }),
  forAccount('POST /v1/reports', {
    summary: 'Reports faulty pictures; free, as often as needed',
    body: reportRequest,
    answer: report,
    handle: ({ accountId, body }) => reports.create(accountId, body),
  }),
  forAccount('GET /v1/reports', {
    summary: 'Own reports, newest first',
    answer: z.array(report),
    handle: ({ accountId }) => reports.list(accountId),
  }),
  forAccount('GET /v1/reports/:id', {
    summary: 'One report',
    params: byId,
    answer: report,
    handle: ({ accountId, params }) => reports.find(accountId, params.id),
  }),
  forAccount('POST /v1/reports/:id/withdraw', {
    summary: 'Ends a report that is not answered, and deletes what it took along',
    params: byId,
    body: withdrawRequest,
    answer: report,
    handle: ({ accountId, params }) => reports.withdraw(accountId, params.id),
  }),
  forAccount('POST /v1/reports/:id/keep', {
    summary: 'Keeps the corrected picture',
    params: byId,
    body: keepRequest,
    answer: report,
    handle: ({ accountId, params }) => reports.keep(accountId, params.id),
  }),
];

const fileRoutes = ({ reports, telling, uploads, queue }: ReportRoutesParts): Route[] => [
  forAccount('GET /v1/reports/:id/corrected', {
    summary: 'The corrected picture, once there is one; takes Range',
    params: byId,
    query: correctedQuery,
    produces: ['application/octet-stream'],
    timeoutMs: FILE_MS,
    handle: async ({ accountId, params, query, headers }) =>
      fileReply(uploads, await reports.corrected(accountId, params.id, query.of), headers),
  }),
  forAccount('GET /v1/report-files/:id', {
    summary: 'A file of a report; takes Range',
    params: byId,
    produces: ['application/octet-stream'],
    timeoutMs: FILE_MS,
    handle: async ({ accountId, params, headers }) => fileReply(uploads, await reports.file(accountId, params.id), headers),
  }),
  forAnybody(`GET ${LINKS_PATH}/:id`, {
    summary: 'A file of a report, by the link of a webhook, until it expires',
    params: z.object({ id: z.string().min(1).max(200) }),
    produces: ['application/octet-stream'],
    timeoutMs: FILE_MS,
    handle: async ({ params, headers }) => fileReply(uploads, await uploads.known(telling.uploadOfLink(params.id)), headers),
  }),
  forStaff('retoucher')('GET /v1/admin/report-files/:id', {
    summary: 'A file of a report, for those who mend it; takes Range',
    params: byId,
    produces: ['application/octet-stream'],
    timeoutMs: FILE_MS,
    handle: async ({ params, headers }) => fileReply(uploads, await queue.file(params.id), headers),
  }),
];

const deskRoutes = ({ queue, answering, giving }: ReportRoutesParts): Route[] => [
  forStaff('read-only', 'retoucher')('GET /v1/admin/reports', {
    summary: 'What waits for staff, oldest first',
    query: queueQuery,
    answer: z.array(queuedReport),
    handle: ({ staff, query }) => queue.list(staff, query),
  }),
  forStaff('read-only', 'retoucher')('GET /v1/admin/reports/:id', {
    summary: 'One report, what was said of its pictures before, and what they cost',
    params: byId,
    answer: reportAtDesk,
    handle: ({ staff, params }) => queue.find(staff, params.id),
  }),
  forStaff('retoucher')('POST /v1/admin/reports/:id/take', {
    summary: 'Takes a report, or holds on to it: nobody else has it meanwhile',
    params: byId,
    body: takeRequest,
    answer: queuedReport,
    handle: ({ staff, params }) => queue.take(staff, params.id),
  }),
  forStaff('retoucher')('POST /v1/admin/reports/:id/put-back', {
    summary: 'Puts a report back into the queue',
    params: byId,
    body: putBackRequest,
    answer: queuedReport,
    handle: ({ staff, params }) => queue.putBack(staff, params.id),
  }),
  forStaff('support', 'retoucher')('POST /v1/admin/reports/:id/resolve', {
    summary: 'Answers a report',
    params: byId,
    body: resolveRequest,
    answer: queuedReport,
    handle: async ({ staff, params: { id }, body }) => {
      if (body.grantBack) atLeast(staff, 'support');
      if (body.uploads) atLeast(staff, 'retoucher');
      await queue.endOfClosed(id);
      if (body.grantBack) await grantBack(giving, id, body.grantBack, staff);
      await answering.resolve(staff, id, body, body.grantBack?.amount ?? null);
      return queue.find(staff, id);
    },
  }),
  forStaff('retoucher')('POST /v1/admin/reports/:id/review', {
    summary: 'The second look at a proposed answer',
    params: byId,
    body: reviewRequest,
    answer: queuedReport,
    handle: async ({ staff, params: { id }, body }) => {
      await answering.review(staff, id, body);
      return queue.find(staff, id);
    },
  }),
];

/** The whole file, or the one range that was asked for (RFC 9110, 14). Never cached, and never shown in place of a page. */
function fileReply(uploads: Uploads, row: UploadRow, headers: Headers): Reply<Readable> {
  const range = rangeOf(headers['range'], row.bytes);
  const { from, to } = range ?? { from: 0, to: row.bytes };
  const body = Readable.from(uploads.read(row, { from, to }), { objectMode: false });
  return new Reply(range === null ? 200 : 206, body, {
    'content-type': row.type,
    'content-length': String(to - from),
    'accept-ranges': 'bytes',
    etag: `"${row.sha256}"`,
    'content-disposition': `attachment${row.name === null ? '' : `; filename*=UTF-8''${encodeURIComponent(row.name)}`}`,
    'content-security-policy': "default-src 'none'; sandbox",
    ...(range !== null && { 'content-range': `bytes ${from}-${to - 1}/${row.bytes}` }),
  });
}
