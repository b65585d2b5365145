/** What the darkroom says when a picture, a file or the model does not do what it should. */
import { basename } from 'node:path';
import type { Problem } from '../../shared/result.ts';

/** Pictures below this side have nothing to cut out. */
export const MIN_SIDE = 16;
/** Above this many pixels one photo would need more memory than an ordinary machine can spare. */
export const MAX_PIXELS = 250_000_000;

/** No JPEG is longer on a side, and what is, is a strip: whole rows of it are held at once, and a preview of it shows nothing. */
export const MAX_SIDE = 65_535;

/** Which pictures are read, as a sentence. */
export const READABLE_KINDS = 'JPEG, PNG, WebP, TIFF, HEIC, AVIF and GIF work.';

/** Of the network that finds the subject. */
type ModelCode =
  | 'model_missing'
  | 'model_damaged'
  | 'model_source_unreadable'
  | 'model_source_wrong'
  | 'model_unfit'
  | 'model_not_kept'
  | 'model_interrupted'
  | 'own_network_unreadable'
  | 'own_network_refused'
  | 'own_network_licence'
  | 'own_network_unfit'
  | 'own_network_failed'
  | 'own_network_not_kept';

type DarkroomCode =
  | 'file_missing'
  | 'permission_denied'
  | 'file_empty'
  | 'not_a_picture'
  | 'picture_damaged'
  | 'drawing_too_complex'
  | 'picture_too_small'
  | 'picture_too_large'
  | 'out_of_memory'
  | 'nothing_found'
  | 'background_missing'
  | 'background_unreadable'
  | 'logo_missing'
  | 'logo_unreadable'
  | 'watermark_missing'
  | 'watermark_unreadable'
  | 'crop_outside'
  | 'step_too_large'
  | 'disk_full'
  | 'output_read_only'
  | 'output_denied'
  | 'output_failed'
  | 'output_too_large'
  | ModelCode
  | 'took_too_long'
  | 'darkroom_stopped'
  | 'darkroom_failed';

/** Thrown inside the darkroom; becomes a Problem at its door. */
export class DarkroomError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, cause?: unknown) {
    super(problem.message, { cause });
    this.name = 'DarkroomError';
    this.problem = problem;
  }
}

const isOfModel = (code: DarkroomCode): code is ModelCode => code.startsWith('model_') || code.startsWith('own_network_');

/** @param path the file it is about; only its name is shown. `detail` completes the sentence where there is something to say. */
export function problem(code: DarkroomCode, path: string, detail = ''): Problem {
  const file = basename(path);
  const message = isOfModel(code) ? modelSentence(code, file, detail) : sentence(code, file, detail);
  return { code, message, file };
}

/** The exception for this code and file; its sentence says what happened and what to do. */
export const refuse = (code: DarkroomCode, path: string, detail = '', cause?: unknown): DarkroomError =>
  new DarkroomError(problem(code, path, detail), cause);

function sentence(code: Exclude<DarkroomCode, ModelCode>, file: string, detail: string): string {
  switch (code) {
    case 'file_missing':
      return `${file} is not where it was. Nothing was charged. Put it back, or import it from its new place.`;
    case 'permission_denied':
      return `${file} may not be read by this user. Nothing was charged. Change its permissions, then try again.`;
    case 'file_empty':
      return `${file} is empty (0 bytes). Nothing was charged. Copy it again from the camera or card.`;
    case 'not_a_picture':
      return `${file} is not a picture this studio can read. Nothing was charged. ${READABLE_KINDS}`;
    case 'picture_damaged':
      return `${file} is damaged or incomplete. Nothing was charged. Copy it again from the camera or card.`;
    case 'drawing_too_complex':
      return `${file} repeats its shapes or its effects so often that drawing it would not end. Nothing was charged. Simplify it in a drawing program, or save it as PNG.`;
    case 'picture_too_small':
      return `${file} is only ${detail} pixels. Nothing was charged. A photo needs at least ${MIN_SIDE} pixels on each side.`;
    case 'picture_too_large':
      return `${file} has ${detail} are possible. Nothing was charged. Make a smaller copy of it and import that.`;
    case 'out_of_memory':
      return `There was not enough memory for ${file}. Nothing was charged. Close other programs, or export it smaller.`;
    case 'nothing_found':
      return `No subject was found in ${file}. Nothing was charged. Mark it with the keep brush, then apply again.`;
    case 'background_missing':
      return `The background picture ${file} is not where it was. Nothing was charged. Add it again, or choose another background.`;
    case 'background_unreadable':
      return `The background picture ${file} cannot be read. Nothing was charged. Choose another background.`;
    case 'logo_missing':
      return `The logo ${file} is not where it was. Nothing was charged. Add it again, or apply without a logo.`;
    case 'logo_unreadable':
      return `The logo ${file} cannot be read. Nothing was charged. Choose another logo: PNG and SVG work best.`;
    case 'watermark_missing':
      return `The watermark ${file} is not where it was. Nothing was charged. Add it again, or take the watermark out of the steps.`;
    case 'watermark_unreadable':
      return `The watermark ${file} cannot be read. Nothing was charged. Choose another one: PNG and SVG work best.`;
    case 'crop_outside':
      return `The crop reaches outside of ${file}: ${detail}. Nothing was charged. Crop less, or leave this photo out.`;
    case 'step_too_large':
      return `${file} would be ${detail}; up to ${MAX_PIXELS / 1e6} megapixels and 30,000 px a side are possible. Nothing was charged. Make it smaller.`;
    case 'disk_full':
      return `The disk is full, so ${file} could not be saved. Nothing was charged. Free some space, then apply again.`;
    case 'output_read_only':
      return `The place where ${file} is to be saved is read-only. Nothing was charged. Choose another folder in Settings.`;
    case 'output_denied':
      return `${file} may not be saved in this folder by this user. Nothing was charged. Change the folder's permissions, or choose another.`;
    case 'output_failed':
      return `${file} could not be saved${detail}. Nothing was charged. Check the disk, then apply again.`;
    case 'output_too_large':
      return `${file} would be ${detail}. Nothing was charged. Choose another file format, or a smaller size.`;
    case 'took_too_long':
      return `${file} was worked on for ${detail} without an end, so it was given up. Nothing was charged. Save it anew in an image program, or leave it out.`;
    case 'darkroom_stopped':
      return `The darkroom stopped while it worked on ${file}. It has been started again. Nothing was charged; apply the photo again.`;
    case 'darkroom_failed':
      return `${file} could not be developed. Nothing was charged. Report the photo if it happens again.`;
  }
}

function modelSentence(code: ModelCode, file: string, detail: string): string {
  switch (code) {
    case 'model_missing':
      return `The model that finds the subject is not on this machine (${file}). Nothing was charged. An installed Backlot fetches it by itself and says at the top of its window how far it is; in a checkout, run the set-up once: npm start.`;
    case 'model_damaged':
      return `The model file ${file} is not the one that was published. Nothing was charged. An installed Backlot fetches it anew by itself; in a checkout, delete it and run the set-up again: npm start.`;
    case 'model_source_unreadable':
      return `The model could not be read from ${file}${detail === '' ? '' : ` (${detail})`}. Check that the file is there and may be read, then fetch it again.`;
    case 'model_source_wrong':
      return `What came as ${file} is not the model that is expected: its SHA-256 is another one. It was not used. Check the source, or name another one in BACKLOT_MODEL_SOURCE.`;
    case 'model_unfit':
      return `The network in ${file} ${detail}. It was not used, and nothing of it was kept. Name another source in BACKLOT_MODEL_SOURCE.`;
    case 'model_not_kept':
      return `The model could not be saved: ${detail}. It needs 400 MB of room while it is prepared. What was fetched is kept; make room, then fetch it again.`;
    case 'model_interrupted':
      return 'The model was not taken in: the darkroom came to an end before it was checked and tried. What was fetched is kept; fetch it again to go on from there.';
    case 'own_network_unreadable':
      return `${file} could not be read${detail}. Nothing was changed. Check that the file is there and may be read, then choose it again.`;
    case 'own_network_refused':
      return `${file} ${detail}. It was not run, and nothing was changed. Choose an ONNX file of ISNet, U2-Net, BiRefNet or InSPyReNet with its weights inside.`;
    case 'own_network_licence':
      return `${file} does not say under which licence it may be used. Nothing was changed. Name its licence, then choose it again.`;
    case 'own_network_unfit':
      return `The network in ${file} ${detail}. Nothing was changed: the network that was used before still is. Choose another file.`;
    case 'own_network_failed':
      return `Your own network failed on ${file}. Nothing was charged. Apply it again, or remove your network in Settings to go back to Backlot's own.`;
    case 'own_network_not_kept':
      return `${file} could not be kept: ${detail}. Nothing was changed. Make room for it, then choose it again.`;
  }
}

/** The code of a Node file system error, or ''. */
export const systemCode = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** A failed read of `path` in the product's own words, never in a library's. */
export function readProblem(error: unknown, path: string): Problem {
  if (error instanceof DarkroomError) return error.problem;
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return problem('file_missing', path);
    case 'EACCES':
    case 'EPERM':
      return problem('permission_denied', path);
    case 'ERR_OUT_OF_RANGE':
    case 'ERR_MEMORY_ALLOCATION_FAILED':
      return problem('out_of_memory', path);
    default:
      break;
  }
  if (error instanceof RangeError && /allocation|array length/i.test(error.message)) return problem('out_of_memory', path);
  return problem('darkroom_failed', path);
}

/**
 * For the log: what is behind a problem, in whatever words it came; null when the problem says it all. Users are never shown it: it speaks
 * of a library's insides.
 */
export function causeOf(error: unknown): string | null {
  const cause = error instanceof DarkroomError ? error.cause : error;
  if (cause instanceof DarkroomError) return causeOf(cause);
  return cause instanceof Error ? firstLine(cause.message) : null;
}

/** A failed write of `path`. */
export function writeProblem(error: unknown, path: string): Problem {
  if (error instanceof DarkroomError) return error.problem;
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return problem('disk_full', path);
    case 'EROFS':
      return problem('output_read_only', path);
    case 'EACCES':
    case 'EPERM':
      return problem('output_denied', path);
    default:
      return problem('output_failed', path, systemCode(error) === '' ? '' : ` (${systemCode(error)})`);
  }
}

/** The first line of a library's message: what follows is for developers. */
export const firstLine = (text: string): string => text.split('\n', 1)[0]?.trim() ?? '';
