/** Tells whether the same operation id comes with the same request. */
import { hash } from 'node:crypto';

/** JSON with sorted keys, absent members left out; bigint as its digits. */
export function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `"${value}"`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  let text = '';
  // An object that was parsed has no other members than its own.
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(member)}`;
  }
  return `{${text}}`;
}

/** 128 bits are plenty: it guards against mistakes within one account, not against forgery. */
export const fingerprint = (request: unknown): string => hash('sha256', canonical(request), 'base64url').slice(0, 22);
