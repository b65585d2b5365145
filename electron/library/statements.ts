/** The SQL of library.db, by what it is about. `store.ts` alone runs it. */

import type { Instant } from '../../shared/credits/model/quantities.ts';
import type { Collection, Report } from '../../shared/ipc/library.ts';
import type { Db } from '../storage/sqlite.ts';
import type {
  AssetRow,
  Condition,
  NewPhoto,
  PhotoRow,
  PhotoWithContext,
  ReportFileRow,
  ReportRow,
  VersionRow,
  WithoutCopy,
} from './records.ts';

const PHOTO_SELECT = `
  SELECT p.*, v.kind AS current_kind, v.recipe AS current_recipe,
    (SELECT count(*) FROM report r WHERE r.photo_id = p.id AND r.state IN ('waiting', 'open', 'in_progress')) AS open_reports
  FROM photo p LEFT JOIN version v ON v.id = p.current_version_id`;

/** Photos, their collections, and marks. */
export const photoStatements = (db: Db) => ({
  photos: db.prepare<[], PhotoWithContext>(`${PHOTO_SELECT} WHERE p.removed_at IS NULL ORDER BY p.id`),
  photo: db.prepare<[string], PhotoWithContext>(`${PHOTO_SELECT} WHERE p.id = ?`),
  photoByPath: db.prepare<[string], PhotoRow>('SELECT * FROM photo WHERE path = ?'),
  collections: db.prepare<[], Collection>(
    `SELECT c.id, c.name, count(p.id) AS photos FROM collection c
     JOIN photo p ON p.collection_id = c.id AND p.removed_at IS NULL GROUP BY c.id ORDER BY c.id`,
  ),
  collectionName: db.prepare<[string], { name: string }>('SELECT name FROM collection WHERE id = ?'),
  collectionOf: db.prepare<[string], { source: string; name: string }>(
    'SELECT c.source, c.name FROM photo p JOIN collection c ON c.id = p.collection_id WHERE p.id = ?',
  ),
  collectionBySource: db.prepare<[string], { id: string }>('SELECT id FROM collection WHERE source = ?'),
  insertCollection: db.prepare<[string, string, string, number]>(
    'INSERT INTO collection (id, name, source, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  ),
  nameByOp: db.prepare<[string], { id: string; name: string }>(
    'SELECT p.id, p.name FROM version v JOIN photo p ON p.id = v.photo_id WHERE v.op_id = ?',
  ),
  insertPhoto: db.prepare<[NewPhoto]>(
    `INSERT INTO photo (id, collection_id, path, name, width, height, format, bytes, modified_ms, sha256, imported_at)
     VALUES (@id, @collection_id, @path, @name, @width, @height, @format, @bytes, @modified_ms, @sha256, @imported_at)`,
  ),
  refreshPhoto: db.prepare<[NewPhoto]>(
    `UPDATE photo SET width = @width, height = @height, format = @format, bytes = @bytes, modified_ms = @modified_ms, sha256 = @sha256,
       condition = 'fine', problem = NULL, previewed = 0, removed_at = NULL, collection_id = @collection_id, revision = revision + 1
     WHERE id = @id`,
  ),
  setCondition: db.prepare<[Condition, string | null, string]>('UPDATE photo SET condition = ?, problem = ? WHERE id = ?'),
  saveRecipe: db.prepare<[string, string]>('UPDATE photo SET recipe = ? WHERE id = ?'),
  markPreviewed: db.prepare<[string]>('UPDATE photo SET previewed = 1 WHERE id = ? AND previewed = 0'),
  removePhoto: db.prepare<[number, string]>('UPDATE photo SET removed_at = ? WHERE id = ? AND removed_at IS NULL'),
  mark: db.prepare<[string], { value: number }>('SELECT value FROM mark WHERE name = ?'),
  setMark: db.prepare<[string, number]>(
    'INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ),
});

/** Finished pictures. */
export const versionStatements = (db: Db) => ({
  version: db.prepare<[string], VersionRow>('SELECT * FROM version WHERE id = ?'),
  versionByOp: db.prepare<[string], VersionRow>('SELECT * FROM version WHERE op_id = ?'),
  versions: db.prepare<[string], VersionRow>('SELECT * FROM version WHERE photo_id = ? ORDER BY id DESC'),
  insertVersion: db.prepare<[VersionRow]>(
    `INSERT INTO version (id, photo_id, op_id, at, recipe, width, height, format, bytes, sha256, path, saved_to, kind, source_sha256)
     VALUES (@id, @photo_id, @op_id, @at, @recipe, @width, @height, @format, @bytes, @sha256, @path, @saved_to, @kind, @source_sha256)
     ON CONFLICT DO NOTHING`,
  ),
  showVersion: db.prepare<[string | null, string]>(
    `UPDATE photo SET current_version_id = ?, revision = revision + 1,
       condition = CASE condition WHEN 'failed' THEN 'fine' ELSE condition END,
       problem = CASE condition WHEN 'failed' THEN NULL ELSE problem END WHERE id = ?`,
  ),
  setSavedTo: db.prepare<[string, string]>('UPDATE version SET saved_to = ? WHERE id = ?'),
  withoutCopy: db.prepare<[], WithoutCopy>(
    `SELECT v.id, v.path, v.photo_id, p.name, c.name AS collection FROM version v
       JOIN photo p ON p.id = v.photo_id JOIN collection c ON c.id = p.collection_id
      WHERE v.saved_to IS NULL ORDER BY v.id`,
  ),
});

/** Backgrounds and logos. */
export const assetStatements = (db: Db) => ({
  assets: db.prepare<[], AssetRow>('SELECT * FROM asset WHERE removed_at IS NULL ORDER BY id'),
  asset: db.prepare<[string], AssetRow>('SELECT * FROM asset WHERE id = ?'),
  assetByContent: db.prepare<[string, string], AssetRow>('SELECT * FROM asset WHERE kind = ? AND sha256 = ?'),
  insertAsset: db.prepare<[AssetRow & { added_at: Instant }]>(
    `INSERT INTO asset (id, kind, name, width, height, horizon, path, sha256, added_at)
     VALUES (@id, @kind, @name, @width, @height, @horizon, @path, @sha256, @added_at)`,
  ),
  restoreAsset: db.prepare<[string]>('UPDATE asset SET removed_at = NULL WHERE id = ?'),
  removeAsset: db.prepare<[number, string]>('UPDATE asset SET removed_at = ? WHERE id = ?'),
});

/** Reports of faulty pictures. */
export const reportStatements = (db: Db) => ({
  reports: db.prepare<[], ReportRow>(
    `SELECT r.*, p.name AS photo_name,
        (SELECT v.id FROM version v JOIN json_each(r.told, '$.corrections') c ON c.value = v.op_id LIMIT 1) AS corrected_version_id
      FROM report r JOIN photo p ON p.id = r.photo_id ORDER BY r.id DESC`,
  ),
  setCorrection: db.prepare<[string, string, string]>('UPDATE report SET correction = ? WHERE id = ? AND correction IS NOT ?'),
  correctedBy: db.prepare<[string], { server_id: string | null }>(
    `SELECT r.server_id FROM report r JOIN json_each(r.told, '$.corrections') c WHERE c.value = ? ORDER BY r.id DESC LIMIT 1`,
  ),
  insertReport: db.prepare<[Omit<ReportRow, 'photo_name' | 'correction' | 'corrected_version_id'>]>(
    `INSERT INTO report (id, photo_id, version_id, note, area, at, state, account_id, stage, server_id, told)
     VALUES (@id, @photo_id, @version_id, @note, @area, @at, @state, @account_id, @stage, @server_id, @told) ON CONFLICT DO NOTHING`,
  ),
  setReportState: db.prepare<[Report['state'], string]>('UPDATE report SET state = ? WHERE id = ?'),
  setReportStage: db.prepare<[ReportRow['stage'], string]>('UPDATE report SET stage = ? WHERE id = ?'),
  setTold: db.prepare<[string, string, string]>('UPDATE report SET server_id = ?, told = ? WHERE id = ?'),
  files: db.prepare<[], ReportFileRow>('SELECT * FROM report_file ORDER BY op_id'),
  filesOf: db.prepare<[string], ReportFileRow>('SELECT * FROM report_file WHERE report_id = ? ORDER BY op_id'),
  insertFile: db.prepare<[ReportFileRow]>(
    `INSERT INTO report_file (op_id, report_id, role, type, name, bytes, sha256, path, upload_id, received, state, problem)
     VALUES (@op_id, @report_id, @role, @type, @name, @bytes, @sha256, @path, @upload_id, @received, @state, @problem)`,
  ),
  deleteFiles: db.prepare<[string]>('DELETE FROM report_file WHERE report_id = ?'),
  setFile: db.prepare<[Pick<ReportFileRow, 'op_id' | 'upload_id' | 'received' | 'state' | 'problem'>]>(
    'UPDATE report_file SET upload_id = @upload_id, received = @received, state = @state, problem = @problem WHERE op_id = @op_id',
  ),
});
