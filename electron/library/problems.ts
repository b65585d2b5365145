/** What the library says when a file or folder does not do what it should: which one, what was not lost or charged, what next. */
import type { Problem } from '../../shared/result.ts';
import { NotRegularFile } from '../darkroom/files/regular-file.ts';
import { READABLE_KINDS, systemCode } from '../darkroom/problems.ts';

type FileProblemCode =
  | 'file_missing'
  | 'file_empty'
  | 'not_a_file'
  | 'file_too_large'
  | 'not_a_picture'
  | 'permission_denied'
  | 'disk_full'
  | 'folder_missing'
  | 'folder_unreadable'
  | 'file_changed'
  | 'read_failed';

/** The problem of this code about a file, by the name that people know it by. */
export const fileProblem = (code: FileProblemCode, file: string): Problem => ({ code, message: sentence(code, file), file });

function sentence(code: FileProblemCode, file: string): string {
  switch (code) {
    case 'file_missing':
      return `${file} is not where it was imported from. Nothing was charged. Put it back, or import it from its new place.`;
    case 'file_empty':
      return `${file} is empty (0 bytes). It was not imported. Copy it again from the camera or card.`;
    case 'not_a_file':
      return `${file} is not a file with a picture in it but a pipe, a device or a folder. It was not imported. Choose a picture file.`;
    case 'file_too_large':
      return `${file} is larger than any picture this studio can develop. It was not imported. Make a smaller copy of it and import that.`;
    case 'not_a_picture':
      return `${file} is not a picture this studio can read. It was not imported. ${READABLE_KINDS}`;
    case 'permission_denied':
      return `${file} may not be read by this user. It was left as it is. Change its permissions, then try again.`;
    case 'disk_full':
      return `The disk is full, so ${file} could not be saved. Nothing was charged. Free some space, then try again.`;
    case 'folder_missing':
      return `The folder ${file} does not exist any more. Nothing was imported from it.`;
    case 'folder_unreadable':
      return `The folder ${file} may not be read by this user. Nothing was imported from it. Change its permissions, then try again.`;
    case 'file_changed':
      return `${file} was changed on disk since it was imported. Nothing was charged. Import it again to work on the new picture.`;
    case 'read_failed':
      return `${file} could not be read. It was left as it is. Check the disk or card it lies on, then try again.`;
  }
}

/** Why nothing could be put into a folder, as part of a sentence. `code`: the file system's. */
export function whyNotPlaced(code: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'that folder may not be written to';
    case 'ENOENT':
      return 'that folder is gone';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is in the way';
    default:
      return 'it could not be written there';
  }
}

/** A file system error in the product's words. */
export function problemOf(error: unknown, file: string, what: 'file' | 'folder' = 'file'): Problem {
  if (error instanceof NotRegularFile) return fileProblem('not_a_file', file);
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return fileProblem(what === 'folder' ? 'folder_missing' : 'file_missing', file);
    case 'EACCES':
    case 'EPERM':
      return fileProblem(what === 'folder' ? 'folder_unreadable' : 'permission_denied', file);
    case 'ENOSPC':
    case 'EDQUOT':
      return fileProblem('disk_full', file);
    default:
      return fileProblem('read_failed', file);
  }
}
