/**
 * Secrets that have to be used again, and so cannot be hashed, lie in the database sealed: AES-256-GCM under a key that the database does not hold,
 * bound to what they belong to. The first key seals; the others still open what was sealed before they were replaced.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const VERSION = 'v1';
/** AES-256. */
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const idOf = (key: Buffer): string => createHash('sha256').update('vault key id\n').update(key).digest('hex').slice(0, 16);

/** Seals and opens texts for the database. */
export class Vault {
  readonly #first: Buffer;
  readonly #byId: ReadonlyMap<string, Buffer>;
  readonly #prefix: string;

  /** @param keys the first one seals; each opens what it has sealed */
  constructor(keys: readonly [Buffer, ...Buffer[]]) {
    this.#first = keys[0];
    this.#byId = new Map(keys.map((key) => [idOf(key), key]));
    this.#prefix = `${VERSION}.${idOf(keys[0])}.`;
  }

  /** `about` names the row it belongs to: moved to another it does not open. */
  seal(text: string, about: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#first, nonce).setAAD(Buffer.from(about, 'utf8'));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return this.#prefix + Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
  }

  /** null: none of the keys opens it. */
  open(sealed: string, about: string): string | null {
    const [version, id, body] = sealed.split('.');
    const key = this.#byId.get(id ?? '');
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
  }

  /** Sealed with the first key. */
  isCurrent(sealed: string): boolean {
    return sealed.startsWith(this.#prefix);
  }
}
