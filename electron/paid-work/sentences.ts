/** What paid work says to people, whatever the craft. */
import type { Problem } from '../../shared/result.ts';

/** "1 photo", "12 photos". */
export const photos = (count: number): string => (count === 1 ? '1 photo' : `${count} photos`);

/** Charged, and there is nothing to show for it. `what`: what is gone; `why`: what became of making it again. */
export const paidNotDelivered = (name: string, what: 'picture' | 'file', why: Problem): Problem => ({
  code: 'paid_not_delivered',
  message: `${name} was charged, but its ${what} is gone and could not be made again: ${why.message.replace(/\s*\b(?:Nothing|It) was (?:not )?charged\b[^.]*\./, '')} Nothing more is charged. Ask support to give the charge back.`,
  file: name,
});

/** Why a batch whose rows cannot be kept does not go on. */
export const batchStopped: Problem = {
  code: 'local_fault',
  message:
    "This batch does not go on: a file or folder of the studio's own could not be read or written. What was charged is charged once, and finished pictures are kept. Check the free space on the disk; it goes on by itself then.",
};
