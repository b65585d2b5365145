/**
 * Tokens on disk. Encrypted by the system's keychain where there is one (the cipher is given: Electron's safeStorage);
 * elsewhere in a file that only the user may read. A secret that can no longer be read counts as absent.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { replaceFile } from '../storage/replace-file.ts';

/** The system's keychain; where it is not available nothing is encrypted. */
export interface Cipher {
  available(): boolean;
  encrypt(text: string): Buffer;
  decrypt(data: Buffer): string;
}

const stored = z.object({ how: z.enum(['keychain', 'file']), value: z.string(), label: z.string().optional() });

/**
 * One secret in one file: encrypted where there is a keychain, else readable by this user only. Null is read when there is none, or it cannot be
 * opened on this machine.
 */
export class SecretFile {
  readonly #path: string;
  readonly #cipher: Cipher;

  constructor(path: string, cipher: Cipher) {
    this.#path = path;
    this.#cipher = cipher;
  }

  /** Null: there is none, or it cannot be read any more. */
  read(): string | null {
    try {
      const { how, value } = this.#stored();
      return how === 'keychain' ? this.#cipher.decrypt(Buffer.from(value, 'base64')) : value;
    } catch {
      return null;
    }
  }

  /** Null: there is none. */
  label(): string | null {
    try {
      return this.#stored().label ?? null;
    } catch {
      return null;
    }
  }

  /** `label` stays readable when the keychain is gone: a name, never a secret. */
  write(secret: string, label?: string): void {
    const kept = this.#cipher.available()
      ? { how: 'keychain', value: this.#cipher.encrypt(secret).toString('base64'), label }
      : { how: 'file', value: secret, label };
    replaceFile(this.#path, JSON.stringify(kept), 0o600);
  }

  #stored(): z.infer<typeof stored> {
    return stored.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
  }
}
