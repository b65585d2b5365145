/**
 * The account of a studio that runs its own server. Idempotent: the operation id is on disk
 * before the request leaves, and the server answers a known id with the account it made then, without its token: then another one is made.
 * The id is readable beside the secret, so that a keychain that was lost, or that the command line cannot open, does not cost anybody their account.
 */
import { z } from 'zod';
import { type AccountRequest, accountAnswer } from '../../shared/api/admin.ts';
import { hasCode, paths, wallet as walletAnswer } from '../../shared/api/index.ts';
import { tokenAnswer } from '../../shared/api/tokens.ts';
import { accountId, operationId } from '../../shared/credits/codec/quantities.ts';
import { laterBy } from '../../shared/credits/model/instants.ts';
import { opIdFrom } from '../../shared/credits/model/minting.ts';
import type { AccountId, Millis, OpId } from '../../shared/credits/model/quantities.ts';
import { judge } from '../wallet/http/verdict.ts';
import { httpTransport } from '../wallet/transport.ts';
import type { Timers, World } from '../world.ts';
import { isoOf, newOpId } from '../world.ts';
import type { SecretFile } from './secrets.ts';

const kept = z.object({ opId: operationId, accountId: accountId.optional(), token: z.string().optional() });
/** The account on the studio's own server, and the token that opens it. */
export type LocalAccount = { readonly accountId: AccountId; readonly token: string };

/** What a local studio is: fifty listing slots, so 500 credits a month and 500 of the launch promotion. */
const localStudio = { policy: 'background-studio', plan: 'professional-plus', slots: 50, country: 'DE', name: 'Local studio' } as const;

/** How the studio's own server is started beside its folder and port: for that account's policy, billing nobody. */
export const LOCAL_SERVER: readonly string[] = ['--policy', localStudio.policy, '--bills-nobody'];

/** The operation that was under way when the file was written; null: none was. */
const labelled = (file: SecretFile): OpId | null => {
  const label = file.label();
  return label === null ? null : opIdFrom(label);
};

const readKept = (file: SecretFile): z.infer<typeof kept> | null => {
  const text = file.read();
  if (text === null) return null;
  try {
    return kept.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

/** True unless the server itself says that it does not know this token (its data was removed or replaced). */
async function isKnown(url: string, token: string, timers: Timers): Promise<boolean> {
  const answer = await httpTransport({ url, token }, timers).send({ method: 'GET', path: paths.wallet });
  return judge(answer, walletAnswer).kind !== 'locked out';
}

/** What a token is made with when the one of the account's opening cannot be had any more. */
export interface Device {
  readonly label: string;
  /** null: it works until it is ended. */
  readonly worksMs: Millis | null;
}

interface Asking {
  readonly server: { readonly url: string; readonly adminToken: string };
  readonly world: Pick<World, 'ids' | 'timers' | 'clock'>;
  readonly device: Device;
}

/** The account's id and token; throws when the server cannot be reached, refuses, or is not ours at all. */
export async function localAccount(
  server: Asking['server'],
  file: SecretFile,
  world: Asking['world'],
  timeZone: string,
  device: Device,
): Promise<LocalAccount> {
  const asking = { server, world, device };
  const before = readKept(file);
  if (before?.token !== undefined && before.accountId !== undefined && (await isKnown(server.url, before.token, world.timers))) {
    if (file.label() === null) file.write(JSON.stringify(before), before.opId);
    return { accountId: before.accountId, token: before.token };
  }
  if (before?.accountId !== undefined) {
    // The token was ended, or all of the server's data is gone: only then there is no such account.
    const token = await anotherToken(asking, before.accountId);
    if (token !== null) return keep(file, before.opId, { accountId: before.accountId, token });
  }
  const unanswered = before === null ? labelled(file) : before.token === undefined ? before.opId : null;
  const opId = unanswered ?? newOpId(world.ids);
  file.write(JSON.stringify({ opId }), opId);
  const wanted: AccountRequest = { opId, ...localStudio, timeZone };
  const opened = await ask(asking, paths.admin.accounts, wanted, accountAnswer);
  const { accountId, token } = opened ?? refusedBy('there is nothing where accounts are opened');
  if (token !== undefined) return keep(file, opId, { accountId, token });
  // Opened before: the answer with its token never arrived, or lies in a keychain that is not there.
  return keep(file, opId, { accountId, token: (await anotherToken(asking, accountId)) ?? refusedBy('it does not find it again') });
}

function keep(file: SecretFile, opId: OpId, account: LocalAccount): LocalAccount {
  file.write(JSON.stringify({ opId, ...account }), opId);
  return account;
}

/** Null when the server has no such account. */
async function anotherToken(asking: Asking, accountId: AccountId): Promise<string | null> {
  const { world, device } = asking;
  const expiresAt = device.worksMs === null ? {} : { expiresAt: isoOf(laterBy(world.clock.now(), device.worksMs)) };
  const wanted = { opId: newOpId(world.ids), label: device.label, ...expiresAt };
  const made = await ask(asking, paths.admin.accountTokens(accountId), wanted, tokenAnswer);
  return made === null ? null : (made.token ?? refusedBy('it made no token for it'));
}

/** Null where there is no such thing. */
async function ask<T>({ server, world }: Asking, path: string, body: unknown, schema: z.ZodType<T>): Promise<T | null> {
  const transport = httpTransport({ url: server.url, token: server.adminToken }, world.timers);
  const verdict = judge(await transport.send({ method: 'POST', path, body }), schema);
  if (verdict.kind === 'accepted') return verdict.body;
  if (verdict.kind === 'refused' && hasCode(verdict.problem, 'not_found')) return null;
  return refusedBy(verdict.kind === 'refused' ? verdict.problem.detail : verdict.reason);
}

function refusedBy(why: string): never {
  throw new Error(`The studio's own server did not open an account: ${why}`);
}
