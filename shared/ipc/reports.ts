/** Reports of faulty pictures, what goes along with them, and what comes back. */
import { z } from 'zod';
import { reportDesk } from '../api/index.ts';
import { rect } from '../edit/rect.ts';
import { call, nothing } from './call.ts';
import * as lib from './library.ts';

/** The calls about reports. */
export const reportCalls = {
  'reports.create': call(
    z.object({
      photoId: lib.photoId,
      versionId: lib.versionId,
      note: z.string().min(1).max(2000),
      area: rect.nullable(),
      withPictures: z.boolean().default(false),
    }),
    lib.report,
  ),
  'reports.list': call(nothing, z.array(lib.report)),
  /** What happens to pictures that go along, whether the account has agreed to it, and how long an answer takes; asks the server. */
  'reports.desk': call(nothing, reportDesk),
  /** Agrees to the terms of that id. */
  'reports.agree': call(z.object({ terms: z.string().max(100) }), reportDesk),
  /** What was sent is deleted on the server, what waits is not sent. */
  'reports.withdrawConsent': call(nothing, reportDesk),
  /** The corrected picture is kept. To refuse it, report the corrected version. */
  'reports.keep': call(z.object({ reportId: z.string().max(100) }), lib.report),
  /** Ends a report that is not answered, with everything that it took along. */
  'reports.withdraw': call(z.object({ reportId: z.string().max(100) }), lib.report),
} as const;
