/** What applying says to people, all of it here. */

import { hasCode, type Problem as ServerProblem } from '../../shared/api/index.ts';
import { formatAmount, parseAmount } from '../../shared/credits/model/amount.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import { type RecipeRefusal, recipeRefusalText } from '../../shared/recipe-refusal.ts';
import { codeFrom, type Problem } from '../../shared/result.ts';
import type { Refusal } from '../paid-work/craft.ts';
import type { Job } from '../paid-work/job.ts';
import { photos } from '../paid-work/sentences.ts';
import { credits } from '../wallet/sentences.ts';

/** Beyond these the sentence counts instead of naming. */
const MOST_NAMED = 3;

const were = (count: number): string => (count === 1 ? 'It was' : 'They were');

/** Said of a photo whose turn had not come when its batch was cancelled. */
export const cancelledByUser: Problem = { code: 'cancelled', message: 'Cancelled before it was rendered. It was not charged.' };

/** Why a recipe cannot be applied to any photo. */
export const recipeRefused = (refusal: RecipeRefusal): Problem => ({ code: refusal, message: recipeRefusalText(refusal) });

/** Some of the photos have a background and some have not. */
export const backgroundsMissing = (names: readonly string[]): Problem => ({
  code: 'background_required',
  message: `${names.length === 1 ? `${names[0]} has` : `${photos(names.length)} have`} no background; a logo alone cannot be applied. Nothing was charged. Choose a background first.`,
});

/** Said when a press names photos that an earlier one is still working on. */
export const alreadyWorking = (names: readonly string[]): Problem => ({
  code: 'already_working',
  message: `${names.length === 1 ? `${names[0]} is` : `${photos(names.length)} are`} being worked on already. Nothing was charged. Wait until that is finished, then apply again.`,
});

/** Said when every photo already shows what would be made. */
export const nothingNew = (names: readonly string[]): Problem => ({
  code: 'nothing_new',
  message: `Nothing to apply: ${names.length === 1 ? `${names[0]} already shows` : `${photos(names.length)} already show`} this very picture. Nothing was charged. Change a setting, or choose Apply again to make it anew.`,
});

/** The end of a press for which nothing had to be made. */
export const broughtBack = (names: readonly string[]): string =>
  `${names.length === 1 ? `${names[0]} shows its` : `${photos(names.length)} show their`} finished picture again. It was paid for before; nothing was charged.`;

/** Between the price and the press, finished pictures went away. */
export const costsMoreNow = (told: number, now: number): Problem => ({
  code: 'price_changed',
  message: `The price has changed since it was shown: ${photos(now)} would be paid for, not ${told}. Nothing was charged. Look at the price again, then apply.`,
});

/** Said of a batch that cannot be paused, resumed or cancelled any more. */
export const noSuchBatch: Problem = { code: 'batch_unknown', message: 'That batch is finished or unknown. Nothing was changed.' };

/** The sum of decimal strings in the unit. */
export function total(amounts: readonly string[], unit: Unit): string {
  let sum = 0n;
  for (const amount of amounts) sum += parseAmount(amount, unit) ?? 0n;
  return formatAmount(sum, unit);
}

/** How many of `count` equally priced photos the available credit pays for; null when the server did not say. */
function affordableOf(problem: ServerProblem, count: number, unit: Unit): number | null {
  const required = parseAmount(problem.required ?? '', unit);
  const available = parseAmount(problem.available ?? '', unit);
  if (required === null || available === null || required === 0n) return null;
  return Number((available * BigInt(count)) / required);
}

/** Why a whole batch was refused, with the way on. */
export function refusal(problem: ServerProblem, count: number, unit: Unit): Problem {
  if (hasCode(problem, 'background_required')) return recipeRefused('background_required');
  if (hasCode(problem, 'logo_on_transparent')) return recipeRefused('logo_on_transparent');
  const affordable = affordableOf(problem, count, unit);
  if (!hasCode(problem, 'insufficient_credit') || affordable === null) return { code: codeFrom(problem.code), message: problem.detail };
  const need = `${photos(count)} need ${credits(problem.required ?? '', unit.code)}, ${problem.available} ${problem.available === '1' ? 'is' : 'are'} left.`;
  const advice = affordable === 0 ? 'Buy more, or wait for the next reset.' : `Apply to as many as possible (${affordable}), or buy more.`;
  return { code: problem.code, message: `Not enough credit: ${need} Nothing was charged. ${advice}` };
}

/** Said of a photo for which no credit was left in its batch. */
export const creditRanOut: Problem = { code: 'insufficient_credit', message: 'The credit ran out before this photo. It was not charged.' };

/** Why a photo's credit was not held: what was said about it, else about the whole request. */
export function refusedHold({ problem, code, message, asked }: Refusal, unit: Unit): Problem {
  if (problem !== null && (code === undefined || code === problem.code)) return refusal(problem, asked, unit);
  if (code === 'insufficient_credit') return creditRanOut;
  return {
    code: code === undefined ? 'refused' : codeFrom(code),
    message: message ?? 'The credit server refused this photo. It was not charged.',
  };
}

/** "Applied to 11 of 12 photos. 11 credits used. IMG_0042.jpg could not be read; it was not charged." */
export function summary(jobs: readonly Job[], unit: Unit, wasCancelled: boolean): string {
  const applied = jobs.filter((job) => job.state === 'settled');
  const charged = total(
    jobs.map((job) => job.charged ?? '0'),
    unit,
  );
  const sentences = [
    ...(wasCancelled ? ['Cancelled.'] : []),
    `Applied to ${applied.length === jobs.length ? photos(jobs.length) : `${applied.length} of ${photos(jobs.length)}`}.`,
    `${credits(charged, unit.code)} used.`,
  ];
  const lost = jobs.filter((job) => job.state === 'undelivered');
  for (const job of lost) if (job.problem !== null) sentences.push(job.problem.message);
  const left = jobs.filter((job) => job.state !== 'settled' && job.state !== 'undelivered');
  const cancelled = left.filter((job) => job.problem?.code === 'cancelled');
  const short = left.filter((job) => hasCode(job.problem, 'insufficient_credit'));
  const troubled = left.filter((job) => !cancelled.includes(job) && !short.includes(job));
  for (const job of troubled.slice(0, MOST_NAMED)) sentences.push(aboutOne(job.problem?.message) ?? `${job.photo.name} was not charged.`);
  if (troubled.length > MOST_NAMED)
    sentences.push(`${photos(troubled.length - MOST_NAMED)} more could not be applied and were not charged.`);
  if (short.length > 0)
    sentences.push(`${photos(short.length)} had to be left out because the credit ran out. ${were(short.length)} not charged.`);
  if (cancelled.length > 0) sentences.push(`${photos(cancelled.length)} not started. ${were(cancelled.length)} not charged.`);
  for (const job of applied) if (job.problem?.code === 'outside_library') sentences.push(job.problem.message);
  const unsaved = applied.filter((job) => job.problem !== null && job.problem.code !== 'outside_library');
  if (unsaved.length === 1 && unsaved[0]?.problem) sentences.push(unsaved[0].problem.message);
  if (unsaved.length > 1)
    sentences.push(`${photos(unsaved.length)} are safe in the library, but no copy could be put into the output folder.`);
  return sentences.join(' ');
}

/** Beside photos that were charged, "nothing" would be a contradiction. */
const aboutOne = (message: string | undefined): string | undefined => message?.replace(/\bNothing was charged\b/, 'It was not charged');

/** Its hold went back before it could be charged, and there is no credit for another. */
export const madeNotPaid = (name: string): Problem => ({
  code: 'made_not_paid',
  message: `${name} is made, not paid: there is not enough credit left. It was not charged. It is charged and delivered once there is credit; or cancel it, and it is discarded.`,
  file: name,
});

/** A fault of this machine that came back each time. */
export const localFault = (name: string): Problem => ({
  code: 'local_fault',
  message: `${name} could not be worked on: a file or folder of the studio's own could not be read or written. It was not charged. Check the disk, then apply it again.`,
  file: name,
});

/** Paid for, and the library would not take it. */
export const outsideLibrary = (name: string, path: string): Problem => ({
  code: 'outside_library',
  message: `The finished ${name} is paid for and lies at ${path}, but it could not be put into the library. Nothing more is charged.`,
  file: name,
});
