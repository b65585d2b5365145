/** What paid work says to people, whatever the craft. */
import type { Problem } from '../../shared/result.ts';

/** "1 photo", "12 photos". */
export const photos = (count: number): string => (count === 1 ? '1 photo' : `${count} photos`);

/** Why a batch whose rows cannot be kept does not go on. */
export const batchStopped: Problem = {
  code: 'local_fault',
  message:
    "This batch does not go on: a file or folder of the studio's own could not be read or written. What was charged is charged once, and finished pictures are kept. Check the free space on the disk; it goes on by itself then.",
};
