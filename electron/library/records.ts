/** Rows of library.db and how they become what the renderer sees. */
import type { z } from 'zod';
import { report as serverReport, type UploadRole, type UploadType } from '../../shared/api/index.ts';
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import { type Recipe, recipe as recipeSchema } from '../../shared/edit/recipe.ts';
import { sameRecipe } from '../../shared/edit/recipe-key.ts';
import { rect as rectSchema } from '../../shared/edit/rect.ts';
import { type Asset, type Photo, type PhotoState, problem as problemSchema, type Report, type Version } from '../../shared/ipc/library.ts';
import { isoOf } from '../world.ts';

/** How it stands with an original, or with the last work on the photo. */
export type Condition = 'fine' | 'unreadable' | 'missing' | 'failed';

/** A row of `photo`. Times are epoch milliseconds; `recipe` and `problem` are JSON; `removed_at` null: it is in the library. */
export interface PhotoRow {
  readonly id: string;
  readonly collection_id: string;
  readonly path: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly bytes: number;
  readonly modified_ms: number;
  readonly sha256: string;
  readonly imported_at: Instant;
  readonly condition: Condition;
  readonly problem: string | null;
  readonly revision: number;
  readonly current_version_id: string | null;
  readonly recipe: string | null;
  readonly previewed: number;
  readonly removed_at: Instant | null;
}

/** A photo row joined with what other tables say about it. */
export interface PhotoWithContext extends PhotoRow {
  readonly current_kind: Version['kind'] | null;
  /** The recipe of the version that is shown. */
  readonly current_recipe: string | null;
  readonly open_reports: number;
}

/** A row of `version`: a finished picture. `op_id`: of a corrected one the operation of 0 credits. `saved_to` null: no copy of it is in the output folder. */
export interface VersionRow {
  readonly id: string;
  readonly photo_id: string;
  readonly op_id: OpId | null;
  readonly at: Instant;
  readonly recipe: string;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly path: string;
  readonly saved_to: string | null;
  readonly kind: Version['kind'];
  /** SHA-256 of the original that it was made of; null when that is not known. */
  readonly source_sha256: string | null;
}

/** A row of `asset`. `horizon`: a fraction of the height from the top; null: not known. */
export interface AssetRow {
  readonly id: string;
  readonly kind: Asset['kind'];
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly horizon: number | null;
  readonly path: string;
  readonly sha256: string;
}

/** A row of `report`; `area` is JSON, in fractions of the picture, null: all of it. */
export interface ReportRow {
  readonly id: string;
  readonly photo_id: string;
  readonly photo_name: string;
  readonly version_id: string;
  readonly note: string;
  readonly area: string | null;
  readonly at: Instant;
  readonly state: Report['state'];
  readonly account_id: AccountId;
  /** How far it has come on this machine. packing: copies of the pictures are made · declaring: the server is told of them · sent: the outbox has it */
  readonly stage: 'packing' | 'declaring' | 'sent';
  /** The server's name for it; null: not known yet. */
  readonly server_id: string | null;
  /** What the server says about it, as JSON; null: nothing yet. */
  readonly told: string | null;
  /** How its corrected picture stands, in words; null: none is known of. */
  readonly correction: string | null;
  /** The version that came back; null: none is here. */
  readonly corrected_version_id: string | null;
}

/** A row of `report_file`: a file that a report takes along. `path`: the copy that is sent. */
export interface ReportFileRow {
  readonly op_id: OpId;
  readonly report_id: string;
  readonly role: UploadRole;
  readonly type: UploadType;
  readonly name: string | null;
  readonly bytes: number;
  readonly sha256: string;
  readonly path: string;
  readonly upload_id: string | null;
  readonly received: number;
  readonly state: 'packed' | 'arriving' | 'stored' | 'failed';
  /** Why it failed, for people; null: it did not. */
  readonly problem: string | null;
}

/** What a running batch does with the photo right now; it is not stored, the batch's own rows are. */
export interface Activity {
  readonly state: 'queued' | 'working';
  readonly progress?: number;
}

/** A stored recipe that today's schema does not know is treated as none; the finished picture made with it stays. */
export function parseRecipe(json: string | null): Recipe | null {
  if (json === null) return null;
  const parsed = recipeSchema.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : null;
}

/** The photo as the renderer sees it, with what is being done to it right now. */
export function toPhoto(row: PhotoWithContext, activity: Activity | undefined): Photo {
  return {
    id: row.id,
    name: row.name,
    collectionId: row.collection_id,
    width: row.width,
    height: row.height,
    format: row.format,
    bytes: row.bytes,
    importedAt: isoOf(row.imported_at),
    state: photoState(row, activity),
    ...(activity?.progress === undefined ? {} : { progress: activity.progress }),
    ...problemOf(row.problem),
    revision: row.revision,
    currentVersionId: row.current_version_id,
    recipe: parseRecipe(row.recipe),
    editedSince: isEditedSince(row),
    reported: row.open_reports > 0,
  };
}

/** By their text first: what was applied and left alone is the same text, and a library is long. */
function isEditedSince({ recipe, current_recipe: made }: PhotoWithContext): boolean {
  if (recipe === null || made === null || recipe === made) return false;
  const [now, then] = [parseRecipe(recipe), parseRecipe(made)];
  return now !== null && then !== null && !sameRecipe(now, then);
}

function photoState(row: PhotoWithContext, activity: Activity | undefined): PhotoState {
  if (activity !== undefined) return activity.state;
  if (row.condition !== 'fine') return row.condition;
  if (row.current_version_id === null) return row.previewed === 1 ? 'previewed' : 'original';
  if (row.open_reports > 0) return 'reported';
  return row.current_kind === 'corrected' ? 'corrected' : 'applied';
}

/** The version as the renderer sees it; null when its recipe cannot be read. */
export function toVersion(row: VersionRow): Omit<Version, 'charged'> | null {
  const recipe = parseRecipe(row.recipe);
  if (recipe === null) return null;
  return {
    id: row.id,
    photoId: row.photo_id,
    opId: row.op_id,
    at: isoOf(row.at),
    recipe,
    width: row.width,
    height: row.height,
    format: row.format,
    bytes: row.bytes,
    savedTo: row.saved_to,
    kind: row.kind,
  };
}

/** The asset as the renderer sees it. */
export const toAsset = (row: AssetRow): Asset => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  width: row.width,
  height: row.height,
  horizon: row.horizon,
});

/** What a column keeps as JSON, also of an earlier version; null: nothing, or not what it should be. */
function readJson<T>(schema: z.ZodType<T>, json: string | null): T | null {
  if (json === null) return null;
  try {
    return schema.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}

function problemOf(json: string | null): Pick<Photo, 'problem'> {
  const problem = readJson(problemSchema, json);
  return problem === null ? {} : { problem };
}

/** What the server says of a report beside its state. */
const told = serverReport.pick({ answer: true, verdict: true, takenAt: true, resolvedAt: true });
const NOTHING_TOLD: z.infer<typeof told> = { answer: null, verdict: null, takenAt: null, resolvedAt: null };

/** The report as the renderer sees it, with the files that it takes along. */
export const toReport = (row: ReportRow, files: readonly ReportFileRow[]): Report => ({
  id: row.id,
  photoId: row.photo_id,
  photoName: row.photo_name,
  versionId: row.version_id,
  note: row.note,
  area: readJson(rectSchema, row.area),
  at: isoOf(row.at),
  state: row.state,
  ...(readJson(told, row.told) ?? NOTHING_TOLD),
  pictures: toPictures(row, files),
  correction: row.correction,
  correctedVersionId: row.corrected_version_id,
});

/** Null: it takes none along. */
function toPictures(row: ReportRow, files: readonly ReportFileRow[]): Report['pictures'] {
  if (row.stage === 'packing') return { state: 'packing', bytes: 0, sent: 0, problem: null };
  if (files.length === 0) return null;
  const going = files.filter(({ state }) => state !== 'failed');
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const isThere = going.length > 0 && going.every(({ state }) => state === 'stored');
  return {
    state: isThere ? 'there' : going.length === 0 ? 'failed' : 'sending',
    bytes: sum(going.map(({ bytes }) => bytes)),
    sent: sum(going.map(({ received }) => received)),
    problem: files.find(({ problem }) => problem !== null)?.problem ?? null,
  };
}

/** What is known of a photo when it is taken in. */
export type NewPhoto = Pick<
  PhotoRow,
  'id' | 'collection_id' | 'path' | 'name' | 'width' | 'height' | 'format' | 'bytes' | 'modified_ms' | 'sha256' | 'imported_at'
>;

/** `source_sha256`: not known when it is left out. */
export type NewVersion = Omit<VersionRow, 'source_sha256'> & Partial<Pick<VersionRow, 'source_sha256'>>;

/** A finished picture of which no copy lies in the output folder. */
export interface WithoutCopy {
  readonly id: string;
  readonly path: string;
  readonly photo_id: string;
  readonly name: string;
  readonly collection: string;
}
