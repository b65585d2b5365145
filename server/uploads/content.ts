/** Whether a file is of the kind that was declared, by its content. */
import { isKeepable, type UploadType } from '../../shared/api/index.ts';
import { type PictureKind, pictureKind, SIGNATURE_BYTES } from '../../shared/picture-kind.ts';

/** So many first bytes tell the kind of a picture. */
export const START_BYTES = SIGNATURE_BYTES;

const KIND: Readonly<Record<Exclude<UploadType, 'application/json'>, PictureKind>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/tiff': 'tiff',
  'image/webp': 'webp',
  'image/heic': 'heic',
};

const REST = 'It was deleted; send it again under another operation id.';

/** What is wrong, as a sentence; null: nothing. `start`: the first START_BYTES of a picture, or all of a document. */
export function contentProblem(type: UploadType, start: Buffer): string | null {
  if (type === 'application/json') return isPlainData(start) ? null : `The file is no JSON that can be kept. ${REST}`;
  const kind = pictureKind(start);
  return kind === KIND[type]
    ? null
    : `The file was declared as ${type} and its content is ${kind === null ? 'no picture' : `a ${kind}`}. ${REST}`;
}

/** JSON in UTF-8, of bounded depth, without texts that nothing could be done with. */
function isPlainData(bytes: Buffer): boolean {
  try {
    return isKeepable(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return false;
  }
}
