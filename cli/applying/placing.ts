/** Putting a finished picture where it was asked for. Doing it again changes nothing, and what lies there is never overwritten. */
import { constants, existsSync } from 'node:fs';
import { access, copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { sha256Of } from '../../electron/library/import.ts';
import { folderName } from '../../electron/library/output.ts';
import { systemCode } from '../../electron/library/problems.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';

const mostOfOneName = 10_000;

/** Before anything is charged: the folder is there and may be written to. */
export async function provenFolder(folder: string): Promise<Problem | null> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return null;
  } catch (error) {
    return {
      code: 'output_folder',
      message: `The output folder ${folder} cannot be used: ${reasonOf(error)}. Nothing was charged. Choose another with --out.`,
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
  try {
    await mkdir(out, { recursive: true });
    const sha256 = await sha256Of(source);
    for (let n = 1; n <= mostOfOneName; n += 1) {
      const target = join(out, `${stem}${n === 1 ? '' : `-${n}`}${extname(source)}`);
      if (existsSync(target) ? (await sha256Of(target)) === sha256 : await putAt(source, target)) return ok(target);
    }
    throw new Error('Every name is taken.');
  } catch (error) {
    return fail({
      code: 'copy_not_saved',
      message: `The finished ${photoName} is paid for and safe, but it could not be put into ${out}: ${reasonOf(error)}. Run the same command with another --out: it is not charged again.`,
      file: photoName,
    });
  }
}

/** Whole or not at all; false when somebody else took the name meanwhile. */
async function putAt(source: string, target: string): Promise<boolean> {
  try {
    await link(source, target);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (systemCode(error) === 'ENOENT') throw error;
  }
  const temporary = `${target}.${process.pid}.part`;
  try {
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    const file = await open(temporary, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    if (existsSync(target)) return false;
    await rename(temporary, target);
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

function reasonOf(error: unknown): string {
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'it may not be written to';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is in the way';
    case 'ENOENT':
      return 'it is gone';
    default:
      return 'it could not be written there';
  }
}
