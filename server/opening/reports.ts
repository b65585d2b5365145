/** Reports of faulty pictures: the store of their files, the uploads into it, the desk. */
import { openObjects } from '../objects/objects.ts';
import type { ObjectStore } from '../objects/store.ts';
import { admissionBy } from '../reports/admission.ts';
import { Answering } from '../reports/answering.ts';
import { ReportQueue } from '../reports/desk.ts';
import { Reports } from '../reports/reports.ts';
import { Telling } from '../reports/telling.ts';
import { ReportTerms } from '../reports/terms.ts';
import { UploadDoor } from '../uploads/door.ts';
import { Forgetting, sealFileKeys } from '../uploads/forgetting.ts';
import { Segments } from '../uploads/segments.ts';
import { Uploads } from '../uploads/uploads.ts';
import type { Foundation } from './foundation.ts';
import type { LedgerParts } from './ledger.ts';
import type { Undo } from './undo.ts';

/** Reports of an open server. */
export interface ReportingParts {
  readonly terms: ReportTerms;
  readonly telling: Telling;
  readonly reports: Reports;
  readonly queue: ReportQueue;
  readonly answering: Answering;
  readonly uploads: Uploads;
  readonly tus: UploadDoor;
  /** The chore that ends uploads and deletes their objects. */
  readonly forgetting: Forgetting;
}

/** Opens the store and puts the rest together. `operator`: who runs this server, as customers are told; `baseUrl`: where it is reached. */
export async function openReporting(
  { options, db, clock, journal, vault, changed }: Foundation,
  { ledger, operations }: Pick<LedgerParts, 'ledger' | 'operations'>,
  { operator, baseUrl }: { readonly operator: string; readonly baseUrl: () => string },
  undo: Undo,
): Promise<ReportingParts> {
  const { pool } = db;
  await sealFileKeys(pool, vault, journal);
  const store: ObjectStore = undo.beside('store of files', await openObjects(options.objects, options.dataFolder), (opened) =>
    opened.close(),
  );
  const limits = { openReports: options.openReports, bytes: options.reportBytes };
  const promised = { operator, store: store.kind, keptDays: options.reportDays, secondLook: options.secondLook };
  const terms = new ReportTerms({ pool, clock, promised, limits });
  const segments = new Segments({ pool, clock, store, vault, journal });
  const uploads = new Uploads({ pool, clock, vault, segments, admission: admissionBy(terms), limits });
  const telling = new Telling({ clock, vault, baseUrl, changed });
  const isClosed: ConstructorParameters<typeof ReportQueue>[0]['isClosed'] = async (accountId) =>
    (await ledger.newest(accountId)).state.closedAt !== null;
  return {
    ...{ terms, telling, uploads },
    reports: new Reports({ pool, clock, operations, terms, telling, openLimit: options.openReports }),
    queue: new ReportQueue({ pool, clock, operations, telling, isClosed }),
    answering: new Answering({ pool, clock, ledger, terms, telling }),
    tus: new UploadDoor(uploads, journal),
    forgetting: new Forgetting({ pool, clock, store, uploads }),
  };
}
