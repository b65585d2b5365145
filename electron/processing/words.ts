/** What processing says to people, all of it here. */
import { parseAmount } from '../../shared/credits/amount.ts';
import type { ProcessingRun } from '../../shared/ipc/processing.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import type { Problem } from '../../shared/result.ts';
import { photos } from '../applying/words.ts';
import { whyNotPlaced } from '../library/problems.ts';
import { credits } from '../wallet/words.ts';

export const noAnswer = (name: string): Problem => ({
  code: 'offline',
  message: `The credit server did not answer, so ${name} was not processed. Nothing was charged. Try again when the connection is back.`,
  file: name,
});

export function refusedFor(name: string, code = 'refused', reason = 'The credit server refused it.'): Problem {
  const why = code === 'insufficient_credit' ? 'There is not enough credit left.' : reason;
  return { code, message: `${name} was not processed: ${why} Nothing was charged for it.`, file: name };
}

/** `code`: the file system's. */
export function notPlaced(name: string, folder: string, code: string): Problem {
  return {
    code: 'output_failed',
    message: `${name} was processed but not saved into ${folder}: ${whyNotPlaced(code)}. Nothing was charged for it. Choose another output folder in Settings, then export it again.`,
    file: name,
  };
}

export const runUnknown: Problem = { code: 'run_unknown', message: 'That run is finished or unknown. Nothing was changed.' };
export const stillRunning: Problem = {
  code: 'already_running',
  message: 'Photos are being processed already. Nothing was started or charged. Wait until that is finished, or cancel it.',
};

/** "Processed 11 of 12 photos into /home/me/Pictures. Nothing was charged." What was not done is said, too. */
export function summaryOf(run: ProcessingRun, unit: Unit, unconfirmed = 0): string {
  const all = run.done === run.total;
  const done = all ? photos(run.total) : `${run.done} of ${photos(run.total)}`;
  const left = run.total - run.done - run.failed;
  const parts = [run.done === 0 ? 'No photo was processed.' : `Processed ${done} into ${run.folder}.`, charge(run, unit, unconfirmed)];
  if (run.failed > 0) parts.push(`${run.failed === 1 ? '1 photo' : photos(run.failed)} could not be processed.`);
  if (left > 0) parts.push(`${left === 1 ? '1 photo was' : `${photos(left)} were`} not begun.`);
  return parts.join(' ');
}

function charge({ free, charged }: ProcessingRun, unit: Unit, unconfirmed: number): string {
  if (unconfirmed > 0) {
    const which = unconfirmed === 1 ? '1 photo is' : `${photos(unconfirmed)} are`;
    return `The charge for ${which} not confirmed: the credit server did not answer. The wallet shows it once it does.`;
  }
  if (free || (parseAmount(charged, unit) ?? 0n) === 0n) return 'Nothing was charged.';
  return `${credits(charged, unit.code)} ${unit.code === 'credit' ? 'used' : 'charged'}.`;
}
