/** Proving a page of the ledger: every entry follows from the one before, and the server signed where it ends. */
import { createPublicKey, verify } from 'node:crypto';
import { headMessage, type LedgerEntry, type LedgerPage } from '../../../shared/api/index.ts';
import type { AccountId } from '../../../shared/credits/model/quantities.ts';
import type { Position } from './sync.ts';

/** Hash of an entry from its predecessor's hash and its own body; see shared/ledger. */
type EntryHash = (prevHash: string, entry: LedgerEntry) => string;

/** What is wrong with a page; null: it continues the copy, and the server has signed it. */
export type ChainFault = 'gap' | 'link' | 'hash' | 'head' | 'signature' | null;

/** What is wrong with the page as the continuation of a copy that reaches to `from`; null when nothing is. */
export function chainFault(page: LedgerPage, from: Position, hashOf: EntryHash): ChainFault {
  let { seq, hash } = from;
  for (const entry of page.entries) {
    if (entry.seq !== seq + 1) return 'gap';
    if (entry.prevHash !== hash) return 'link';
    if (hashOf(hash, entry) !== entry.hash) return 'hash';
    ({ seq, hash } = entry);
  }
  if (page.head.seq < seq || (page.head.seq === seq && page.head.hash !== hash)) return 'head';
  // A page that ends before the head has to bring something, or pulling would never come to an end.
  return page.entries.length === 0 && page.head.seq !== seq ? 'gap' : null;
}

/** RFC 8410: what stands before the 32 bytes of a raw Ed25519 public key. */
const ed25519Prefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether the head is signed with this key. `publicKey`: raw 32 bytes, base64. */
export function isSigned(page: LedgerPage, accountId: AccountId, publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.concat([ed25519Prefix, Buffer.from(publicKey, 'base64')]), format: 'der', type: 'spki' });
    const message = headMessage(accountId, page.epoch, page.head.seq, page.head.hash);
    return verify(null, Buffer.from(message), key, Buffer.from(page.head.signature, 'base64'));
  } catch {
    // A key or signature that is not even one.
    return false;
  }
}
