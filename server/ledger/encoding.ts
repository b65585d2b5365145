/** The engine's values as the database keeps them: JSON text, hashed with the platform's own SHA-256. */
import { hash } from 'node:crypto';
import { decodeEntry, type EncodedEntry } from '../../shared/credits/encode-entry.ts';
import { decodeState, encodeState } from '../../shared/credits/encode-state.ts';
import type { AccountState, Entry } from '../../shared/credits/model.ts';
import { isRunning } from '../../shared/credits/versions.ts';
import { canonical } from '../../shared/ledger/canonical.ts';
import { preimageOf } from '../../shared/ledger/chain.ts';

/** The entry's canonical text, which is what is stored, and the hash that it gets in place `seq` after `prevHash`. */
export function sealed(prevHash: string, seq: number, entry: Entry): { readonly text: string; readonly hash: string } {
  const text = canonical(entry);
  return { text, hash: hash('sha256', preimageOf(prevHash, seq, text), 'hex') };
}

/** Throws when the database holds something else than an entry: nothing may be shown or decided from it then. */
export function readEntry(encoded: EncodedEntry): Entry {
  const read = decodeEntry(encoded);
  if (!read.ok) throw new Error(`The ledger holds what is no entry: ${read.error.message}`);
  return read.value;
}

export const stateText = (state: AccountState): string => JSON.stringify(encodeState(state));

/** null for a snapshot of another form (an older server's, a newer one's): its entries tell the same. */
export function readState(text: string): AccountState | null {
  const read = decodeState(JSON.parse(text));
  return read.ok ? read.value : null;
}

/** A chunk's entries as `seal` wrote them. Hashes and balances are not stored: they follow from what the chunk continues. */
export const readChunk = (entries: string): EncodedEntry[] => JSON.parse(entries) as EncodedEntry[];

/** When time itself may next bring something: a lower bound, which is all that the sweep needs. */
export function nextDueOf(state: AccountState): number | null {
  const { nextExpiryAt, nextTimeoutAt, subscription } = state;
  const renewal = subscription && isRunning(state) ? Math.min(subscription.cycle.end, subscription.period.end) : null;
  const instants = [nextExpiryAt, nextTimeoutAt, renewal].filter((at) => at !== null);
  return instants.length === 0 ? null : Math.min(...instants);
}
