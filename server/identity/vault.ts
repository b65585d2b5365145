/**
 * Secrets that have to be used again, and so cannot be hashed, lie in the database sealed: AES-256-GCM under a key that the database does not hold,
 * bound to what they belong to. The first key seals; the others still open what was sealed before they were replaced.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

export interface Vault {
  /** `about` names the row it belongs to: moved to another it does not open. */
  seal(text: string, about: string): string;
  /** null: none of the keys opens it. */
  open(sealed: string, about: string): string | null;
  /** Sealed with the first key. */
  isCurrent(sealed: string): boolean;
}

const VERSION = 'v1';
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const idOf = (key: Buffer): string => createHash('sha256').update('vault key id\n').update(key).digest('hex').slice(0, 16);

export function openVault(keys: readonly [Buffer, ...Buffer[]]): Vault {
  const [first] = keys;
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  const prefix = `${VERSION}.${idOf(first)}.`;
  return {
    seal(text, about) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', first, nonce).setAAD(Buffer.from(about, 'utf8'));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return prefix + Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
    },
    open(sealed, about) {
      const [version, id, body] = sealed.split('.');
      const key = byId.get(id ?? '');
      if (version !== VERSION || key === undefined || body === undefined) return null;
      const bytes = Buffer.from(body, 'base64url');
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(about, 'utf8')).setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return null;
      }
    },
    isCurrent: (sealed) => sealed.startsWith(prefix),
  };
}
