/** Operation ids that follow from what they are about: the same facts make the same id, so that what they cause is idempotent. */
import { hash } from 'node:crypto';
import { opIdFrom } from '../shared/credits/model/minting.ts';
import type { OpId } from '../shared/credits/model/quantities.ts';

/** A UUID (RFC 9562, version 8) of these parts. */
export function derivedId(...parts: readonly (string | number)[]): OpId {
  const digest = hash('sha256', parts.join('\n'), 'hex');
  return opIdFrom(
    [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`, `8${digest.slice(17, 20)}`, digest.slice(20, 32)].join('-'),
  );
}
