/**
 * Files are encrypted in segments, each by itself (AES-256-GCM), so that one can be sent in pieces and read from any place. A file has a key of its own,
 * which lies in the database sealed by the installation's vault: without the vault's key no file opens, and a file whose row forgot its key never does.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Vault } from '../identity/vault.ts';

/** Of plain bytes; only the last segment of a file is shorter. */
export const SEGMENT_BYTES = 1024 * 1024;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Which bytes of which file a segment is: bound to it, so that one put in another's place does not open. */
export interface SegmentPlace {
  readonly uploadId: string;
  /** Of its first byte in the file. */
  readonly startsAt: number;
}

const aboutKey = (uploadId: string): string => `upload key\n${uploadId}`;
const aboutSegment = ({ uploadId, startsAt }: SegmentPlace, bytes: number): Buffer =>
  Buffer.from(`upload segment\n${uploadId}\n${startsAt}\n${bytes}`, 'utf8');

/** A new random key, sealed for the database. */
export const newFileKey = (vault: Vault, uploadId: string): string =>
  vault.seal(randomBytes(KEY_BYTES).toString('base64url'), aboutKey(uploadId));

/** The key of a file; null: it was sealed with a key that the vault does not have. */
export function fileKey(vault: Vault, uploadId: string, sealed: string): Buffer | null {
  const opened = vault.open(sealed, aboutKey(uploadId));
  return opened === null ? null : Buffer.from(opened, 'base64url');
}

/** The same key sealed with the vault's first key; null: it cannot be opened. */
export function resealed(vault: Vault, uploadId: string, sealed: string): string | null {
  const opened = vault.open(sealed, aboutKey(uploadId));
  return opened === null ? null : vault.seal(opened, aboutKey(uploadId));
}

/** The segment as it is stored: nonce, ciphertext, tag. */
export function sealSegment(key: Buffer, place: SegmentPlace, plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aboutSegment(place, plain.length));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Its plain bytes. Throws when it is not what was stored for this place. */
export function openSegment(key: Buffer, place: SegmentPlace, stored: Uint8Array): Buffer {
  const bytes = stored.length - NONCE_BYTES - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, stored.subarray(0, NONCE_BYTES));
  decipher.setAAD(aboutSegment(place, bytes)).setAuthTag(stored.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(stored.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}
