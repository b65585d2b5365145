/** The copy of every finished picture in the user's own output folder. What lies there already is never overwritten. */
import { constants } from 'node:fs';
import { copyFile, link, mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import { systemCode, whyNotPlaced } from './problems.ts';

/** Beyond this many pictures of one name something else is wrong. */
const mostOfOneName = 10_000;

/**
 * Saves `source` as `<outputFolder>/<collection>/<name>-<n>.<ext>` with the first free n: a hard link where the file system
 * allows it (no second gigabyte), else a copy. A failure costs nothing and loses nothing: the result stays in the library.
 */
export async function saveCopy(job: CopyJob): Promise<Result<string>> {
  const placed = await placeCopy(job);
  return placed.ok ? placed : fail(notSaved(job.name, job.outputFolder, placed.error));
}

export interface CopyJob {
  readonly source: string;
  readonly outputFolder: string;
  readonly collection: string;
  readonly name: string;
}

/** The same; a failure is the file system's own code, for whoever has other words for it. */
export async function placeCopy(job: CopyJob): Promise<Result<string, string>> {
  const folder = join(job.outputFolder, folderName(job.collection));
  const stem = folderName(job.name.slice(0, job.name.length - extname(job.name).length));
  try {
    await mkdir(folder, { recursive: true });
    for (let n = 1; n <= mostOfOneName; n += 1) {
      const target = join(folder, `${stem}-${n}${extname(job.source)}`);
      if (await placeAt(job.source, target)) return ok(target);
    }
    return fail('EEXIST');
  } catch (error) {
    return fail(systemCode(error));
  }
}

/** Whether it could be placed; false when the name is taken. Both ways refuse to overwrite, even against another program's race. */
async function placeAt(source: string, target: string): Promise<boolean> {
  try {
    await link(source, target);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (systemCode(error) === 'ENOENT') throw error;
  }
  try {
    await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** A name that every file system takes: no separators, no reserved characters or Windows device names, no trailing dot. */
export function folderName(name: string): string {
  const cleaned = name
    .replace(/[<>:"/\\|?*]|\p{Cc}/gu, '_')
    .replace(/[. ]+$/, '')
    .slice(0, 120);
  if (cleaned === '') return '_';
  return /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(cleaned) ? `${cleaned}_` : cleaned;
}

function notSaved(name: string, outputFolder: string, code: string): Problem {
  return {
    code: 'copy_not_saved',
    message: `The finished ${name} is safe in the library, but no copy was put into ${outputFolder}: ${whyNotPlaced(code)}. Choose another output folder in Settings, or reveal the result and copy it by hand.`,
    file: name,
  };
}
