/** Putting a finished picture where it was asked for. Idempotent, and what lies there is never overwritten. */
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { systemCode } from '../../electron/darkroom/problems.ts';
import { folderName } from '../../electron/library/output.ts';
import { placeFile } from '../../electron/library/placing.ts';
import { whyNotPlaced } from '../../electron/library/problems.ts';
import { fail, type Problem, type Result } from '../../shared/result.ts';

/** Before anything is charged: the folder is there and may be written to. */
export async function provenFolder(folder: string): Promise<Problem | null> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return null;
  } catch (error) {
    return {
      code: 'output_folder',
      message: `The output folder ${folder} cannot be used: ${whyNotPlaced(systemCode(error))}. Nothing was charged. Choose another with --out.`,
      file: folder,
    };
  }
}

/**
 * As `<out>/<name>.<ext>`, or with `-2`, `-3` … where another picture has the name. One that lies there with the same content
 * is the one: then nothing is written.
 */
export async function placeResult(source: string, out: string, photoName: string): Promise<Result<string>> {
  const stem = folderName(basename(photoName, extname(photoName)));
  const placed = await placeFile(source, (n) => join(out, `${stem}${n === 1 ? '' : `-${n}`}${extname(source)}`), true);
  if (placed.ok) return placed;
  return fail({
    code: 'copy_not_saved',
    message: `The finished ${photoName} could not be put into ${out}: ${whyNotPlaced(placed.error)}. Nothing is lost: run the same command with another --out, and it is not charged again.`,
    file: photoName,
  });
}
