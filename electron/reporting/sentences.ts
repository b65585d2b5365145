/** What reporting says to people. */
import type { UploadRole } from '../../shared/api/index.ts';
import type { Problem } from '../../shared/result.ts';

const named: Readonly<Record<UploadRole, string>> = {
  original: 'The original',
  result: 'The finished picture',
  recipe: 'The recipe',
  strokes: 'What the brush did',
  corrected: 'The corrected picture',
};

/** Why a file does not go along; the report goes all the same. */
export const leftBehind = {
  kind: (role: UploadRole) =>
    `${named[role]} stays here: its place and serial numbers cannot be taken out of a file of this kind. The report goes without it.`,
  tooLarge: (role: UploadRole) => `${named[role]} stays here: it is larger than the server takes. The report goes without it.`,
  unreadable: (role: UploadRole) => `${named[role]} stays here: it could not be copied on this computer. The report goes without it.`,
  refused: (role: UploadRole, why: string) => `${named[role]} stays here. ${why} The report goes without it.`,
  stopped: (role: UploadRole, why: string) =>
    `${named[role]} did not arrive. ${why} The report is there without it; report again to send it.`,
  gone: (role: UploadRole) =>
    `${named[role]} is not on the server any more: the consent was withdrawn, the report has ended, or its time was over.`,
  consentWithdrawn: 'The consent was withdrawn: what was sent is deleted on the server, and what waited here was not sent.',
};

/** Said of a picture that was taken out of the library. */
export const pictureGone: Problem = {
  code: 'version_unknown',
  message: 'This picture is not in the library any more, so it cannot be reported. Nothing was sent.',
};

/** Said where pictures were to go along and the account has not agreed to it, as far as this computer knows. */
export const consentMissing: Problem = {
  code: 'consent_required',
  message: 'This account has not agreed to send pictures. Nothing was sent. Agree first, or report without pictures.',
};

/** Said of a report that this studio does not know. */
export const reportUnknown: Problem = { code: 'not_found', message: 'There is no such report here. Nothing was changed.' };
