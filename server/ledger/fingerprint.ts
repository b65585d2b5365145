/** Tells whether the same operation id comes with the same request. */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../shared/ledger/canonical.ts';

/** 128 bits are plenty: it guards against mistakes within one account, not against forgery. */
export const fingerprint = (request: unknown): string => hash('sha256', canonicalJson(request), 'base64url').slice(0, 22);
