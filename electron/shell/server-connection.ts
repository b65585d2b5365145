/** Which credit server the studio speaks to: a company's, when one is configured, else its own child process. */
import { join } from 'node:path';
import { safeStorage } from 'electron';
import { z } from 'zod';
import { isServerAddress, notAServer } from '../../shared/server-address.ts';
import { localAccount } from '../connection/local-account.ts';
import { LocalServer } from '../connection/local-server.ts';
import { type Cipher, SecretFile } from '../connection/secrets.ts';
import type { SettingsStore } from '../storage/settings.ts';
import type { Studio } from '../studio/port.ts';
import type { World } from '../world.ts';
import { startServerChild } from './children.ts';

interface ConnectionOptions {
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
  const secret = (name: string) => new SecretFile(join(dataFolder, name), keychain);
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
  const server = new LocalServer({
    start: () => startServerChild(options.serverEntry, join(dataFolder, 'server'), log),
    account: (url, adminToken) => localAccount({ url, adminToken }, account, world, timeZone, { label: 'Backlot', worksMs: null }),
    onUp: ({ url, token }) => studio.connect({ url, token, local: true }),
    onDown: (reason) => studio.disconnect(reason, true),
    log,
    after: (delayMs, task) => world.timers.after(delayMs, task),
  });
  server.start();
  return () => server.stop();
}

/** The studio's connection: to the server that the settings name, and to another one once they name that. */
export class ServerConnection {
  readonly #options: ConnectionOptions;
  #address: string | null;
  #stop: () => Promise<void>;
  #changing = Promise.resolve();
  #ended = false;

  /** Connects at once. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#address = this.#wanted();
    this.#stop = connectServer(options, this.#address);
    options.settings.onChange(() => this.#change());
  }

  /** Resolves when a server of its own has left. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#changing;
    await this.#stop();
  }

  #wanted(): string | null {
    return this.#options.companyServer ?? this.#options.settings.get().serverUrl;
  }

  #change(): void {
    const wanted = this.#wanted();
    if (this.#ended || wanted === this.#address) return;
    this.#address = wanted;
    this.#options.studio.disconnect('Changing to another credit server.', wanted === null);
    this.#changing = this.#changing
      .then(() => this.#stop())
      .then(() => {
        if (!this.#ended) this.#stop = connectServer(this.#options, this.#address);
      });
  }
}
