/** One text for one entry: JSON in the manner of RFC 8785 (sorted keys, no spaces), bigints as decimal strings. */
import type { Entry } from '../credits/model.ts';

/**
 * The canonical text. Two entries have the same text exactly when they say the same: an absent member and one that is
 * `undefined` are the same, and so are an entry and its encoded form.
 */
export const canonical = (entry: Entry): string => write(entry);

function write(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `"${value}"`;
    case 'number':
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? `[${value.map(write).join(',')}]` : writeMembers(value);
    default:
      throw new TypeError(`A ${typeof value} has no place in an entry.`);
  }
}

function writeMembers(value: object): string {
  let text = '';
  const members = Object.entries(value).sort(byKey);
  for (const [key, member] of members) if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${write(member)}`;
  return `{${text}}`;
}

/** By UTF-16 code units, whatever the locale. */
const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);
