/** One text for one entry: JSON in the manner of RFC 8785 (sorted keys, no spaces), bigints as decimal strings. */
import type { Entry, EntryOf } from '../credits/model/model.ts';
import type { Slice } from '../credits/model/quantities.ts';

/**
 * The canonical text. Two entries have the same text exactly when they say the same: an absent member and one that is
 * `undefined` are the same, and so are an entry and its encoded form.
 */
export function canonical(entry: Entry): string {
  if (entry.kind === 'held') return held(entry);
  return entry.kind === 'settled' ? settled(entry) : canonicalJson(entry);
}

// Nearly every entry is one of these two, so they are written out: the same text, without looking for the order of their members.
function held(entry: EntryOf<'held'>): string {
  const { opId, purpose } = entry;
  const id = quoted(opId);
  const photo = purpose.photo === null ? 'null' : quoted(purpose.photo);
  if (last === undefined || !goesOn(entry, last.entry)) {
    last = { entry, around: null };
    return heldText(entry, id, photo);
  }
  last.around ??= aroundOf(heldText(entry, id, photo), id, photo);
  const { begin, middle, end } = last.around;
  return begin + id + middle + photo + end;
}

const heldText = ({ at, expiresAt, least, purpose, slices }: EntryOf<'held'>, id: string, photo: string): string =>
  `{"at":${at},"expiresAt":${expiresAt},"kind":"held",${least === undefined ? '' : `"least":"${least}",`}"opId":${id},"purpose":{"kind":${quoted(purpose.kind)},"photo":${photo},"traits":${members(
    purpose.traits,
  )}},"slices":${slicesText(slices)}}`;

/** The photos of a batch differ in nothing but id and name: what stands around these, from the second of them on. */
let last:
  | { readonly entry: EntryOf<'held'>; around: { readonly begin: string; readonly middle: string; readonly end: string } | null }
  | undefined;

function aroundOf(text: string, id: string, photo: string): { begin: string; middle: string; end: string } {
  const begin = text.slice(0, text.indexOf('"opId":') + '"opId":'.length);
  const past = begin.length + id.length;
  const middle = text.slice(past, text.indexOf('"photo":', past) + '"photo":'.length);
  return { begin, middle, end: text.slice(past + middle.length + photo.length) };
}

/** Whether it says the same as the one before it, but for id and photo. What batches share is shared by identity. */
export const goesOn = (entry: EntryOf<'held'>, before: EntryOf<'held'>): boolean =>
  entry.slices === before.slices &&
  entry.purpose.traits === before.purpose.traits &&
  entry.purpose.kind === before.purpose.kind &&
  entry.at === before.at &&
  entry.least === before.least &&
  entry.expiresAt === before.expiresAt;

const settled = ({ at, charged, holdId, opId, returned }: EntryOf<'settled'>): string =>
  `{"at":${at},"charged":${slicesText(charged)},"holdId":${quoted(holdId)},"kind":"settled","opId":${quoted(opId)},"returned":${slicesText(returned)}}`;

/** The photos of a batch share their slices: the text of the last ones. */
let written: { readonly slices: readonly Slice[]; readonly text: string } = { slices: [], text: '[]' };

function slicesText(slices: readonly Slice[]): string {
  if (slices === written.slices) return written.text;
  let text = '';
  for (const { amount, bucket, grantId } of slices)
    text += `${text === '' ? '' : ','}{"amount":"${amount}","bucket":${quoted(bucket)},"grantId":${quoted(grantId)}}`;
  written = { slices, text: `[${text}]` };
  return written.text;
}

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
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

function isSorted(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i += 1) if ((keys[i - 1] ?? '') > (keys[i] ?? '')) return false;
  return true;
}

/** 1 for each ASCII character that stands for itself between quotes. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) => (code >= 32 && code !== 34 && code !== 92 && code !== 127 ? 1 : 0));

function quoted(text: string): string {
  for (let i = 0; i < text.length; i += 1) if (PLAIN[text.charCodeAt(i)] !== 1) return JSON.stringify(text);
  return `"${text}"`;
}
