/** Reports of faulty pictures: free, repeatable, kept here at once and sent when there is a network. */
import { paths, type Report as ServerReport } from '../../shared/api/index.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import type { Rect } from '../../shared/edit/rect.ts';
import type { Report } from '../../shared/ipc/library.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Emit } from '../events.ts';
import type { World } from '../world.ts';
import { newOpId } from '../world.ts';
import { toReport } from './records.ts';
import type { LibraryStore } from './store.ts';

interface ReportParts {
  readonly store: LibraryStore;
  readonly world: World;
  readonly emit: Emit;
  /** Keeps the request on disk and sends it as soon as possible. */
  readonly send: (opId: OpId, path: string, body: unknown) => void;
  readonly announce: (photoIds: readonly string[]) => void;
}

/** The reports made on this machine and how each stands; each goes to the server through the outbox. */
export class Reports {
  readonly #parts: ReportParts;

  constructor(parts: ReportParts) {
    this.#parts = parts;
  }

  /** Those that were made on this machine. */
  list(): Report[] {
    return this.#parts.store.reports().map(toReport);
  }

  /** Kept and on its way when it answers; `version_unknown` when the picture is not in the library any more, and then nothing is sent. */
  create({ photoId, versionId, note, area }: { photoId: string; versionId: string; note: string; area: Rect | null }): Result<Report> {
    const { store, world, emit, send, announce } = this.#parts;
    const version = store.version(versionId);
    const photo = store.photo(photoId);
    if (version === undefined || photo === undefined || version.photo_id !== photoId) {
      return fail({
        code: 'version_unknown',
        message: 'This picture is not in the library any more, so it cannot be reported. Nothing was sent.',
      });
    }
    const opId = newOpId(world.ids);
    // The request first: a report without it would wait for ever, a request without its row is sent all the same.
    send(opId, paths.reports, { opId, photo: photoId, resultOpId: version.op_id ?? version.id, note, area });
    store.insertReport({ id: opId, photoId, versionId, note, area, at: world.clock.now(), state: 'waiting' });
    announce([photoId]);
    emit('reports.changed', this.list());
    const made = this.list().find((report) => report.id === opId);
    if (made === undefined) throw new Error(`The report ${opId} was not kept`);
    return ok(made);
  }

  /** The server has it. */
  opened(opId: OpId): void {
    this.#move(opId, 'open');
  }

  /** The server will not have it. */
  declined(opId: OpId, why: string): void {
    this.#parts.world.log('a report was refused', { opId, why });
    this.#move(opId, 'declined');
  }

  /** What the server says about the reports it knows. */
  seen(reports: readonly ServerReport[]): void {
    for (const report of reports) this.#move(report.opId, report.state);
  }

  #move(opId: OpId, state: Report['state']): void {
    const { store, emit, announce } = this.#parts;
    const row = store.reports().find((report) => report.id === opId);
    if (row === undefined || row.state === state) return;
    store.setReportState(opId, state);
    announce([row.photo_id]);
    emit('reports.changed', this.list());
  }
}
