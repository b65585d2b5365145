/**
 * Tokens on disk. Encrypted by the system's keychain where there is one (the cipher is given: Electron's safeStorage);
 * elsewhere in a file that only the user may read. A secret that can no longer be read counts as absent.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { replaceFile } from '../storage/replace-file.ts';

export interface Cipher {
  available(): boolean;
  encrypt(text: string): Buffer;
  decrypt(data: Buffer): string;
}

const stored = z.object({ how: z.enum(['keychain', 'file']), value: z.string(), label: z.string().optional() });

export interface SecretFile {
  read(): string | null;
  /** `label` stays readable when the keychain is gone: a name, never a secret. */
  write(secret: string, label?: string): void;
  label(): string | null;
}

export function secretFile(path: string, cipher: Cipher): SecretFile {
  return {
    read() {
      try {
        const { how, value } = stored.parse(JSON.parse(readFileSync(path, 'utf8')));
        return how === 'keychain' ? cipher.decrypt(Buffer.from(value, 'base64')) : value;
      } catch {
        return null;
      }
    },
    label() {
      try {
        return stored.parse(JSON.parse(readFileSync(path, 'utf8'))).label ?? null;
      } catch {
        return null;
      }
    },
    write(secret, label) {
      const kept = cipher.available()
        ? { how: 'keychain', value: cipher.encrypt(secret).toString('base64'), label }
        : { how: 'file', value: secret, label };
      replaceFile(path, JSON.stringify(kept), 0o600);
    },
  };
}
