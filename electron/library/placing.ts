/** Putting a finished file where the user keeps such files: whole or not at all, and never over something that lies there. */
import { constants, existsSync } from 'node:fs';
import { copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail, ok, type Result } from '../../shared/result.ts';
import { contentFingerprint } from '../darkroom/files/regular-file.ts';
import { systemCode } from '../darkroom/problems.ts';

/** Beyond this many pictures of one name something else is wrong. */
const MOST_OF_ONE_NAME = 10_000;

/**
 * Puts `source` under the first name that is free, and answers that name; a failure is the file system's own code.
 * @param nameOf the n-th name to try, from 1; all of one folder
 * @param alike a file that lies under a name already and has the very same content is taken for it: an interrupted try put it there
 */
export async function placeFile(source: string, nameOf: (n: number) => string, alike: boolean): Promise<Result<string, string>> {
  try {
    await mkdir(dirname(nameOf(1)), { recursive: true });
    const sha256 = alike ? await contentFingerprint(source) : null;
    for (let n = 1; n <= MOST_OF_ONE_NAME; n += 1) {
      const target = nameOf(n);
      const isThere = sha256 !== null && existsSync(target);
      if (isThere ? (await contentFingerprint(target)) === sha256 : await placeAt(source, target)) return ok(target);
    }
    return fail('EEXIST');
  } catch (error) {
    return fail(systemCode(error));
  }
}

/**
 * False when the name is taken. A hard link where the file system allows it (no second gigabyte, and no overwriting even in a race
 * with another program), else a copy under another name first: a copy that is cut off is never taken for a picture.
 */
async function placeAt(source: string, target: string): Promise<boolean> {
  try {
    await link(source, target);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (systemCode(error) === 'ENOENT') throw error;
  }
  if (existsSync(target)) return false;
  const temporary = `${target}.${process.pid}.part`;
  try {
    await copyDurably(source, temporary);
    if (existsSync(target)) return false;
    await rename(temporary, target);
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Copies a file, over one that is there, and flushes it to the disk: no second gigabyte where the file system shares blocks. */
export async function copyDurably(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  const file = await open(target, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
