/** Writing one finished picture: under a temporary name, to the disk, then under its own name. The original is only read. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Recipe } from '../../shared/edit/recipe.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import type { Darkroom } from '../darkroom/port.ts';
import { systemCode } from '../darkroom/problems.ts';
import type { Library } from '../library/library.ts';
import { problemOf } from '../library/problems.ts';
import type { Made, Picture } from '../paid-work/job.ts';
import type { ApplyJob } from './task.ts';

const extension = { jpeg: 'jpg', png: 'png', webp: 'webp', tiff: 'tif' } as const;

/** A finished picture, and where it lies. */
export interface PaidFile extends Picture {
  readonly path: string;
}

/** Where the finished file of a job lies; the same on every try. */
export const resultPath = (resultsFolder: string, { id, recipe }: { readonly id: string; readonly recipe: Recipe }): string =>
  join(resultsFolder, `${id}.${extension[recipe.export.format]}`);

/** Where it is written before it is finished. */
export const temporaryFor = (path: string): string => `${path}.part`;

/** What rendering needs: the darkroom, and where things lie. */
export interface RenderParts {
  readonly darkroom: Darkroom;
  readonly library: Pick<Library, 'original'>;
  /** Where results of a photo lie. */
  readonly resultsFolder: (photoId: string) => string;
  /** The photo's own cache folder. */
  readonly photoFolder: (photoId: string) => string;
  /** The files that the recipe names; a problem when one is gone. */
  readonly filesOf: (recipe: Recipe) => Result<{ readonly backgroundPath: string | null; readonly logoPath: string | null }>;
}

/** The finished file, in place and safe against a power cut; nothing is left behind when it fails. */
export async function renderJob(parts: RenderParts, job: ApplyJob, onProgress: (fraction: number) => void): Promise<Result<Made>> {
  const { photo } = job;
  const { recipe } = job.task;
  const original = await parts.library.original(photo.id);
  if (!original.ok) return original;
  const files = parts.filesOf(recipe);
  if (!files.ok) return files;
  const path = resultPath(parts.resultsFolder(photo.id), { id: job.id, recipe });
  const temporary = temporaryFor(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    const exported = await parts.darkroom.export(
      {
        photoId: photo.id,
        path: original.value.path,
        folder: parts.photoFolder(photo.id),
        recipe,
        ...files.value,
        outPath: temporary,
      },
      onProgress,
    );
    if (!exported.ok) return fail(about(exported.error, photo.name, temporary));
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return ok({ path, picture: { ...exported.value, source: original.value.sha256 } });
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return fail(problemOf(error, photo.name));
  }
}

/** The temporary name means nothing to anybody: the problem is about the photo. */
const about = (problem: Problem, photoName: string, temporary: string): Problem => ({
  ...problem,
  message: problem.message.replaceAll(basename(temporary), photoName),
  file: photoName,
});

/** A rename is only safe against a power cut once its folder is on disk. Windows cannot do that and does not need it. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(systemCode(error))) throw error;
  }
}
