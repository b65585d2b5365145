/** Reports of faulty pictures: free, repeatable, kept here at once and sent when there is a network, with or without the pictures. */
import { paths, type Report as ServerReport, report as serverReport } from '../../shared/api/index.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import type { Rect } from '../../shared/edit/rect.ts';
import type { Report } from '../../shared/ipc/library.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Emit } from '../events.ts';
import { type ReportRow, toReport } from '../library/records.ts';
import type { LibraryStore } from '../library/store.ts';
import type { ReportDesk } from '../wallet/orders/report-desk.ts';
import type { World } from '../world.ts';
import { newOpId } from '../world.ts';
import type { Packing } from './packing.ts';
import { followedBy, type Sending } from './sending.ts';
import { consentMissing, leftBehind, pictureGone, reportUnknown } from './sentences.ts';

interface ReportParts {
  readonly store: LibraryStore;
  readonly world: World;
  readonly emit: Emit;
  /** Keeps the request on disk and sends it as soon as possible. */
  readonly send: (opId: OpId, path: string, body: unknown) => void;
  readonly announce: (photoIds: readonly string[]) => void;
  readonly packing: Packing;
  readonly sending: Sending;
  /** What the server says about reports: terms, consent, and what ends one. */
  readonly desk: ReportDesk;
  /** Who is signed in; '': not known yet. */
  readonly accountId: () => AccountId;
}

/** What is reported. */
interface Fault {
  readonly photoId: string;
  readonly versionId: string;
  readonly note: string;
  /** Null: the whole picture. */
  readonly area: Rect | null;
  /** Copies of the pictures go along. */
  readonly withPictures?: boolean | undefined;
}

/** The reports made on this machine and how each stands; each goes to the server through the outbox. */
export class Reports {
  readonly #parts: ReportParts;

  constructor(parts: ReportParts) {
    this.#parts = parts;
  }

  /** Those that were made on this machine. */
  list(): Report[] {
    const { store } = this.#parts;
    const files = Map.groupBy(store.reportFiles(), (file) => file.report_id);
    return store.reports().map((row) => toReport(row, files.get(row.id) ?? []));
  }

  /**
   * Kept and on its way when it answers; `version_unknown` when the picture is not in the library any more, `consent_required` when pictures were to go along
   * and the account has not agreed: then nothing is sent.
   */
  create({ photoId, versionId, note, area, withPictures = false }: Fault): Result<Report> {
    const { store, world, announce, desk, sending, accountId, send } = this.#parts;
    const version = store.version(versionId);
    const photo = store.photo(photoId);
    if (version === undefined || photo === undefined || version.photo_id !== photoId) return fail(pictureGone);
    if (withPictures && desk.known()?.consent.given !== true) return fail(consentMissing);
    const opId = newOpId(world.ids);
    const follows = followedBy(store, version);
    const row = { id: opId, photoId, versionId, note, area, at: world.clock.now(), state: 'waiting', accountId: accountId() } as const;
    if (withPictures) {
      store.insertReport({ ...row, stage: 'packing' });
      sending.run();
    } else {
      // The request first: a report without it would wait for ever, a request without its row is sent all the same.
      send(opId, paths.reports, { opId, photo: photoId, resultOpId: version.op_id ?? version.id, note, area, ...follows });
      store.insertReport({ ...row, stage: 'sent' });
    }
    announce([photoId]);
    this.changed();
    const made = this.list().find((report) => report.id === opId);
    if (made === undefined) throw new Error(`The report ${opId} was not kept`);
    return ok(made);
  }

  /** Ends a report that is not answered; what it took along is deleted, here and on the server. */
  async withdraw(reportId: string): Promise<Result<Report>> {
    const { store, desk, packing } = this.#parts;
    const row = this.#row(reportId);
    if (row === undefined) return fail(reportUnknown);
    if (row.stage === 'sent') {
      const ended = await desk.withdrawReport(row.server_id ?? reportId);
      if (!ended.ok) return ended;
    } else store.setReportStage(reportId, 'sent');
    for (const file of store.reportFiles(reportId))
      if (file.state !== 'failed') store.setReportFile({ ...file, state: 'failed', problem: leftBehind.gone(file.role) });
    await packing.forget(reportId);
    this.#move(reportId, 'withdrawn');
    this.changed();
    return this.#shown(reportId);
  }

  /** The corrected picture is kept: that ends the report. To refuse one, report the corrected version. */
  async keep(reportId: string): Promise<Result<Report>> {
    const row = this.#row(reportId);
    if (row === undefined || row.server_id === null) return fail(reportUnknown);
    const kept = await this.#parts.desk.keep(row.server_id);
    if (!kept.ok) return kept;
    this.seen([kept.value]);
    return this.#shown(reportId);
  }

  /** How the corrected picture of a report stands, in words. */
  corrected(reportId: string, words: string): void {
    if (this.#parts.store.setCorrection(reportId, words)) this.changed();
  }

  /** Takes the consent back: what was sent is deleted on the server; what waits here is deleted, and its reports go without it. */
  async withdrawConsent(): ReturnType<ReportDesk['withdraw']> {
    const { store, desk, packing, sending, accountId } = this.#parts;
    const withdrawn = await desk.withdraw();
    if (!withdrawn.ok) return withdrawn;
    for (const report of store.reports()) {
      if (report.account_id !== accountId()) continue;
      if (report.stage === 'packing') store.packed(report.id, []);
      for (const file of store.reportFiles(report.id))
        store.setReportFile({ ...file, state: 'failed', problem: file.problem ?? leftBehind.consentWithdrawn });
      await packing.forget(report.id);
    }
    this.changed();
    sending.run();
    return withdrawn;
  }

  /** The server has it. `answer`: what it said, a report of the contract. */
  opened(opId: OpId, answer: unknown): void {
    const read = serverReport.safeParse(answer);
    if (read.success) this.seen([read.data]);
    else this.#move(opId, 'open');
  }

  /** The server will not have it. */
  declined(opId: OpId, why: string): void {
    this.#parts.world.log('a report was refused', { opId, why });
    this.#move(opId, 'declined');
  }

  /** What the server says about the reports it knows. */
  seen(reports: readonly ServerReport[]): void {
    const { store } = this.#parts;
    let isNews = false;
    for (const report of reports) {
      const row = this.#row(report.opId);
      if (row === undefined) continue;
      const { answer, verdict, takenAt, resolvedAt } = report;
      const corrections = report.photos.flatMap(({ correction }) => correction?.opId ?? []);
      const told = JSON.stringify({ answer, verdict, takenAt, resolvedAt, corrections });
      if (row.told !== told || row.server_id !== report.id) {
        store.setTold(report.opId, report.id, told);
        isNews = true;
      }
      this.#move(report.opId, report.state);
    }
    if (isNews) this.changed();
  }

  /** Something of a report is another now. */
  changed(): void {
    this.#parts.emit('reports.changed', this.list());
  }

  #row(id: string): ReportRow | undefined {
    return this.#parts.store.reports().find((report) => report.id === id);
  }

  #shown(id: string): Result<Report> {
    const shown = this.list().find((report) => report.id === id);
    return shown === undefined ? fail(reportUnknown) : ok(shown);
  }

  #move(id: string, state: Report['state']): void {
    const { store, announce } = this.#parts;
    const row = this.#row(id);
    if (row === undefined || row.state === state) return;
    store.setReportState(id, state);
    announce([row.photo_id]);
    this.changed();
  }
}
