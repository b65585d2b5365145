/** What only this server knows: the secret that its vault's key follows from, and the key it signs ledger heads with. Kept in 0600 files. */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Signs ledger heads; whoever has the public key can check them. */
export interface Signer {
  readonly keyId: string;
  /** Raw 32 bytes, base64. */
  readonly publicKey: string;
  /** Ed25519, base64. */
  sign(message: string): string;
}

/** What is read from the data folder, or made there at the first start. */
export interface Secrets {
  /** The first owner's, as servers made it before tokens were random: it works in their databases until it is replaced. */
  readonly derivedOwnerToken: string;
  readonly signer: Signer;
  /** 32 bytes, for what is sealed in the database where no key is configured. */
  readonly vaultKey: Buffer;
}

/** The bytes before the raw key in the SPKI form of an Ed25519 public key. */
const SPKI_PREFIX_BYTES = 12;

/** Reads the secrets; what is missing is made and kept, readable by the server's own account only. */
export async function openSecrets(dataFolder: string): Promise<Secrets> {
  await mkdir(dataFolder, { recursive: true, mode: 0o755 });
  const secret = Buffer.from(await keep(join(dataFolder, 'server-secret'), () => randomBytes(32).toString('base64url')), 'base64url');
  const pem = await keep(join(dataFolder, 'signing-key.pem'), () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  return {
    derivedOwnerToken: `blt_${createHmac('sha256', secret).update('admin-token v1').digest('base64url')}`,
    signer: signer(createPrivateKey(pem)),
    vaultKey: createHmac('sha256', secret).update('vault-key v1').digest(),
  };
}

function signer(privateKey: KeyObject): Signer {
  const raw = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(SPKI_PREFIX_BYTES);
  return {
    keyId: createHash('sha256').update(raw).digest('hex').slice(0, 16),
    publicKey: raw.toString('base64'),
    sign: (message) => sign(null, Buffer.from(message, 'utf8'), privateKey).toString('base64'),
  };
}

/** Reads the file, or writes it once: of two processes that start together one wins and both read the same. */
async function keep(file: string, make: () => string): Promise<string> {
  await writeFile(file, make(), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return readFile(file, 'utf8');
}
