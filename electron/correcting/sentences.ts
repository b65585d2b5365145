/** What is said of corrected pictures. None of it is ever charged. */
import type { Problem } from '../../shared/result.ts';

/** How a corrected picture's way ended, where it is not simply shown. */
export const ends = {
  photoRemoved:
    'A corrected picture is there. The photo was taken out of the library, so it was not fetched; import the photo again to get it.',
  deleted: 'The corrected picture was deleted on the server before this computer fetched it. Report the picture again, free.',
  kind: 'The corrected picture is of a kind that cannot be filed here. Report the picture again, free.',
  fetching: 'The corrected picture is on its way to this computer.',
  filed: 'The corrected picture is here.',
  filedBeside:
    'The corrected picture is here, among the versions of the photo. The photo shows another one by now, and that was left as it is.',
} as const;

/** Said of a corrected picture that is of no use on this machine. */
export const notFiled = (name: string): Problem => ({
  code: 'local_fault',
  message: `The corrected ${name} could not be put into the library because of a fault on this computer. It is free, and it is fetched again by itself.`,
});

/** Nobody cancels one; said if it should come to it. */
export const notWanted: Problem = {
  code: 'cancelled',
  message: 'The corrected picture was not fetched. It is free; it is fetched again by itself.',
};
