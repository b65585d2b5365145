/** What the bar says before Apply of photos that are not simply applied: made before, without a background. Pure. */

import type { Hint } from '../../../shared/edit/hints.ts';
import type { QuoteView } from '../../../shared/ipc/wallet.ts';
import { count } from '../../ui/figures/amounts.ts';

/** How many of the selected photos are what; all counts. */
export interface BarFacts {
  readonly selected: number;
  /** Selected photos that could be applied and have no background. */
  readonly bare: number;
  /** Selected photos that cannot be applied now: not found, not readable, or on their way already. */
  readonly barred: number;
  /** To be made and paid for. */
  readonly fresh: number;
  /** Finished already and shown. */
  readonly done: number;
  /** Finished already, but something else is shown: applying goes back to it. */
  readonly back: number;
}

/** Why photos of the selection cannot be applied now. Pure. */
export const barredSentence = (number: number): string =>
  number === 1
    ? 'Its file is not found or cannot be read, or it is being applied already.'
    : 'Their files are not found or cannot be read, or they are being applied already.';

/** The counts of a quote over so many selected photos, `bare` of them without a background. */
export const factsOf = (selected: number, bare: number, quote: Pick<QuoteView, 'photos' | 'made'>): BarFacts => ({
  selected,
  bare,
  barred: selected - bare - quote.photos - quote.made.length,
  fresh: quote.photos,
  done: quote.made.filter(({ shown }) => shown).length,
  back: quote.made.filter(({ shown }) => !shown).length,
});

/** "3 photos", "3 of 14 photos", "Nothing to apply". */
export function whatIsApplied({ selected, fresh, back }: BarFacts): string {
  const applied = fresh + back;
  if (applied === 0) return 'Nothing to apply';
  return applied === selected ? count(applied, 'photo') : `${applied} of ${count(selected, 'photo')}`;
}

const verb = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

/** Whole sentences, none when every selected photo is made and paid for. */
export function leftOutSentences({ selected, bare, barred, fresh, done, back }: BarFacts): readonly string[] {
  const sentences: string[] = [];
  if (fresh + back === 0 && done > 0) {
    sentences.push(
      selected === 1
        ? 'This photo already shows this picture.'
        : `${verb(done, 'photo already shows', 'photos already show')} their finished picture.`,
    );
    sentences.push('Change a setting to make another.');
  } else if (done > 0) {
    sentences.push(
      `${fresh + back} of ${selected} ${fresh + back === 1 ? 'is' : 'are'} new; ${verb(done, 'already shows its', 'already show their')} finished picture and ${done === 1 ? 'is' : 'are'} left out.`,
    );
  }
  if (back > 0) {
    const whose = fresh + back === 1 ? 'Its finished picture is' : `${verb(back, 'finished picture is', 'finished pictures are')}`;
    sentences.push(`${whose} there already: applying shows ${back === 1 ? 'it' : 'them'} again for nothing.`);
  }
  if (bare > 0) sentences.push(`${verb(bare, 'photo has', 'photos have')} no background and ${bare === 1 ? 'is' : 'are'} left out.`);
  if (barred > 0) sentences.push(`${count(barred, 'photo')} cannot be applied now and ${barred === 1 ? 'is' : 'are'} left out.`);
  return sentences;
}

const hintSentences: Readonly<Record<Hint, string>> = {
  interior: 'What was found reaches nearly every side of the photo: perhaps it is the room, and not a thing in it.',
  undecided: 'Much of the subject is undecided: look at the preview before you apply.',
  'wheel cut off': "A wheel is cut off by the photo's edge.",
  'cut off': "The subject is cut off by the photo's edge.",
};

/**
 * What is worth a look before the photos are paid for, in one sentence; null: nothing is.
 * @param gravest of each photo that is to be applied, null where there is nothing to say
 */
export function hintSentence(gravest: readonly (Hint | null)[]): string | null {
  const hinted = gravest.filter((hint) => hint !== null);
  const [first] = hinted;
  if (first === undefined) return null;
  if (gravest.length === 1) return hintSentences[first];
  return `${hinted.length} of the ${gravest.length} photos ${hinted.length === 1 ? 'is' : 'are'} worth a look before you apply; the gallery marks ${hinted.length === 1 ? 'it' : 'them'} with an eye.`;
}
