/** Tells whether the same operation id comes with the same request. It guards against mistakes within one account, not against forgery. */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../shared/ledger/canonical.ts';

/** Characters; 128 bits in base64url. */
export const FINGERPRINT_LENGTH = 22;

export const fingerprint = (request: unknown): string => hash('sha256', canonicalJson(request), 'base64url').slice(0, FINGERPRINT_LENGTH);

const PHOTO_LENGTH = 7;
/** So much of it is the same for photos of which the same is asked. */
export const FINGERPRINT_SHARED = FINGERPRINT_LENGTH - PHOTO_LENGTH;

/** An operation, of which the rest is whatever its kind needs. */
interface Asked {
  readonly opId: string;
  readonly photo?: string | undefined;
}

/**
 * Fingerprints for the operations of a request, whatever their ids. The photos of a batch differ in nothing but their names: what they
 * share is hashed once, and the name has the last characters to itself.
 */
export function fingerprints(): (operation: Asked) => string {
  let text = '';
  let shared = '';
  return (operation) => {
    const asked = JSON.stringify({ ...operation, opId: undefined, photo: undefined });
    if (asked !== text) {
      const { opId: _, photo: __, ...rest } = operation;
      text = asked;
      shared = fingerprint(rest).slice(0, FINGERPRINT_SHARED);
    }
    return shared + photoPrint(operation.photo);
  };
}

/** FNV-1a, 32 bits, in base 36. */
function photoPrint(photo: string | undefined): string {
  let value = photo === undefined ? 0 : 0x811c9dc5;
  if (photo !== undefined) for (let i = 0; i < photo.length; i += 1) value = Math.imul(value ^ photo.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(36).padStart(PHOTO_LENGTH, '0');
}

/** As servers before wrote it. */
export const olderFingerprint = ({ opId: _, ...request }: Asked): string => fingerprint(request);
