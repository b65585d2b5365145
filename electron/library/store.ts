/** The only place that writes library.db. Every write that must last is committed when the call returns (synchronous=FULL). */
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import type { Rect } from '../../shared/edit/rect.ts';
import type { PhotoEdit } from '../../shared/ipc/edits.ts';
import type { Collection, Report } from '../../shared/ipc/library.ts';
import type { Problem } from '../../shared/result.ts';
import type { Db } from '../storage/sqlite.ts';
import type {
  AssetRow,
  Condition,
  NewPhoto,
  NewVersion,
  PhotoRow,
  PhotoWithContext,
  ReportFileRow,
  ReportRow,
  VersionRow,
  WithoutCopy,
} from './records.ts';
import { assetStatements, photoStatements, reportStatements, versionStatements } from './statements.ts';

/** A report as it is begun. */
interface NewReport {
  readonly id: string;
  readonly photoId: string;
  readonly versionId: string;
  readonly note: string;
  /** Null: the whole picture. */
  readonly area: Rect | null;
  /** Epoch milliseconds. */
  readonly at: Instant;
  readonly state: Report['state'];
  readonly accountId: AccountId;
  readonly stage: ReportRow['stage'];
}

/** The rows of library.db, by what is done with them. */
export class LibraryStore {
  readonly #db: Db;
  readonly #photos: ReturnType<typeof photoStatements>;
  readonly #versions: ReturnType<typeof versionStatements>;
  readonly #assets: ReturnType<typeof assetStatements>;
  readonly #reports: ReturnType<typeof reportStatements>;

  /** `db`: migrated. */
  constructor(db: Db) {
    this.#db = db;
    this.#photos = photoStatements(db);
    this.#versions = versionStatements(db);
    this.#assets = assetStatements(db);
    this.#reports = reportStatements(db);
  }

  /** Those that are in the library, oldest first. */
  photos(): PhotoWithContext[] {
    return this.#photos.photos.all();
  }

  /** Removed ones, too. */
  photo(id: string): PhotoWithContext | undefined {
    return this.#photos.photo.get(id);
  }

  photoByPath(path: string): PhotoRow | undefined {
    return this.#photos.photoByPath.get(path);
  }

  /** Those that hold a photo. */
  collections(): Collection[] {
    return this.#photos.collections.all();
  }

  collectionName(id: string): string | null {
    return this.#photos.collectionName.get(id)?.name ?? null;
  }

  /** The collection of a photo, as another library would know it; null when the photo is unknown. */
  collectionOf(photoId: string): { readonly source: string; readonly name: string } | null {
    return this.#photos.collectionOf.get(photoId) ?? null;
  }

  /** The id of the collection of that source, made when it is new: then it is `id`. */
  collection(source: string, name: string, id: string, now: Instant): string {
    this.#photos.insertCollection.run(id, name, source, now);
    return this.#photos.collectionBySource.get(source)?.id ?? id;
  }

  /** How far something has been read; 0: not at all. */
  mark(name: string): number {
    return this.#photos.mark.get(name)?.value ?? 0;
  }

  setMark(name: string, value: number): void {
    this.#photos.setMark.run(name, value);
  }

  insertPhoto(row: NewPhoto): void {
    this.#photos.insertPhoto.run(row);
  }

  /** The file behind a known photo is another one now, or the photo comes back after it was removed. */
  refreshPhoto(row: NewPhoto): void {
    this.#photos.refreshPhoto.run(row);
  }

  setCondition(id: string, condition: Condition, problem: Problem | null): void {
    this.#photos.setCondition.run(condition, problem === null ? null : JSON.stringify(problem), id);
  }

  /** All of them or none. */
  saveRecipes(edits: readonly PhotoEdit[]): void {
    this.#transact(() => {
      const texts = new Map<Recipe, string>();
      for (const { photoId, recipe } of edits) {
        const text = texts.get(recipe) ?? JSON.stringify(recipe);
        texts.set(recipe, text);
        this.#photos.saveRecipe.run(text, photoId);
      }
    });
  }

  /** A cut-out exists. Answers whether that is new. */
  markPreviewed(id: string): boolean {
    return this.#photos.markPreviewed.run(id).changes > 0;
  }

  /** Answers those that were there. */
  removePhotos(ids: readonly string[], now: Instant): string[] {
    return this.#transact(() => ids.filter((id) => this.#photos.removePhoto.run(now, id).changes > 0));
  }

  version(id: string): VersionRow | undefined {
    return this.#versions.version.get(id);
  }

  /** Newest first. */
  versions(photoId: string): VersionRow[] {
    return this.#versions.versions.all(photoId);
  }

  /** Which photo an operation paid for; undefined when this machine did not apply it. */
  photoOfOperation(opId: OpId): { readonly id: string; readonly name: string } | undefined {
    return this.#photos.nameByOp.get(opId);
  }

  /** The finished picture that an operation made; undefined: none of this library. */
  versionOfOperation(opId: OpId): VersionRow | undefined {
    return this.#versions.versionByOp.get(opId);
  }

  /** Files a finished picture, and shows it unless it is to stand aside; idempotent. Answers whether it was new. */
  addVersion(row: NewVersion, isShown = true): boolean {
    return this.#transact(() => {
      if (this.#versions.insertVersion.run({ source_sha256: null, ...row }).changes === 0) return false;
      if (isShown) this.showVersion(row.photo_id, row.id);
      return true;
    });
  }

  /** `versionId` null: the original. */
  showVersion(photoId: string, versionId: string | null): void {
    this.#versions.showVersion.run(versionId, photoId);
  }

  setSavedTo(versionId: string, path: string): void {
    this.#versions.setSavedTo.run(path, versionId);
  }

  /** Finished pictures of which no copy lies in the output folder, oldest first. */
  withoutCopy(): WithoutCopy[] {
    return this.#versions.withoutCopy.all();
  }

  /** Those that were not removed, oldest first. */
  assets(): AssetRow[] {
    return this.#assets.assets.all();
  }

  /** Removed ones, too: a recipe may still name it. */
  asset(id: string): AssetRow | undefined {
    return this.#assets.asset.get(id);
  }

  assetByContent(kind: AssetRow['kind'], sha256: string): AssetRow | undefined {
    return this.#assets.assetByContent.get(kind, sha256);
  }

  insertAsset(row: AssetRow, now: Instant): void {
    this.#assets.insertAsset.run({ ...row, added_at: now });
  }

  restoreAsset(id: string): void {
    this.#assets.restoreAsset.run(id);
  }

  removeAsset(id: string, now: Instant): void {
    this.#assets.removeAsset.run(now, id);
  }

  /** Newest first. */
  reports(): ReportRow[] {
    return this.#reports.reports.all();
  }

  /** The same id twice is one report. */
  insertReport({ id, photoId, versionId, note, area, at, state, accountId, stage }: NewReport): void {
    const kept = { id, note, area: area === null ? null : JSON.stringify(area), at, state, stage };
    this.#reports.insertReport.run({
      ...kept,
      photo_id: photoId,
      version_id: versionId,
      account_id: accountId,
      server_id: null,
      told: null,
    });
  }

  setReportState(id: string, state: Report['state']): void {
    this.#reports.setReportState.run(state, id);
  }

  /** The copies that a report takes along, all of them at once, in place of those that an interrupted try noted; the server is told of them next. */
  packed(reportId: string, files: readonly ReportFileRow[]): void {
    this.#transact(() => {
      this.#reports.deleteFiles.run(reportId);
      for (const file of files) this.#reports.insertFile.run(file);
      this.#reports.setReportStage.run('declaring', reportId);
    });
  }

  setReportStage(reportId: string, stage: ReportRow['stage']): void {
    this.#reports.setReportStage.run(stage, reportId);
  }

  /** `told`: JSON. */
  setTold(reportId: string, serverId: string, told: string): void {
    this.#reports.setTold.run(serverId, told, reportId);
  }

  /** How the corrected picture of a report stands, in words. Answers whether that is news. */
  setCorrection(reportId: string, words: string): boolean {
    return this.#reports.setCorrection.run(words, reportId, words).changes > 0;
  }

  /** The server's name for the report that a corrected picture, by its operation, answers; null: none of this machine. */
  reportCorrectedBy(opId: OpId): string | null {
    return this.#reports.correctedBy.get(opId)?.server_id ?? null;
  }

  /** Of every report, or of one, in the order in which they are sent. */
  reportFiles(reportId?: string): ReportFileRow[] {
    return reportId === undefined ? this.#reports.files.all() : this.#reports.filesOf.all(reportId);
  }

  setReportFile(row: Pick<ReportFileRow, 'op_id' | 'upload_id' | 'received' | 'state' | 'problem'>): void {
    const { op_id, upload_id, received, state, problem } = row;
    this.#reports.setFile.run({ op_id, upload_id, received, state, problem });
  }

  close(): void {
    this.#db.close();
  }

  /** All of it or nothing. */
  #transact<T>(work: () => T): T {
    return this.#db.transaction(work)();
  }
}
