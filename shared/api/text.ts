/**
 * What may stand in a text that comes from outside: names, addresses, reasons, notes, ids, searches. Every string of a body, a path and a
 * query is one of these, so that nothing is stored that a database, an XML parser, a terminal or a reader's eye takes for something else.
 * Texts are kept in Unicode's normal form C: the same letters written in two ways are the same text.
 */
import { z } from 'zod';
import { because } from '../codes/server-codes.ts';

/** Controls (C0, DEL, C1), half a surrogate pair, code points that are no characters, breaks of lines, and what turns the direction of what follows. */
const NOT_IN_A_LINE = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
/** The same, but for the tabs and line breaks of a keyboard. */
const NOT_IN_PARAGRAPHS = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

/** Whether a text may stand in one line: neither controls nor line breaks, nothing that turns its direction, nothing broken. */
const isLine = (text: string): boolean => !NOT_IN_A_LINE.test(text);
/** The same for a text that may have tabs and line breaks. */
const isParagraphs = (text: string): boolean => !NOT_IN_PARAGRAPHS.test(text);

const refusing = (message: string) => because('invalid_text', message);
const LINE = refusing('This is one line of text, without control characters, signs that turn its direction, or broken characters.');
const PARAGRAPHS = refusing(
  'This text has line breaks at most: no other control characters, signs that turn its direction, or broken characters.',
);

const bare = (max: number, min: number) => z.string().normalize('NFC').min(min).max(max);

/** One line that people wrote (a name, a reason): trimmed; 1 to `max` UTF-16 units. */
export const line = (max: number) => z.string().trim().normalize('NFC').min(1).max(max).refine(isLine, LINE);
/** One line as it is: a photo's name, a plan, a pack, what is searched for. `min` 0 lets it be empty. */
export const word = (max: number, min = 1) => bare(max, min).refine(isLine, LINE);
/** Lines that people wrote: a report's note, an answer to it. */
export const paragraphs = (max: number, min = 1) => bare(max, min).refine(isParagraphs, PARAGRAPHS);
/** An id that this server gave, as it stands in an address. */
export const identifier = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((id) => /^[\x21-\x7e]*$/.test(id), refusing('An id has neither spaces nor control characters.'));

/** How far what a recipe holds may be nested, and how long each of its texts may be. */
export const DEEPEST = 64;
/** In UTF-16 units. */
export const LONGEST = 2000;

/** Whether plain data is nested at most DEEPEST deep, and all its texts and names of members are such as may be kept, none longer than LONGEST. */
export function isKeepable(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return false;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one === 'string' && (one.length > LONGEST || !isParagraphs(one))) return false;
      if (typeof one !== 'object' || one === null) continue;
      if (!Array.isArray(one) && !Object.keys(one).every(isLine)) return false;
      for (const inner of Object.values(one)) next.push(inner);
    }
    level = next;
  }
  return true;
}

/** Of texts that were stored before all this was asked: what a document can show of them, in one line. */
export const inOneLine = (text: string): string =>
  isLine(text)
    ? text
    : text
        .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
        .replace(new RegExp(NOT_IN_A_LINE, 'gu'), '')
        .trim();
