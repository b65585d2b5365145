/** The copy of every finished picture in the user's own output folder. What lies there already is never overwritten. */
import { extname, join } from 'node:path';
import { fail, type Problem, type Result } from '../../shared/result.ts';
import { placeFile } from './placing.ts';
import { whyNotPlaced } from './problems.ts';

/**
 * Saves `source` as `<outputFolder>/<collection>/<name>-<n>.<ext>` with the first free n: a hard link where the file system
 * allows it (no second gigabyte), else a copy. A failure costs nothing and loses nothing: the result stays in the library.
 */
export async function saveCopy(job: CopyJob, alike = false): Promise<Result<string>> {
  const placed = await placeCopy(job, alike);
  return placed.ok ? placed : fail(notSaved(job.name, job.outputFolder, placed.error));
}

interface CopyJob {
  readonly source: string;
  readonly outputFolder: string;
  readonly collection: string;
  readonly name: string;
}

/**
 * The same; a failure is the file system's own code, for whoever has other words for it.
 * @param alike see `placeFile`
 */
export async function placeCopy({ source, outputFolder, collection, name }: CopyJob, alike = false): Promise<Result<string, string>> {
  const folder = join(outputFolder, folderName(collection));
  const stem = folderName(name.slice(0, name.length - extname(name).length));
  return placeFile(source, (n) => join(folder, `${stem}-${n}${extname(source)}`), alike);
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
    message: `The finished ${name} is safe in the library, but no copy was put into ${outputFolder}: ${whyNotPlaced(code)}. It is put there by itself once that can be done. Or choose another output folder in Settings.`,
    file: name,
  };
}
