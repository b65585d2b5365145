/** One text for one entry: JSON in the manner of RFC 8785 (sorted keys, no spaces), bigints as decimal strings. */
import { type Encoded, encodeEntry } from '../credits/encode-entry.ts';
import type { Entry } from '../credits/model.ts';

/** The canonical text. Two entries have the same text exactly when they say the same. */
export const canonical = (entry: Entry): string => write(encodeEntry(entry));

function write(value: Encoded): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(write).join(',')}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${write(value[key] ?? null)}`).join(',')}}`;
}

const isList = (value: Encoded): value is readonly Encoded[] => Array.isArray(value);
