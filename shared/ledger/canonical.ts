/** One text for one entry: JSON in the manner of RFC 8785 (sorted keys, no spaces), bigints as decimal strings. */
import type { Entry } from '../credits/model.ts';

/**
 * The canonical text. Two entries have the same text exactly when they say the same: an absent member and one that is
 * `undefined` are the same, and so are an entry and its encoded form.
 */
export const canonical = (entry: Entry): string => canonicalJson(entry);

/** The same for any plain data. Written for speed: every entry of every ledger goes through here, on the server and on clients. */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'bigint':
      return `"${value}"`;
    case 'number':
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? list(value) : members(value as Readonly<Record<string, unknown>>);
    default:
      throw new TypeError(`A ${typeof value} has no place in an entry.`);
  }
}

function list(values: readonly unknown[]): string {
  let text = '';
  for (const value of values) text += text === '' ? canonicalJson(value) : `,${canonicalJson(value)}`;
  return `[${text}]`;
}

function members(record: Readonly<Record<string, unknown>>): string {
  const keys = Object.keys(record);
  // By UTF-16 code units, whatever the locale; most objects were written in this order already.
  if (!isSorted(keys)) keys.sort();
  let text = '';
  for (const key of keys) {
    const member = record[key];
    if (member !== undefined) text += text === '' ? `${quoted(key)}:${canonicalJson(member)}` : `,${quoted(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

function isSorted(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i += 1) if ((keys[i - 1] ?? '') > (keys[i] ?? '')) return false;
  return true;
}

/** Letters, digits and the marks of ids, names and instants stand for themselves. */
const PLAIN = /^[\w .:#/+-]*$/;

const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));
