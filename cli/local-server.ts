/** The studio's own credit server, on its data folder: started beside one that the app may be running, on the same database. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { localAccount } from '../electron/local-account.ts';
import { type Cipher, secretFile } from '../electron/secrets.ts';
import type { ServerAddress } from '../electron/studio-port.ts';
import type { ConnectionParts } from './connection.ts';
import { CommandFailed, EXIT } from './outcome.ts';

const entry = join(import.meta.dirname, '..', 'server', 'main.ts');
const ready = z.object({ url: z.url(), adminToken: z.string() });

/** Without Electron there is no keychain: what it holds cannot be read here, and is never replaced. */
const noKeychain: Cipher = {
  available: () => false,
  encrypt: () => {
    throw new Error('There is no keychain on the command line.');
  },
  decrypt: () => {
    throw new Error('There is no keychain on the command line.');
  },
};

export interface LocalConnection {
  readonly server: ServerAddress;
  stop(): Promise<void>;
}

/** Throws with exit code 3 when it does not come up. */
export async function localServer({ dataFolder, environment, world, waiting }: ConnectionParts): Promise<LocalConnection> {
  waiting('starting the credit server');
  mkdirSync(dataFolder, { recursive: true });
  const { DATABASE_URL: _companyDatabase, ...own } = environment;
  const args = ['--data', join(dataFolder, 'server'), '--port', '0', '--policy', 'background-studio', '--stop-with-stdin'];
  // A group of its own: Ctrl-C in the terminal is for the command, which then ends the server in order.
  const child = spawn(process.execPath, [entry, ...args], {
    env: own,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const left = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await left;
  };
  const started = await new Promise<z.infer<typeof ready> | null>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = line.startsWith('{') ? ready.safeParse(JSON.parse(line)).data : undefined;
      if (address !== undefined) resolve(address);
    });
    child.once('exit', () => resolve(null));
    child.once('error', () => resolve(null));
  });
  if (started === null) throw notStarted(said);
  try {
    const file = secretFile(join(dataFolder, 'local-account.json'), noKeychain);
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const { token } = await localAccount(started.url, started.adminToken, file, () => world.ids.next(), timeZone);
    return { server: { url: started.url, token, local: true }, stop };
  } catch (error) {
    await stop();
    throw notStarted(error instanceof Error ? error.message : String(error));
  }
}

const notStarted = (said: string): CommandFailed =>
  new CommandFailed(EXIT.offline, {
    code: 'offline',
    message: `The studio's own credit server did not start. Nothing was charged. ${said.trim().split('\n').at(-1) ?? ''}`.trim(),
  });
