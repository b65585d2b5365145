/**
 * The hash chain of an account's ledger: each entry's hash covers the hash before it, so that no entry can be changed,
 * dropped, added or moved without every later hash changing. The first entry names the account.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Entry } from '../credits/model/model.ts';
import type { Seq } from '../credits/model/quantities.ts';
import { canonical } from './canonical.ts';

/** 64 hexadecimal digits. */
export type Hash = string;
/** SHA-256 over UTF-8 text. Injected where the platform has a faster one. */
type Digest = (text: string) => Hash;

/** What the first entry follows. */
export const GENESIS: Hash = '0'.repeat(64);

const portable: Digest = (text) => bytesToHex(sha256(utf8ToBytes(text)));

/** The text that a hash covers: domain, place, the hash before it and the entry itself, one a line. */
export const preimage = (prevHash: Hash, seq: Seq, entry: Entry): string => preimageOf(prevHash, seq, canonical(entry));

/** The same for whoever has the canonical text already. */
export const preimageOf = (prevHash: Hash, seq: Seq, text: string): string => `backlot ledger v1\n${seq}\n${prevHash}\n${text}`;

/** Hash of the entry in place `seq` (from 1) after `prevHash`. */
export const chainHash = (prevHash: Hash, seq: Seq, entry: Entry, digest: Digest = portable): Hash =>
  digest(preimage(prevHash, seq, entry));

/** An entry in the hash chain: `hash` covers the entry and `prevHash`. */
export interface Link {
  readonly seq: Seq;
  readonly entry: Entry;
  readonly prevHash: Hash;
  readonly hash: Hash;
}

/** The first link that does not follow, or null when all do. `from`: the place and hash they continue. */
export function firstBreak(links: Iterable<Link>, from: { readonly seq: Seq; readonly hash: Hash }, digest: Digest = portable): Seq | null {
  let { seq, hash } = from;
  for (const link of links) {
    if (link.seq !== seq + 1 || link.prevHash !== hash || chainHash(hash, link.seq, link.entry, digest) !== link.hash) return link.seq;
    seq = link.seq;
    hash = link.hash;
  }
  return null;
}
