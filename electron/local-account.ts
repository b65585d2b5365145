/**
 * The account of a studio that runs its own server. Asking again gives the same account: the operation id is on disk
 * before the request leaves, and the server answers a known id with the account it made then. The id is readable beside the
 * secret, so that a keychain that was lost, or that the command line cannot open, does not cost anybody their account.
 */
import { z } from 'zod';
import { type AccountRequest, accountAnswer } from '../shared/api/admin.ts';
import { paths, wallet as walletAnswer } from '../shared/api.ts';
import type { SecretFile } from './secrets.ts';
import { httpTransport } from './wallet/transport.ts';
import { judge } from './wallet/verdict.ts';
import type { Timers, World } from './world.ts';

const kept = z.object({ opId: z.string(), accountId: z.string().optional(), token: z.string().optional() });
export type LocalAccount = { readonly accountId: string; readonly token: string };

/** What a local studio is: fifty listing slots, so 500 credits a month and 500 of the launch promotion. */
const localStudio = { policy: 'background-studio', plan: 'professional-plus', slots: 50, country: 'DE', name: 'Local studio' } as const;

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

/** The account's id and token; throws when the server cannot be reached, refuses, or is not ours at all. */
export async function localAccount(
  server: { readonly url: string; readonly adminToken: string },
  file: SecretFile,
  world: Pick<World, 'ids' | 'timers'>,
  timeZone: string,
): Promise<LocalAccount> {
  const before = readKept(file);
  if (before?.token !== undefined && before.accountId !== undefined && (await isKnown(server.url, before.token, world.timers))) {
    if (file.label() === null) file.write(JSON.stringify(before), before.opId);
    return { accountId: before.accountId, token: before.token };
  }
  const unanswered = before === null ? file.label() : before.token === undefined ? before.opId : null;
  const opId = unanswered ?? world.ids.next();
  file.write(JSON.stringify({ opId }), opId);
  const wanted: AccountRequest = { opId, ...localStudio, timeZone };
  const way = httpTransport({ url: server.url, token: server.adminToken }, world.timers);
  const verdict = judge(await way.send({ method: 'POST', path: paths.admin.accounts, body: wanted }), accountAnswer);
  if (verdict.kind !== 'accepted') {
    const why = verdict.kind === 'refused' ? verdict.problem.detail : verdict.reason;
    throw new Error(`The studio's own server did not open an account: ${why}`);
  }
  file.write(JSON.stringify({ opId, ...verdict.body }), opId);
  return verdict.body;
}
