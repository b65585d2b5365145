/** What a report takes along: copies of the original and of the faulty picture that name nobody, and what the picture was made of. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MOST_DATA_BYTES, MOST_UPLOAD_BYTES, type UploadRole } from '../../shared/api/index.ts';
import { copyAnonymously } from '../darkroom/files/anonymous-copy.ts';
import { writeDurably } from '../darkroom/files/write-out.ts';
import type { Library } from '../library/library.ts';
import { parseRecipe, type ReportFileRow, type ReportRow } from '../library/records.ts';
import type { LibraryStore } from '../library/store.ts';
import { newOpId, type World } from '../world.ts';
import { leftBehind } from './sentences.ts';

interface PackingParts {
  readonly store: Pick<LibraryStore, 'version' | 'photo'>;
  readonly library: Pick<Library, 'original'>;
  readonly world: World;
  /** Where copies of a report lie until they have arrived. */
  readonly folderOf: (reportId: string) => string;
}

/** Makes the copies of one report, from the beginning if an earlier try was interrupted. */
export class Packing {
  readonly #parts: PackingParts;

  constructor(parts: PackingParts) {
    this.#parts = parts;
  }

  /** One row for each file; one that cannot go along is a row that says why. Never throws. */
  async pack(report: ReportRow): Promise<ReportFileRow[]> {
    await this.forget(report.id);
    const { store, library } = this.#parts;
    const version = store.version(report.version_id);
    const recipe = parseRecipe(version?.recipe ?? null);
    const original = await library.original(report.photo_id);
    const name = store.photo(report.photo_id)?.name ?? null;
    const rows: ReportFileRow[] = [];
    if (version !== undefined) rows.push(await this.#picture(report.id, 'result', version.path, name));
    rows.push(
      original.ok
        ? await this.#picture(report.id, 'original', original.value.path, name)
        : this.#left(report.id, 'original', original.error.message),
    );
    if (recipe !== null) rows.push(await this.#data(report.id, 'recipe', recipe));
    if (recipe !== null && recipe.strokes.length > 0) rows.push(await this.#data(report.id, 'strokes', recipe.strokes));
    return rows;
  }

  /** Deletes the copies of a report that are still here. What cannot be deleted only takes up space. */
  async forget(reportId: string): Promise<void> {
    const { folderOf, world } = this.#parts;
    try {
      await rm(folderOf(reportId), { recursive: true, force: true });
    } catch (error) {
      world.log('copies of a report could not be deleted', { report: reportId, error: String(error) });
    }
  }

  async #picture(reportId: string, role: UploadRole, from: string, name: string | null): Promise<ReportFileRow> {
    const opId = newOpId(this.#parts.world.ids);
    const path = join(this.#parts.folderOf(reportId), opId);
    try {
      const copy = await copyAnonymously(from, path);
      if (copy === null) return this.#left(reportId, role, leftBehind.kind(role));
      if (copy.bytes <= MOST_UPLOAD_BYTES) return { ...fresh(reportId, role), ...copy, op_id: opId, path, name };
      await rm(path, { force: true });
      return this.#left(reportId, role, leftBehind.tooLarge(role));
    } catch (error) {
      this.#parts.world.log('a picture of a report could not be copied', { report: reportId, role, error: String(error) });
      return this.#left(reportId, role, leftBehind.unreadable(role));
    }
  }

  async #data(reportId: string, role: UploadRole, value: unknown): Promise<ReportFileRow> {
    const opId = newOpId(this.#parts.world.ids);
    const path = join(this.#parts.folderOf(reportId), opId);
    const bytes = Buffer.from(JSON.stringify(value), 'utf8');
    if (bytes.length > MOST_DATA_BYTES) return this.#left(reportId, role, leftBehind.tooLarge(role));
    try {
      await mkdir(this.#parts.folderOf(reportId), { recursive: true });
      const sha256 = await writeDurably(path, [bytes]);
      return { ...fresh(reportId, role), type: 'application/json', bytes: bytes.length, sha256, op_id: opId, path, name: `${role}.json` };
    } catch (error) {
      this.#parts.world.log('the recipe of a report could not be written', { report: reportId, error: String(error) });
      return this.#left(reportId, role, leftBehind.unreadable(role));
    }
  }

  #left(reportId: string, role: UploadRole, problem: string): ReportFileRow {
    const nothing = { type: 'application/json', bytes: 0, sha256: '', path: '', name: null } as const;
    return { ...fresh(reportId, role), ...nothing, op_id: newOpId(this.#parts.world.ids), state: 'failed', problem };
  }
}

const fresh = (reportId: string, role: UploadRole) =>
  ({ report_id: reportId, role, upload_id: null, received: 0, state: 'packed', problem: null }) as const;
