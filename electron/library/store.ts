/** The only place that speaks SQL to library.db. Every write that must last is committed when the call returns (synchronous=FULL). */
import type { Recipe } from '../../shared/edit/recipe.ts';
import type { Rect } from '../../shared/edit/rect.ts';
import type { PhotoEdit } from '../../shared/ipc/edits.ts';
import type { Collection, Report } from '../../shared/ipc/library.ts';
import type { Problem } from '../../shared/result.ts';
import type { Db } from '../storage/sqlite.ts';
import type { AssetRow, Condition, PhotoRow, PhotoWithContext, ReportRow, VersionRow } from './records.ts';

/** `source_sha256`: not known when it is left out. */
export type NewVersion = Omit<VersionRow, 'source_sha256'> & Partial<Pick<VersionRow, 'source_sha256'>>;

export type NewPhoto = Pick<
  PhotoRow,
  'id' | 'collection_id' | 'path' | 'name' | 'width' | 'height' | 'format' | 'bytes' | 'modified_ms' | 'sha256' | 'imported_at'
>;

export interface WithoutCopy {
  readonly id: string;
  readonly path: string;
  readonly photo_id: string;
  readonly name: string;
  readonly collection: string;
}

const photoSelect = `
  SELECT p.*, v.kind AS current_kind, v.recipe AS current_recipe,
    (SELECT count(*) FROM report r WHERE r.photo_id = p.id AND r.state IN ('waiting', 'open', 'in_progress')) AS open_reports
  FROM photo p LEFT JOIN version v ON v.id = p.current_version_id`;

export type LibraryStore = ReturnType<typeof createLibraryStore>;

export function createLibraryStore(db: Db) {
  const photos = db.prepare<[], PhotoWithContext>(`${photoSelect} WHERE p.removed_at IS NULL ORDER BY p.id`);
  const photo = db.prepare<[string], PhotoWithContext>(`${photoSelect} WHERE p.id = ?`);
  const photoByPath = db.prepare<[string], PhotoRow>('SELECT * FROM photo WHERE path = ?');
  const collections = db.prepare<[], Collection>(
    `SELECT c.id, c.name, count(p.id) AS photos FROM collection c
     JOIN photo p ON p.collection_id = c.id AND p.removed_at IS NULL GROUP BY c.id ORDER BY c.id`,
  );
  const version = db.prepare<[string], VersionRow>('SELECT * FROM version WHERE id = ?');
  const versions = db.prepare<[string], VersionRow>('SELECT * FROM version WHERE photo_id = ? ORDER BY id DESC');
  const nameByOp = db.prepare<[string], { id: string; name: string }>(
    'SELECT p.id, p.name FROM version v JOIN photo p ON p.id = v.photo_id WHERE v.op_id = ?',
  );
  const insertPhoto = db.prepare<[NewPhoto]>(
    `INSERT INTO photo (id, collection_id, path, name, width, height, format, bytes, modified_ms, sha256, imported_at)
     VALUES (@id, @collection_id, @path, @name, @width, @height, @format, @bytes, @modified_ms, @sha256, @imported_at)`,
  );
  const refreshPhoto = db.prepare<[NewPhoto]>(
    `UPDATE photo SET width = @width, height = @height, format = @format, bytes = @bytes, modified_ms = @modified_ms, sha256 = @sha256,
       condition = 'fine', problem = NULL, previewed = 0, removed_at = NULL, collection_id = @collection_id, revision = revision + 1
     WHERE id = @id`,
  );
  const insertVersion = db.prepare<[VersionRow]>(
    `INSERT INTO version (id, photo_id, op_id, at, recipe, width, height, format, bytes, sha256, path, saved_to, kind, source_sha256)
     VALUES (@id, @photo_id, @op_id, @at, @recipe, @width, @height, @format, @bytes, @sha256, @path, @saved_to, @kind, @source_sha256)
     ON CONFLICT DO NOTHING`,
  );
  const showVersion = db.prepare<[string | null, string]>(
    `UPDATE photo SET current_version_id = ?, revision = revision + 1,
       condition = CASE condition WHEN 'failed' THEN 'fine' ELSE condition END,
       problem = CASE condition WHEN 'failed' THEN NULL ELSE problem END WHERE id = ?`,
  );
  const setCondition = db.prepare<[Condition, string | null, string]>('UPDATE photo SET condition = ?, problem = ? WHERE id = ?');
  const saveRecipe = db.prepare<[string, string]>('UPDATE photo SET recipe = ? WHERE id = ?');
  const markPreviewed = db.prepare<[string]>('UPDATE photo SET previewed = 1 WHERE id = ? AND previewed = 0');
  const collectionName = db.prepare<[string], { name: string }>('SELECT name FROM collection WHERE id = ?');
  const collectionOf = db.prepare<[string], { source: string; name: string }>(
    'SELECT c.source, c.name FROM photo p JOIN collection c ON c.id = p.collection_id WHERE p.id = ?',
  );
  const withoutCopy = db.prepare<[], WithoutCopy>(
    `SELECT v.id, v.path, v.photo_id, p.name, c.name AS collection FROM version v
       JOIN photo p ON p.id = v.photo_id JOIN collection c ON c.id = p.collection_id
      WHERE v.saved_to IS NULL AND v.kind = 'applied' ORDER BY v.id`,
  );
  const mark = db.prepare<[string], { value: number }>('SELECT value FROM mark WHERE name = ?');
  const setMark = db.prepare<[string, number]>(
    'INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const removePhoto = db.prepare<[number, string]>('UPDATE photo SET removed_at = ? WHERE id = ? AND removed_at IS NULL');
  const setSavedTo = db.prepare<[string, string]>('UPDATE version SET saved_to = ? WHERE id = ?');

  const assets = db.prepare<[], AssetRow>('SELECT * FROM asset WHERE removed_at IS NULL ORDER BY id');
  const asset = db.prepare<[string], AssetRow>('SELECT * FROM asset WHERE id = ?');
  const assetByContent = db.prepare<[string, string], AssetRow>('SELECT * FROM asset WHERE kind = ? AND sha256 = ?');
  const insertAsset = db.prepare<[AssetRow & { added_at: number }]>(
    `INSERT INTO asset (id, kind, name, width, height, horizon, path, sha256, added_at)
     VALUES (@id, @kind, @name, @width, @height, @horizon, @path, @sha256, @added_at)`,
  );
  const restoreAsset = db.prepare<[string]>('UPDATE asset SET removed_at = NULL WHERE id = ?');
  const removeAsset = db.prepare<[number, string]>('UPDATE asset SET removed_at = ? WHERE id = ?');

  const reports = db.prepare<[], ReportRow>(
    'SELECT r.*, p.name AS photo_name FROM report r JOIN photo p ON p.id = r.photo_id ORDER BY r.id DESC',
  );
  const insertReport = db.prepare<[Omit<ReportRow, 'photo_name'>]>(
    `INSERT INTO report (id, photo_id, version_id, note, area, at, state) VALUES (@id, @photo_id, @version_id, @note, @area, @at, @state)
     ON CONFLICT DO NOTHING`,
  );
  const setReportState = db.prepare<[Report['state'], string]>('UPDATE report SET state = ? WHERE id = ?');

  return {
    photos: () => photos.all(),
    photo: (id: string) => photo.get(id),
    photoByPath: (path: string) => photoByPath.get(path),
    collections: () => collections.all(),
    collectionName: (id: string): string | null => collectionName.get(id)?.name ?? null,
    /** The collection of a photo, as another library would know it; null when the photo is unknown. */
    collectionOf: (photoId: string) => collectionOf.get(photoId) ?? null,
    /** Finished pictures of which no copy lies in the output folder. */
    withoutCopy: () => withoutCopy.all(),
    mark: (name: string): number => mark.get(name)?.value ?? 0,
    setMark: (name: string, value: number) => setMark.run(name, value),
    version: (id: string) => version.get(id),
    versions: (photoId: string) => versions.all(photoId),
    /** Which photo an operation paid for; undefined when this machine did not apply it. */
    photoOfOperation: (opId: string) => nameByOp.get(opId),

    /** The collection of that source, made when it is new. */
    collection(source: string, name: string, id: string, now: number): string {
      db.prepare('INSERT INTO collection (id, name, source, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING').run(
        id,
        name,
        source,
        now,
      );
      return db.prepare<[string], { id: string }>('SELECT id FROM collection WHERE source = ?').get(source)?.id ?? id;
    },
    insertPhoto: (row: NewPhoto) => insertPhoto.run(row),
    /** The file behind a known photo is another one now, or the photo comes back after it was removed. */
    refreshPhoto: (row: NewPhoto) => refreshPhoto.run(row),
    /** Files a finished picture and shows it; doing it again changes nothing. Answers whether it was new. */
    addVersion: db.transaction((row: NewVersion): boolean => {
      if (insertVersion.run({ source_sha256: null, ...row }).changes === 0) return false;
      showVersion.run(row.id, row.photo_id);
      return true;
    }),
    showVersion: (photoId: string, versionId: string | null) => showVersion.run(versionId, photoId),
    setCondition: (id: string, condition: Condition, problem: Problem | null) =>
      setCondition.run(condition, problem === null ? null : JSON.stringify(problem), id),
    saveRecipes: db.transaction((edits: readonly PhotoEdit[]): void => {
      const texts = new Map<Recipe, string>();
      for (const { photoId, recipe } of edits) {
        const text = texts.get(recipe) ?? JSON.stringify(recipe);
        texts.set(recipe, text);
        saveRecipe.run(text, photoId);
      }
    }),
    /** A cut-out exists. Answers whether that is new. */
    markPreviewed: (id: string): boolean => markPreviewed.run(id).changes > 0,
    removePhotos: db.transaction((ids: readonly string[], now: number): string[] =>
      ids.filter((id) => removePhoto.run(now, id).changes > 0),
    ),
    setSavedTo: (versionId: string, path: string) => setSavedTo.run(path, versionId),

    assets: () => assets.all(),
    asset: (id: string) => asset.get(id),
    assetByContent: (kind: AssetRow['kind'], sha256: string) => assetByContent.get(kind, sha256),
    insertAsset: (row: AssetRow, now: number) => insertAsset.run({ ...row, added_at: now }),
    restoreAsset: (id: string) => restoreAsset.run(id),
    removeAsset: (id: string, now: number) => removeAsset.run(now, id),

    reports: () => reports.all(),
    insertReport: (row: {
      id: string;
      photoId: string;
      versionId: string;
      note: string;
      area: Rect | null;
      at: number;
      state: Report['state'];
    }) =>
      insertReport.run({
        id: row.id,
        photo_id: row.photoId,
        version_id: row.versionId,
        note: row.note,
        area: row.area === null ? null : JSON.stringify(row.area),
        at: row.at,
        state: row.state,
      }),
    setReportState: (id: string, state: Report['state']) => setReportState.run(state, id),
    close: () => db.close(),
  };
}
