/** Tells whether the same operation id comes with the same request. It guards against mistakes within one account, not against forgery. */
import { hash } from 'node:crypto';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import { canonicalJson } from '../../shared/ledger/canonical.ts';

/** Characters; 128 bits in base64url. */
export const FINGERPRINT_LENGTH = 22;

/** Of canonical JSON: the same request in the same spelling has the same. */
export const fingerprint = (request: unknown): string => hash('sha256', canonicalJson(request), 'base64url').slice(0, FINGERPRINT_LENGTH);

/** Members whose text says an amount, wherever they stand in a request. */
const AMOUNTS: ReadonlySet<string> = new Set(['amount', 'actual', 'below']);
const DECIMAL = /^(\d+)(?:\.(\d*))?$/;

/** Of the request's meaning: "5", "5.00" and "05.0" are one amount, "eur" and "EUR" one currency, an instant is the same in every offset. */
export const fingerprintOf = (request: unknown): string => fingerprint(byValue(request, 0));

/** How servers before spelled what they remembered: as it was sent, which was nearly always one of these numbers of decimals. */
const OLDER_DECIMALS = [2, 4];

/** Whether this request is the one that was remembered, in whatever spelling either was sent. */
export function isRemembered(stored: string, request: unknown): boolean {
  if (stored === fingerprintOf(request) || stored === fingerprint(request)) return true;
  return OLDER_DECIMALS.some((decimals) => stored === fingerprint(byValue(request, decimals)));
}

/** The request in one spelling: amounts with at least so many decimals and no further zeros. */
function byValue(value: unknown, decimals: number): unknown {
  if (Array.isArray(value)) return value.map((member) => byValue(member, decimals));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, spelled(key, member, decimals)]));
}

function spelled(key: string, member: unknown, decimals: number): unknown {
  if (typeof member !== 'string') return byValue(member, decimals);
  if (AMOUNTS.has(key)) return plainDecimal(member, decimals);
  if (key === 'currency') return member.toUpperCase();
  if (key !== 'expiresAt') return member;
  const at = Date.parse(member);
  return Number.isNaN(at) ? member : new Date(at).toISOString();
}

function plainDecimal(text: string, decimals: number): string {
  const [whole, parts] = [DECIMAL.exec(text)?.[1], DECIMAL.exec(text)?.[2] ?? ''];
  if (whole === undefined) return text;
  const fraction = parts.replace(/0+$/, '').padEnd(decimals, '0');
  return `${whole.replace(/^0+(?=\d)/, '')}${fraction === '' ? '' : `.${fraction}`}`;
}

const PHOTO_LENGTH = 7;
/** So much of it is the same for photos of which the same is asked. */
export const FINGERPRINT_SHARED = FINGERPRINT_LENGTH - PHOTO_LENGTH;

/** An operation, of which the rest is whatever its kind needs. */
type Asked = { readonly opId: OpId; readonly photo?: string | undefined };

/**
 * Fingerprints for operations one after the other, whatever their ids. The photos of a batch differ in nothing but their names, and so do those that are
 * asked for one by one: what they share is hashed once, and the name has the last characters to itself.
 */
export function fingerprints(): (operation: Asked) => string {
  let before: Asked | null = null;
  let shared = '';
  return (operation) => {
    if (before === null || !isSameRest(operation, before)) {
      const { opId: _, photo: __, ...rest } = operation;
      shared = fingerprint(rest).slice(0, FINGERPRINT_SHARED);
      before = operation;
    }
    return shared + photoPrint(operation.photo);
  };
}

type Members = Readonly<Record<string, unknown>>;

/** What the name of a photo, and the id, have no part in. */
const OWN: ReadonlySet<string> = new Set(['opId', 'photo'] satisfies (keyof Asked)[]);

/** Whether both ask for the same, whatever their ids and photos: compared member by member, as making a text of each would take twice the time. */
const isSameRest = (one: Asked, other: Asked): boolean => haveSameMembers(one, other, OWN);

function haveSameMembers(one: Members, other: Members, except: ReadonlySet<string> = NOTHING): boolean {
  for (const key in one) if (!isSame(one[key], other[key]) && !except.has(key)) return false;
  // What only the other has; an absent member and one that is undefined are the same.
  for (const key in other) if (one[key] === undefined && other[key] !== undefined && !except.has(key)) return false;
  return true;
}

const NOTHING: ReadonlySet<string> = new Set();

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null;

const isSame = (one: unknown, other: unknown): boolean =>
  one === other || (isMembers(one) && isMembers(other) && Array.isArray(one) === Array.isArray(other) && haveSameMembers(one, other));

/** FNV-1a, 32 bits, in base 36. */
function photoPrint(photo: string | undefined): string {
  let value = photo === undefined ? 0 : 0x811c9dc5;
  if (photo !== undefined) for (let i = 0; i < photo.length; i += 1) value = Math.imul(value ^ photo.charCodeAt(i), 0x01000193);
  return inBase36(value >>> 0);
}

const DIGITS = Array.from({ length: 36 }, (_, digit) => digit.toString(36));
/** Two digits for each number below 36². */
const PAIRS = DIGITS.flatMap((high) => DIGITS.map((low) => high + low));

/** PHOTO_LENGTH digits of a number below 2³², as `toString(36)` and zeros in front have it, in a fraction of the time. */
function inBase36(value: number): string {
  const [high, low] = [Math.floor(value / PAIRS.length), value % PAIRS.length];
  const [higher, middle] = [Math.floor(high / PAIRS.length), high % PAIRS.length];
  const first = Math.floor(higher / PAIRS.length);
  return `${DIGITS[first]}${PAIRS[higher % PAIRS.length]}${PAIRS[middle]}${PAIRS[low]}`;
}

/** As servers before wrote it. */
export const olderFingerprint = ({ opId: _, ...request }: Asked): string => fingerprint(request);
