/** Which credit server the studio speaks to: a company's, when one is configured, else its own child process. */
import { join } from 'node:path';
import { safeStorage } from 'electron';
import { startServerChild } from './children.ts';
import { localAccount } from './local-account.ts';
import { runLocalServer } from './local-server.ts';
import { type Cipher, secretFile } from './secrets.ts';
import type { Studio } from './studio-port.ts';
import type { World } from './world.ts';

export interface ConnectionOptions {
  readonly studio: Pick<Studio, 'connect' | 'disconnect'>;
  readonly world: World;
  readonly dataFolder: string;
  /** The bundled server's entry. */
  readonly serverEntry: string;
  /** Null: the studio runs its own. */
  readonly companyServer: string | null;
  readonly companyToken: string | null;
}

const keychain: Cipher = {
  // `basic_text` is Chromium's fixed password: no better than the file, and it would only pretend to be.
  available: () =>
    safeStorage.isEncryptionAvailable() && (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
  encrypt: (text) => safeStorage.encryptString(text),
  decrypt: (data) => safeStorage.decryptString(data),
};

/** Begins at once, answers how to end it. */
export function connectServer(options: ConnectionOptions): () => Promise<void> {
  const { studio, world, dataFolder, companyServer } = options;
  const secret = (name: string) => secretFile(join(dataFolder, name), keychain);
  if (companyServer !== null) {
    const kept = secret('server-token.json');
    if (options.companyToken !== null) kept.write(options.companyToken);
    const token = options.companyToken ?? kept.read();
    if (token === null) studio.disconnect(`There is no sign-in for ${companyServer}. Start Backlot with BACKLOT_TOKEN set once.`, false);
    else studio.connect({ url: companyServer, token, local: false });
    return () => Promise.resolve();
  }
  const log = (line: string): void => world.log(line);
  const account = secret('local-account.json');
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const server = runLocalServer({
    start: () => startServerChild(options.serverEntry, join(dataFolder, 'server'), log),
    account: (url, adminToken) => localAccount(url, adminToken, account, () => world.ids.next(), timeZone),
    onUp: ({ url, token }) => studio.connect({ url, token, local: true }),
    onDown: (reason) => studio.disconnect(reason, true),
    log,
    after: (delayMs, task) => world.timers.after(delayMs, task),
  });
  return () => server.stop();
}
