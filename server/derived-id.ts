/** Operation ids that follow from what they are about: the same facts make the same id, so that what they cause is idempotent. */
import { hash } from 'node:crypto';
import { opIdOfDigest } from '../shared/credits/model/minting.ts';
import type { OpId } from '../shared/credits/model/quantities.ts';

/** A UUID (RFC 9562, version 8) of these parts. */
export function derivedId(...parts: readonly (string | number)[]): OpId {
  return opIdOfDigest(hash('sha256', parts.join('\n'), 'hex'));
}
