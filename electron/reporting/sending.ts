/**
 * Sends what reports take along, one piece after the other: it goes on where it stood, after a cut of the line and after a restart. A report reaches the
 * server before its pictures do: they are declared, the outbox has the report with their names, and their bytes follow.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { paths } from '../../shared/api/index.ts';
import { opIdFrom } from '../../shared/credits/model/minting.ts';
import type { AccountId, Millis, OpId } from '../../shared/credits/model/quantities.ts';
import type { ReportFileRow, ReportRow, VersionRow } from '../library/records.ts';
import type { LibraryStore } from '../library/store.ts';
import { RetryGate } from '../wallet/http/retry-gate.ts';
import type { Transport } from '../wallet/transport.ts';
import type { World } from '../world.ts';
import type { Packing } from './packing.ts';
import { leftBehind } from './sentences.ts';
import { declareUpload, findUpload, type Standing, sendPiece } from './tus.ts';

interface SendingParts {
  readonly store: LibraryStore;
  readonly packing: Packing;
  readonly world: World;
  /** The way to the server on behalf of that account; null while there is none. */
  readonly transportFor: (accountId: AccountId) => Transport | null;
  /** Gives the report to the outbox, which keeps it until it is answered. */
  readonly send: (opId: OpId, path: string, body: unknown) => void;
  /** Something of a report is another now. */
  readonly changed: () => void;
}

/** Small enough to be answered in time on a slow line, large enough not to wait for answers on a quick one. */
const SMALLEST_PIECE_BYTES = 64 * 1024;
const LARGEST_PIECE_BYTES = 4 * 1024 * 1024;
const QUICK_MS = 2000;
const SLOW_MS = 8000;

/** What the next step needs: nothing, the network, or to look anew. */
type Step = 'done' | 'later' | 'anew';

/** One report and one piece at a time, for as long as there is a way to the server. */
export class Sending {
  readonly #parts: SendingParts;
  readonly #gate: RetryGate;
  #pieceBytes = SMALLEST_PIECE_BYTES;
  #running: Promise<void> | null = null;
  /** Something came in meanwhile. */
  #again = false;
  #stopped = false;

  constructor(parts: SendingParts) {
    this.#parts = parts;
    this.#gate = new RetryGate(parts.world, () => this.run());
  }

  /** Begins whatever can be begun. */
  run(): void {
    if (this.#stopped) return;
    this.#again = this.#running !== null;
    if (this.#running !== null || !this.#gate.isOpen) return;
    this.#running = this.#all()
      .catch((error: unknown) => {
        this.#parts.world.log('what a report takes along could not be sent', { error: String(error) });
        this.#gate.close(null);
      })
      .finally(() => {
        this.#running = null;
        if (this.#again) this.run();
      });
  }

  /** There is a connection (again). */
  connected(): void {
    this.#gate.reset();
    this.run();
  }

  /** No further piece is sent; resolves when the one that is under way is answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#gate.stop();
    await this.#running;
  }

  async #all(): Promise<void> {
    const { store } = this.#parts;
    for (const report of store.reports().toReversed()) {
      if (report.stage === 'sent') continue;
      if (report.stage === 'packing') await this.#pack(report);
      if (this.#stopped) return;
      if ((await this.#declare(report)) === 'later') return;
    }
    for (const file of store.reportFiles()) {
      if (file.state !== 'arriving') continue;
      const step = await this.#push(file);
      if (this.#stopped || step !== 'done') return;
    }
  }

  async #pack(report: ReportRow): Promise<void> {
    const { packing, store, changed } = this.#parts;
    const rows = await packing.pack(report);
    // Withdrawn or forbidden meanwhile: then nothing goes along.
    if (this.#stopped || store.reports().find(({ id }) => id === report.id)?.stage !== 'packing') return packing.forget(report.id);
    store.packed(report.id, rows);
    changed();
  }

  async #declare(report: ReportRow): Promise<Step> {
    const { store, transportFor, send, changed } = this.#parts;
    for (const file of store.reportFiles(report.id)) {
      if (file.state !== 'packed') continue;
      const transport = transportFor(report.account_id);
      // Another account's report keeps nobody waiting.
      if (transport === null) return 'done';
      const { op_id: opId, role, type, sha256, name } = file;
      const standing = await declareUpload(transport, { opId, role, type, sha256, ...(name !== null && { name }) }, file.bytes);
      if (this.#stopped) return 'later';
      if (standing.kind === 'at') {
        this.#gate.succeed();
        store.setReportFile({ ...file, upload_id: standing.uploadId, received: standing.offset, state: 'arriving' });
      } else if (standing.kind === 'refused') this.#fail(file, leftBehind.refused(file.role, standing.problem.detail));
      else return this.#later(standing.kind === 'again' ? standing.afterMs : null);
    }
    const current = store.reports().find(({ id }) => id === report.id);
    if (current === undefined || current.stage !== 'declaring') return 'done';
    const uploads = store
      .reportFiles(report.id)
      .flatMap(({ upload_id, state }) => (upload_id === null || state === 'failed' ? [] : [upload_id]));
    send(opIdFrom(report.id), paths.reports, { ...bodyOf(store, report), ...(uploads.length > 0 && { uploads }) });
    store.setReportStage(report.id, 'sent');
    changed();
    return 'done';
  }

  async #push(row: ReportFileRow): Promise<Step> {
    const { store, transportFor } = this.#parts;
    const accountId = store.reports().find(({ id }) => id === row.report_id)?.account_id;
    const transport = accountId === undefined ? null : transportFor(accountId);
    if (transport === null || row.upload_id === null) return 'done';
    const found = await findUpload(transport, row.upload_id);
    if (found.kind !== 'at') return this.#settle(row, found);
    let file: FileHandle;
    try {
      file = await open(row.path, 'r');
    } catch {
      this.#fail(row, leftBehind.stopped(row.role, leftBehind.unreadable(row.role)));
      return 'done';
    }
    try {
      return await this.#pieces(transport, file, row, found.offset);
    } finally {
      await file.close();
    }
  }

  async #pieces(transport: Transport, file: FileHandle, row: ReportFileRow, from: number): Promise<Step> {
    const { world } = this.#parts;
    let offset = from;
    while (offset < row.bytes) {
      if (this.#stopped || this.#again) return 'anew';
      const buffer = Buffer.alloc(Math.min(this.#pieceBytes, row.bytes - offset));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
      const began = world.clock.now();
      const standing = await sendPiece(transport, row.upload_id ?? '', offset, buffer.subarray(0, bytesRead));
      this.#adapt(standing, world.clock.now() - began);
      if (standing.kind !== 'at') return this.#settle(row, standing);
      this.#gate.succeed();
      offset = standing.offset;
      if (offset < row.bytes) this.#moved(row, offset);
    }
    return this.#stored(row);
  }

  #adapt(standing: Standing, ms: number): void {
    if (standing.kind !== 'at' || ms > SLOW_MS) this.#pieceBytes = Math.max(SMALLEST_PIECE_BYTES, this.#pieceBytes / 2);
    else if (ms < QUICK_MS) this.#pieceBytes = Math.min(LARGEST_PIECE_BYTES, this.#pieceBytes * 2);
  }

  #settle(row: ReportFileRow, standing: Exclude<Standing, { kind: 'at' }>): Step {
    switch (standing.kind) {
      case 'gone':
        this.#fail(row, leftBehind.gone(row.role));
        return 'done';
      case 'refused':
        this.#fail(row, leftBehind.stopped(row.role, standing.problem.detail));
        return 'done';
      default:
        return this.#later(standing.kind === 'again' ? standing.afterMs : null);
    }
  }

  #later(afterMs: Millis | null): Step {
    if (!this.#stopped) this.#gate.close(afterMs);
    return 'later';
  }

  /** Withdrawn while a piece of it was under way: what became of that changes nothing, and is not what is said of it. */
  #isOver({ report_id, op_id }: ReportFileRow): boolean {
    return this.#parts.store.reportFiles(report_id).some((file) => file.op_id === op_id && file.state === 'failed');
  }

  #moved(row: ReportFileRow, received: number): void {
    if (this.#isOver(row)) return;
    this.#parts.store.setReportFile({ ...row, received, state: 'arriving' });
    this.#parts.changed();
  }

  async #stored(row: ReportFileRow): Promise<Step> {
    this.#parts.store.setReportFile({ ...row, received: row.bytes, state: 'stored' });
    await rm(row.path, { force: true });
    const { store, packing, changed } = this.#parts;
    if (store.reportFiles(row.report_id).every(({ state }) => state === 'stored' || state === 'failed'))
      await packing.forget(row.report_id);
    changed();
    return 'done';
  }

  #fail(row: ReportFileRow, problem: string): void {
    if (this.#isOver(row)) return;
    this.#parts.store.setReportFile({ ...row, state: 'failed', problem });
    this.#parts.changed();
  }
}

/** The report itself, without its files. */
function bodyOf(store: Pick<LibraryStore, 'version' | 'reportCorrectedBy'>, report: ReportRow): object {
  const version = store.version(report.version_id);
  const resultOpId = version?.op_id ?? report.version_id;
  const area: unknown = report.area === null ? null : JSON.parse(report.area);
  return {
    opId: report.id,
    photo: report.photo_id,
    resultOpId,
    note: report.note,
    area,
    ...(version !== undefined && followedBy(store, version)),
  };
}

/** A report about a corrected picture refuses it: it follows the one that was answered with it. */
export function followedBy(store: Pick<LibraryStore, 'reportCorrectedBy'>, { kind, op_id }: VersionRow): { follows?: string } {
  const follows = kind !== 'corrected' || op_id === null ? null : store.reportCorrectedBy(op_id);
  return follows === null ? {} : { follows };
}
