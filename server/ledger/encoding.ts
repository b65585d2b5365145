/** The engine's values as the database keeps them: JSON text, hashed with the platform's own SHA-256. */
import { hash } from 'node:crypto';
import { decodeEntry, type EncodedEntry, encodeEntry } from '../../shared/credits/encode-entry.ts';
import { decodeState, encodeState } from '../../shared/credits/encode-state.ts';
import type { AccountState, Entry } from '../../shared/credits/model.ts';
import { chainHash } from '../../shared/ledger/chain.ts';

const sha256 = (text: string): string => hash('sha256', text, 'hex');

export const hashOf = (prevHash: string, seq: number, entry: Entry): string => chainHash(prevHash, seq, entry, sha256);

export const entryText = (entry: Entry): string => JSON.stringify(encodeEntry(entry));

/** Throws when the database holds something else than an entry: nothing may be shown or decided from it then. */
export function readEntry(encoded: EncodedEntry): Entry {
  const read = decodeEntry(encoded);
  if (!read.ok) throw new Error(`The ledger holds what is no entry: ${read.error.message}`);
  return read.value;
}

export const stateText = (state: AccountState): string => JSON.stringify(encodeState(state));

export function readState(text: string): AccountState {
  const read = decodeState(JSON.parse(text));
  if (!read.ok) throw new Error(`A snapshot cannot be read: ${read.error.message}`);
  return read.value;
}

/** How an entry lies in a chunk: its hash, the available balance after it in units, and the engine's own encoding. */
export interface StoredEntry {
  readonly h: string;
  readonly a: string;
  readonly e: EncodedEntry;
}

/** Written by `seal` only. */
export const readChunk = (entries: string): StoredEntry[] => JSON.parse(entries) as StoredEntry[];

/** When time itself may next bring something: a lower bound, which is all that the sweep needs. */
export function nextDueOf(state: AccountState): number | null {
  const { nextExpiryAt, nextTimeoutAt, subscription } = state;
  const renewal = subscription && subscription.status !== 'ended' ? Math.min(subscription.cycle.end, subscription.period.end) : null;
  const instants = [nextExpiryAt, nextTimeoutAt, renewal].filter((at) => at !== null);
  return instants.length === 0 ? null : Math.min(...instants);
}
