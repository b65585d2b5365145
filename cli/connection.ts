/**
 * Which credit server the command speaks to: a company's, when one is named by the environment or the app's settings, else
 * the studio's own — the one that runs already, or one that is started for as long as the command lasts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ServerAddress } from '../electron/studio/port.ts';
import { httpTransport, type Transport } from '../electron/wallet/transport.ts';
import { isServerAddress, notAServer } from '../shared/server-address.ts';
import { type ConnectionParts, localServer } from './local-server.ts';
import { CommandFailed, EXIT, failure } from './outcome.ts';
import { type Requests, requestsOver } from './requests.ts';

/** A server that a command talks to. */
export interface Connection {
  readonly server: ServerAddress;
  readonly requests: Requests;
  /** A way to it of its own, with its own patience, through the proxy that the command's environment names. */
  transport(): Transport;
  /** Stops what was started for this command. */
  close(): Promise<void>;
}

const settings = z.looseObject({ serverUrl: z.string().nullable().optional() });
const keptToken = z.object({ server: z.string(), token: z.string() });
const secret = z.object({ how: z.enum(['keychain', 'file']), value: z.string() });

/** The server of the environment, else of the app's settings, else the studio's own. Throws `CommandFailed` without a sign-in. */
export async function connectServer(parts: ConnectionParts): Promise<Connection> {
  const { environment, dataFolder } = parts;
  const named = environment['BACKLOT_SERVER_URL'] || serverInSettings(dataFolder);
  if (named === null || named === undefined) return over(await localServer(parts), parts);
  if (!isServerAddress(named)) {
    throw failure('invalid_server', notAServer(named));
  }
  const token = environment['BACKLOT_TOKEN'] || tokenInData(dataFolder, named);
  if (token === null || token === undefined) {
    const message = `There is no sign-in for ${named}. Nothing was sent. Set BACKLOT_TOKEN to the account's token.`;
    throw new CommandFailed(EXIT.signIn, { code: 'unauthorized', message });
  }
  return over({ server: { url: named, token, local: false }, stop: () => Promise.resolve() }, parts);
}

function over(
  { server, stop }: { server: ServerAddress; stop: () => Promise<void> },
  { world, environment }: Pick<ConnectionParts, 'world' | 'environment'>,
): Connection {
  const transport = (): Transport => httpTransport(server, world.timers, undefined, { environment });
  return { server, requests: requestsOver(transport(), world), transport, close: stop };
}

/** Null when the file is not there or says something else. */
function parsed<T>(path: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

const serverInSettings = (data: string): string | null => parsed(join(data, 'settings.json'), settings)?.serverUrl ?? null;

/** The token that the app was given for this very server, where no keychain keeps it from us. */
function tokenInData(data: string, server: string): string | null {
  const stored = parsed(join(data, 'server-token.json'), secret);
  if (stored === null || stored.how === 'keychain') return null;
  try {
    const kept = keptToken.safeParse(JSON.parse(stored.value)).data;
    return kept?.server === server ? kept.token : null;
  } catch {
    return null;
  }
}
