/** What processing says to people, all of it here. */
import { hasCode } from '../../shared/api/index.ts';
import { parseAmount } from '../../shared/credits/model/amount.ts';
import type { ProcessingRun } from '../../shared/ipc/processing.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import { codeFrom, type Problem } from '../../shared/result.ts';
import { whyNotPlaced } from '../library/problems.ts';
import { photos } from '../paid-work/sentences.ts';
import { credits } from '../wallet/sentences.ts';

/** Said of a photo for which the server gave no hold. @param code the server’s; undefined: it gave none */
export function refusedFor(name: string, code?: string, reason = 'The credit server refused it.'): Problem {
  const why = hasCode({ code }, 'insufficient_credit') ? 'There is not enough credit left.' : reason;
  return {
    code: code === undefined ? 'refused' : codeFrom(code),
    message: `${name} was not processed: ${why} Nothing was charged for it.`,
    file: name,
  };
}

/** `code`: the file system's. */
export function notPlaced(name: string, folder: string, code: string): Problem {
  return {
    code: 'output_failed',
    message: `${name} was processed but not saved into ${folder}: ${whyNotPlaced(code)}. Nothing was charged for it. Choose another output folder in Settings, then export it again.`,
    file: name,
  };
}

/** Its hold went back before it could be charged, and there is no credit for another. */
export const madeNotPaid = (name: string): Problem => ({
  code: 'made_not_paid',
  message: `${name} is made, not paid: there is not enough credit left. Nothing was charged for it. It is charged and saved once there is credit; or cancel, and it is discarded.`,
  file: name,
});

/** Said of a file that was made, could not be paid for, and was given up. */
export const discardedUnpaid = (name: string): Problem => ({
  code: 'cancelled',
  message: `${name} was made and not paid, so it was discarded. Nothing was charged for it.`,
  file: name,
});

/** Nothing of it is wanted any more. */
export const cancelledBeforeMade = (name: string): Problem => ({
  code: 'cancelled',
  message: `${name} was cancelled before it was processed. Nothing was charged for it.`,
  file: name,
});

/** Said of a photo that was not begun for want of credit. */
export const notBegun = (name: string): Problem => ({
  code: 'not_begun',
  message: `${name} was not begun: there is not enough credit left. Nothing was charged for it.`,
  file: name,
});

/** Charged, and a file or folder of the studio's own could not be used each time. */
export const unfiledYet = (name: string, folder: string): Problem => ({
  code: 'output_failed',
  message: `${name} is paid for and kept, but could not be saved into ${folder} yet. It is saved there by itself once that can be done; nothing more is charged.`,
  file: name,
});

/** Charged, and the folder would not take it. */
export const notPlacedYet = (name: string, folder: string, why: Problem): Problem => ({
  code: 'output_failed',
  message: `${name} is paid for and kept, but could not be saved into ${folder} yet (${why.message.replace(/^.*?: /, '').replace(/\..*$/s, '')}). It is saved there by itself once that can be done; nothing more is charged.`,
  file: name,
});

/** Said of a run that cannot be cancelled any more. */
export const runUnknown: Problem = { code: 'run_unknown', message: 'That run is finished or unknown. Nothing was changed.' };

/** A fault of ours; what it was stands in the log. */
export const unexpected = (name: string): Problem => ({
  code: 'studio_fault',
  message: `${name} could not be processed. Nothing was charged for it. Try again.`,
  file: name,
});

/** Its list could not be kept: the disk is full or gone. */
export const interruptedFor = ({ done, total }: ProcessingRun): string =>
  `Stopped after ${done} of ${photos(total)}: the list of what is done could not be saved. Finished files are in their folder and charged once. The rest goes on by itself once it can be saved; free some space first.`;

/** Something of it is paid for, or may be, and could not be ended. */
export const laterFor = ({ done, total }: ProcessingRun): string =>
  `Stopped after ${done} of ${photos(total)}: something could not be saved. What is paid for is kept, charged once, and saved by itself once that can be done.`;

/** Another account signed in while it waited. */
export const setAsideFor = ({ done, total }: ProcessingRun): string =>
  `Set aside after ${done} of ${photos(total)}: it was begun under another account, and goes on when that one is signed in again. Nothing is charged to this one.`;

/** "Processed 11 of 12 photos into /home/me/Pictures. Nothing was charged." What was not done is said, too. */
export function summaryOf(run: ProcessingRun, unit: Unit): string {
  const all = run.done === run.total;
  const done = all ? photos(run.total) : `${run.done} of ${photos(run.total)}`;
  const left = run.total - run.done - run.failed - run.unpaid;
  const parts = [run.done === 0 ? 'No photo was processed.' : `Processed ${done} into ${run.folder}.`, charge(run, unit)];
  if (run.unpaid > 0)
    parts.push(
      `${run.unpaid === 1 ? '1 photo is' : `${photos(run.unpaid)} are`} made, not paid, and ${run.unpaid === 1 ? 'waits' : 'wait'} for credit.`,
    );
  if (run.failed > 0) parts.push(`${run.failed === 1 ? '1 photo' : photos(run.failed)} could not be processed.`);
  if (left > 0) parts.push(`${left === 1 ? '1 photo was' : `${photos(left)} were`} not begun.`);
  if (run.resumed) parts.push('It was interrupted and went on by itself; nothing was done or charged twice.');
  return parts.join(' ');
}

function charge({ free, charged }: ProcessingRun, unit: Unit): string {
  if (free || (parseAmount(charged, unit) ?? 0n) === 0n) return 'Nothing was charged.';
  return `${credits(charged, unit.code)} ${unit.code === 'credit' ? 'used' : 'charged'}.`;
}
