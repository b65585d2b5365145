/** Which file answers a picture address (photo: protocol). Always found by id; a path never comes from outside. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { pictureUrl } from '../../shared/ipc/index.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import { fileProblem } from './problems.ts';
import type { PhotoRow } from './records.ts';
import type { LibraryStore } from './store.ts';

/** What kind of picture an address asks for. */
export type PictureKind = Parameters<typeof pictureUrl>[0];

/** A file to answer a picture address with. */
export interface PictureFile {
  readonly path: string;
  readonly mime: string;
}

const mimeByFormat: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  tiff: 'image/tiff',
  heic: 'image/heic',
  avif: 'image/avif',
  gif: 'image/gif',
};

/** The preview of a chain of processing steps, in the photo's own cache folder. */
export const PROCESSED_PREVIEW = 'processed.webp';

const idShape = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** Where the library keeps its own files; absolute. */
export interface Folders {
  readonly photo: (photoId: string) => string;
  readonly results: (photoId: string) => string;
  readonly assets: string;
}

/** Where the thumbnail and the screen picture of a result lie: beside it. */
export const besideResult = (folders: Folders, photoId: string, versionId: string, what: 'thumb' | 'screen'): string =>
  join(folders.results(photoId), `${versionId}.${what}.webp`);

/** Pictures that the darkroom makes for the live preview; null before. */
export interface MadePictures {
  cutoutOf(photoId: string): string | null;
  glassOf(photoId: string): string | null;
}

/** The file for an address of shared/ipc; a problem when there is no such picture. */
export function pictureFile(store: LibraryStore, folders: Folders, made: MadePictures, kind: PictureKind, id: string): Result<PictureFile> {
  const none = fail<Problem>({ code: 'picture_unknown', message: 'There is no such picture in this library.' });
  if (!idShape.test(id)) return none;
  if (kind === 'asset') return firstOf([webp(join(folders.assets, `${id}.screen.webp`))]) ?? none;
  if (kind === 'version') {
    const version = store.version(id);
    if (version === undefined) return none;
    return (
      firstOf([webp(besideResult(folders, version.photo_id, id, 'screen')), { path: version.path, mime: mimeOf(version.format) }]) ?? none
    );
  }
  const photo = store.photo(id);
  if (photo === undefined) return none;
  return firstOf(filesOfPhoto(store, folders, made, kind, photo)) ?? fail(fileProblem('file_missing', photo.name));
}

/** In order of preference. */
function filesOfPhoto(
  store: LibraryStore,
  folders: Folders,
  made: MadePictures,
  kind: Exclude<PictureKind, 'asset' | 'version'>,
  photo: PhotoRow,
): PictureFile[] {
  const version = photo.current_version_id === null ? undefined : store.version(photo.current_version_id);
  const own = (what: 'thumb' | 'screen'): PictureFile => webp(join(folders.photo(photo.id), `${what}.webp`));
  const result = (what: 'thumb' | 'screen'): PictureFile[] =>
    version === undefined ? [] : [webp(besideResult(folders, photo.id, version.id, what))];
  const full: PictureFile =
    version === undefined ? { path: photo.path, mime: mimeOf(photo.format) } : { path: version.path, mime: mimeOf(version.format) };
  switch (kind) {
    case 'thumb':
      return [...result('thumb'), ...(version === undefined ? [] : [full]), own('thumb')];
    case 'original':
      return [own('screen')];
    case 'processed':
      return [webp(join(folders.photo(photo.id), PROCESSED_PREVIEW))];
    case 'current':
      return [...result('screen'), ...(version === undefined ? [] : [full]), own('screen')];
    case 'full':
      return [full];
    case 'cutout':
      return asFile(made.cutoutOf(photo.id));
    case 'glass':
      return asFile(made.glassOf(photo.id));
  }
}

const asFile = (path: string | null): PictureFile[] =>
  path === null ? [] : [path.endsWith('.png') ? { path, mime: 'image/png' } : webp(path)];
const webp = (path: string): PictureFile => ({ path, mime: 'image/webp' });
const mimeOf = (format: string): string => mimeByFormat[format] ?? 'application/octet-stream';

function firstOf(files: readonly PictureFile[]): Result<PictureFile, never> | null {
  const found = files.find((file) => existsSync(file.path));
  return found === undefined ? null : ok(found);
}
