/** The engine's values as the database keeps them: JSON text, hashed with the platform's own SHA-256. */
import { hash } from 'node:crypto';
import { decodeEntry, type EncodedEntry } from '../../shared/credits/codec/encode-entry.ts';
import { decodeState, encodeState } from '../../shared/credits/codec/encode-state.ts';
import type { AccountState, Entry } from '../../shared/credits/model/model.ts';
import type { Seq } from '../../shared/credits/model/quantities.ts';
import { canonical, canonicalJson, goesOn } from '../../shared/ledger/canonical.ts';
import { preimageOf } from '../../shared/ledger/chain.ts';

/** The entry's canonical text and the hash that it gets in place `seq` after `prevHash`. */
export function sealed(prevHash: string, seq: Seq, entry: Entry): { readonly text: string; readonly hash: string } {
  const text = canonical(entry);
  return { text, hash: hash('sha256', preimageOf(prevHash, seq, text), 'hex') };
}

/** Throws when the database holds something else than an entry: nothing may be shown or decided from it then. */
export function readEntry(encoded: EncodedEntry): Entry {
  const read = decodeEntry(encoded);
  if (!read.ok) throw new Error(`The ledger holds what is no entry: ${read.error.message}`);
  return read.value;
}

/** The state as a snapshot keeps it. */
export const stateText = (state: AccountState): string => JSON.stringify(encodeState(state));

/** null for a snapshot of another form (an older server's, a newer one's): its entries tell the same. */
export function readState(text: string): AccountState | null {
  const read = decodeState(JSON.parse(text));
  return read.ok ? read.value : null;
}

/**
 * What to store of `entry`, whose canonical text is given, behind `before` in the JSON array that keeps what one append wrote. The photos
 * of a batch differ in nothing but id and name, so that is all that is stored of one that goes on like the one before it: a fifth of
 * the text, and of the write-ahead log. Hashes and balances are not stored: they follow from what the chunk continues.
 */
export function storedText(entry: Entry, text: string, before: Entry | undefined): string {
  if (entry.kind !== 'held' || before?.kind !== 'held' || !goesOn(entry, before)) return text;
  return `{"opId":${canonicalJson(entry.opId)},"photo":${canonicalJson(entry.purpose.photo)}}`;
}

/**
 * The entries of a chunk in order, each in full. By hand, as every read of a ledger comes through here: it says what is an object and completes what
 * storedText left out; what of that is an entry says `readEntry`, by schema. Throws when the text holds something else than a list of objects.
 */
export function readChunk(entries: string): EncodedEntry[] {
  const stored: unknown = JSON.parse(entries);
  if (!Array.isArray(stored)) throw new Error('The ledger holds what is no chunk: the whole is no list.');
  let before: EncodedEntry = {};
  return stored.map((entry: unknown, index) => {
    if (!isObject(entry)) throw new Error(`The ledger holds what is no chunk: ${index} is no object.`);
    // One without a kind is a hold that goes on like the one before it.
    before = 'kind' in entry ? entry : goingOn(entry, before);
    return before;
  });
}

function goingOn({ opId = null, photo = null }: EncodedEntry, before: EncodedEntry): EncodedEntry {
  const { purpose } = before;
  return { ...before, opId, purpose: isObject(purpose) ? { ...purpose, photo } : { photo } };
}

const isObject = (value: unknown): value is EncodedEntry => typeof value === 'object' && value !== null && !Array.isArray(value);
