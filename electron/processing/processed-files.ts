/** From what a photo shows now to the processed picture: a preview beside the photo, or a finished file on its way to the output folder. */
import { constants, existsSync, readdirSync, rmSync } from 'node:fs';
import { access, mkdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Chain } from '../../shared/edit/processing/chain.ts';
import type { ProcessedPreview } from '../../shared/ipc/processing.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import type { Darkroom, Processed } from '../darkroom/port.ts';
import { systemCode } from '../darkroom/problems.ts';
import type { Library } from '../library/library.ts';
import { placeCopy } from '../library/output.ts';
import { PROCESSED_PREVIEW } from '../library/pictures.ts';
import type { LibraryStore } from '../library/store.ts';
import type { JobPhoto, Made } from '../paid-work/job.ts';
import { isoOf, type World } from '../world.ts';
import { notPlaced } from './sentences.ts';

interface ProcessedFilesParts {
  readonly darkroom: Pick<Darkroom, 'process'>;
  readonly library: Pick<Library, 'original'>;
  readonly store: Pick<LibraryStore, 'photo' | 'version' | 'collectionName'>;
  /** The watermark behind an id. */
  readonly watermark: (fileId: string) => Result<string>;
  readonly world: World;
  readonly photoFolder: (photoId: string) => string;
  /** For files on their way to the output folder. */
  readonly workFolder: string;
}

/** What a photo shows now: its result, or the original. */
interface Shown {
  readonly name: string;
  readonly path: string;
  readonly collection: string;
}

const PREVIEW_LONG_EDGE = 1600;
const EXTENSION = { jpeg: 'jpg', png: 'png', webp: 'webp', tiff: 'tif' } as const;

/** Makes pictures by a chain, of what a photo shows now. */
export class ProcessedFiles {
  readonly #parts: ProcessedFilesParts;

  constructor(parts: ProcessedFilesParts) {
    this.#parts = parts;
  }

  /** Makes the picture that the page shows beside the photo, in place of the one before. */
  async preview(photoId: string, chain: Chain): Promise<Result<ProcessedPreview>> {
    const photo = await this.#shown(photoId);
    if (!photo.ok) return photo;
    const folder = this.#parts.photoFolder(photoId);
    await mkdir(folder, { recursive: true });
    const temporary = join(folder, `${PROCESSED_PREVIEW}.${this.#parts.world.ids.next()}.part`);
    const made = await this.#develop(photo.value, chain, temporary, PREVIEW_LONG_EDGE);
    if (!made.ok) return made;
    await rename(temporary, join(folder, PROCESSED_PREVIEW));
    const { width, height, format, sha256 } = made.value;
    return ok({ photoId, revision: Number.parseInt(sha256.slice(0, 12), 16), width, height, format });
  }

  /** Why the photo cannot be worked on; null: it can. */
  async missing(photoId: string): Promise<Problem | null> {
    const photo = await this.#shown(photoId);
    return photo.ok ? null : photo.error;
  }

  /** The finished file in the work folder, complete and on the disk. */
  async make(id: string, photoId: string, chain: Chain): Promise<Result<Made>> {
    const { workFolder } = this.#parts;
    const photo = await this.#shown(photoId);
    if (!photo.ok) return photo;
    await mkdir(workFolder, { recursive: true });
    const temporary = join(workFolder, `${id}.part`);
    try {
      const made = await this.#develop(photo.value, chain, temporary, null);
      if (!made.ok) return made;
      const { format, width, height, bytes, sha256 } = made.value;
      const path = join(workFolder, `${id}.${EXTENSION[format]}`);
      await rename(temporary, path);
      return ok({ path, picture: { width, height, bytes, sha256 } });
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Wherever a file of this job may lie on its way. */
  pathsOf(id: string): string[] {
    return ['part', ...Object.values(EXTENSION)].map((extension) => join(this.#parts.workFolder, `${id}.${extension}`));
  }

  /** Why a finished file would find no place in the folder; null: it would, as far as can be told without putting it there. */
  async roomFor(made: string, name: string, outputFolder: string): Promise<Problem | null> {
    try {
      await mkdir(outputFolder, { recursive: true });
      await access(outputFolder, constants.W_OK);
      const [{ size }, { bavail, bsize }] = [await stat(made), await statfs(outputFolder)];
      return size <= bavail * bsize ? null : notPlaced(name, outputFolder, 'ENOSPC');
    } catch (error) {
      return notPlaced(name, outputFolder, systemCode(error));
    }
  }

  /** What the finished file is called in the output folder, and in which collection it goes. */
  async destination(photoId: string, photoName: string, made: string): Promise<{ collection: string; name: string }> {
    const photo = await this.#shown(photoId);
    const name = `${basename(photoName, extname(photoName))}-processed${extname(made)}`;
    return { collection: photo.ok ? photo.value.collection : '', name };
  }

  /** @param alike an interrupted try may have put it there already */
  async place(made: string, photo: JobPhoto, outputFolder: string, alike: boolean): Promise<Result<void>> {
    const { id, name } = photo;
    const placed = await placeCopy({ source: made, outputFolder, ...(await this.destination(id, name, made)) }, alike);
    return placed.ok ? ok(undefined) : fail(notPlaced(name, outputFolder, placed.error));
  }

  /** Deletes what interrupted tries left, but for these files. */
  tidy(kept: ReadonlySet<string>): void {
    const { workFolder } = this.#parts;
    const names = existsSync(workFolder) ? readdirSync(workFolder) : [];
    for (const name of names) if (!kept.has(join(workFolder, name))) rmSync(join(workFolder, name), { recursive: true, force: true });
  }

  async #shown(photoId: string): Promise<Result<Shown>> {
    const { store, library } = this.#parts;
    const row = store.photo(photoId);
    const version = row?.current_version_id == null ? undefined : store.version(row.current_version_id);
    const collection = row === undefined ? '' : (store.collectionName(row.collection_id) ?? isoOf(row.imported_at).slice(0, 10));
    if (row !== undefined && version !== undefined) return ok({ name: row.name, path: version.path, collection });
    const original = await library.original(photoId);
    return original.ok ? ok({ name: original.value.name, path: original.value.path, collection }) : original;
  }

  async #develop(photo: Shown, chain: Chain, outPath: string, screen: number | null): Promise<Result<Processed>> {
    const files = this.#watermarksOf(chain);
    if (!files.ok) return files;
    const made = await this.#parts.darkroom.process({ path: photo.path, chain: [...chain], files: files.value, outPath, screen });
    return made.ok ? made : fail(about(made.error, photo, outPath));
  }

  #watermarksOf(chain: Chain): Result<Record<string, string>> {
    const files: Record<string, string> = {};
    for (const step of chain) {
      if (step.kind !== 'watermark') continue;
      const file = this.#parts.watermark(step.fileId);
      if (!file.ok) return file;
      files[step.fileId] = file.value;
    }
    return ok(files);
  }
}

/** Versions lie under ids, which mean nothing to anybody: the problem is about the photo. A watermark keeps its own name. */
function about(problem: Problem, photo: Shown, outPath: string): Problem {
  const own = [basename(photo.path), basename(outPath)];
  if (problem.file !== undefined && !own.includes(problem.file)) return problem;
  const message = own.reduce((text, name) => text.replaceAll(name, photo.name), problem.message);
  return { ...problem, message, file: photo.name };
}
