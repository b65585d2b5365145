/** Which credit server the studio speaks to: a company's, when one is configured, else its own child process. */
import { join } from 'node:path';
import { safeStorage } from 'electron';
import { z } from 'zod';
import { isServerAddress, notAServer } from '../../shared/server-address.ts';
import { localAccount } from '../connection/local-account.ts';
import { runLocalServer } from '../connection/local-server.ts';
import { type Cipher, type SecretFile, secretFile } from '../connection/secrets.ts';
import type { SettingsStore } from '../storage/settings.ts';
import type { Studio } from '../studio/port.ts';
import type { World } from '../world.ts';
import { startServerChild } from './children.ts';

export interface ConnectionOptions {
  readonly studio: Pick<Studio, 'connect' | 'disconnect'>;
  readonly world: World;
  readonly dataFolder: string;
  /** The bundled server's entry. */
  readonly serverEntry: string;
  readonly settings: SettingsStore;
  /** Before what the settings say; null: the settings decide. */
  readonly companyServer: string | null;
  /** The token for that server, or for the one in the settings. Null: the one that was given last time. */
  readonly companyToken: string | null;
}

const keychain: Cipher = {
  // `basic_text` is Chromium's fixed password: no better than the file, and it would only pretend to be.
  available: () =>
    safeStorage.isEncryptionAvailable() && (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
  encrypt: (text) => safeStorage.encryptString(text),
  decrypt: (data) => safeStorage.decryptString(data),
};

/** A company's token with the server that it is for: another server never gets to see it. */
const keptToken = z.object({ server: z.string(), token: z.string() });

function tokenFor(server: string, given: string | null, file: SecretFile): string | null {
  if (given !== null) {
    file.write(JSON.stringify({ server, token: given }));
    return given;
  }
  const text = file.read();
  if (text === null) return null;
  try {
    const kept = keptToken.parse(JSON.parse(text));
    return kept.server === server ? kept.token : null;
  } catch {
    return null;
  }
}

/** Begins at once, answers how to end it. */
function connectServer(options: ConnectionOptions, companyServer: string | null): () => Promise<void> {
  const { studio, world, dataFolder } = options;
  const secret = (name: string) => secretFile(join(dataFolder, name), keychain);
  if (companyServer !== null && !isServerAddress(companyServer)) {
    // Whatever it came from: the environment, settings written by hand, an older version's.
    studio.disconnect(notAServer(companyServer), false);
    return () => Promise.resolve();
  }
  if (companyServer !== null) {
    const token = tokenFor(companyServer, options.companyToken, secret('server-token.json'));
    if (token === null) studio.disconnect(`There is no sign-in for ${companyServer}. Start Backlot with BACKLOT_TOKEN set once.`, false);
    else studio.connect({ url: companyServer, token, local: false });
    return () => Promise.resolve();
  }
  const log = (line: string): void => world.log(line);
  const account = secret('local-account.json');
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const server = runLocalServer({
    start: () => startServerChild(options.serverEntry, join(dataFolder, 'server'), log),
    account: (url, adminToken) => localAccount({ url, adminToken }, account, world, timeZone, { label: 'Backlot', worksMs: null }),
    onUp: ({ url, token }) => studio.connect({ url, token, local: true }),
    onDown: (reason) => studio.disconnect(reason, true),
    log,
    after: (delayMs, task) => world.timers.after(delayMs, task),
  });
  return () => server.stop();
}

/** Connects now, and anew when the settings name another server; answers how to end it. */
export function keepConnected(options: ConnectionOptions): () => Promise<void> {
  const { settings, studio } = options;
  const wanted = (): string | null => options.companyServer ?? settings.get().serverUrl;
  let address = wanted();
  let stop = connectServer(options, address);
  let changing = Promise.resolve();
  let ended = false;
  settings.onChange(() => {
    if (ended || wanted() === address) return;
    address = wanted();
    studio.disconnect('Changing to another credit server.', address === null);
    changing = changing.then(stop).then(() => {
      if (!ended) stop = connectServer(options, address);
    });
  });
  return async () => {
    ended = true;
    await changing;
    await stop();
  };
}
