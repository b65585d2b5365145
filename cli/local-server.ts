/** The studio's own credit server: the app's while it runs, else one that lasts as long as the command, on the same database. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { LOCAL_SERVER, localAccount } from '../electron/connection/local-account.ts';
import { type Cipher, SecretFile } from '../electron/connection/secrets.ts';
import type { ServerAddress } from '../electron/studio/port.ts';
import { judge } from '../electron/wallet/http/verdict.ts';
import { httpTransport } from '../electron/wallet/transport.ts';
import type { World } from '../electron/world.ts';
import { paths, wallet } from '../shared/api/index.ts';
import { days, seconds } from '../shared/credits/model/durations.ts';
import { isServerAddress } from '../shared/server-address.ts';
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

/** What finding a server takes. */
export interface ConnectionParts {
  readonly environment: NodeJS.ProcessEnv;
  readonly dataFolder: string;
  readonly world: World;
  /** What is being waited for, for a person. */
  readonly waiting: (what: string) => void;
}

interface LocalConnection {
  readonly server: ServerAddress;
  stop(): Promise<void>;
}

/** The one that runs already; else one of our own. Throws with exit code 3 when that does not come up. */
export async function localServer(parts: ConnectionParts): Promise<LocalConnection> {
  const running = await runningServer(parts);
  return running === null ? startServer(parts) : { server: running, stop: () => Promise.resolve() };
}

const told = z.object({ url: z.url() });
const keptAccount = z.object({ token: z.string() });
const answersWithinMs = seconds(2);
const COMMAND_LASTS_MS = days(7);

/** Null when none runs, when it does not know the account, or when only the keychain does. */
async function runningServer({ dataFolder, world }: ConnectionParts): Promise<ServerAddress | null> {
  const url = read(() => told.parse(JSON.parse(readFileSync(join(dataFolder, 'server', 'address.json'), 'utf8'))).url);
  const token = read(() => keptAccount.parse(JSON.parse(new SecretFile(accountPath(dataFolder), noKeychain).read() ?? '')).token);
  if (url === null || token === null || !isServerAddress(url)) return null;
  const answer = await httpTransport({ url, token }, world.timers, answersWithinMs).send({ method: 'GET', path: paths.wallet });
  return judge(answer, wallet).kind === 'accepted' ? { url, token, local: true } : null;
}

function read(look: () => string): string | null {
  try {
    return look();
  } catch {
    return null;
  }
}

const accountPath = (dataFolder: string): string => join(dataFolder, 'local-account.json');

/** Never written from here. */
class LeftToTheKeychain extends SecretFile {
  override write(): void {}
}

/** What a keychain holds is left to it: the label is enough to ask for the same account. */
function accountFile(path: string): SecretFile {
  const file = new SecretFile(path, noKeychain);
  if (!existsSync(path) || file.read() !== null) return file;
  if (file.label() !== null) return new LeftToTheKeychain(path, noKeychain);
  throw new Error('The account of this studio is in the keychain. Open Backlot once, then the command line finds it.');
}

async function startServer({ dataFolder, environment, world, waiting }: ConnectionParts): Promise<LocalConnection> {
  waiting('starting the credit server');
  mkdirSync(dataFolder, { recursive: true });
  const { DATABASE_URL: _companyDatabase, ...own } = environment;
  const args = ['--data', join(dataFolder, 'server'), '--port', '0', ...LOCAL_SERVER, '--stop-with-stdin'];
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
    const file = accountFile(accountPath(dataFolder));
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    // Where only the keychain has the studio's own token, each command gets one for as long as it may last.
    const worksMs = existsSync(accountPath(dataFolder)) && file.read() === null ? COMMAND_LASTS_MS : null;
    const { token } = await localAccount(started, file, world, timeZone, { label: 'Command line', worksMs });
    return { server: { url: started.url, token, local: true }, stop };
  } catch (error) {
    await stop();
    throw notStarted(error instanceof Error ? error.message : String(error));
  }
}

const notStarted = (said: string): CommandFailed =>
  new CommandFailed(EXIT.offline, {
    code: 'offline',
    message:
      `The studio's own credit server did not start. Nothing was charged by this command. ${said.trim().split('\n').at(-1) ?? ''}`.trim(),
  });
