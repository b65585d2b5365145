/**
 * The account of a studio that runs its own server. Asking again gives the same account: the operation id is on disk
 * before the request leaves, and the server answers a known id with the account it made then. The id is readable beside the
 * secret, so that a keychain that was lost, or that the command line cannot open, does not cost anybody their account.
 */
import { z } from 'zod';
import { type AccountRequest, accountAnswer } from '../shared/api/admin.ts';
import { paths } from '../shared/api.ts';
import type { SecretFile } from './secrets.ts';

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

/** True unless the server says that it does not know this token (its data was removed or replaced). */
async function isKnown(server: string, token: string): Promise<boolean> {
  const answer = await fetch(new URL(paths.wallet, server), { headers: { Authorization: `Bearer ${token}` } });
  await answer.arrayBuffer();
  return answer.status !== 401;
}

/** The account's id and token; throws when the server cannot be reached or refuses. */
export async function localAccount(
  server: string,
  adminToken: string,
  file: SecretFile,
  newId: () => string,
  timeZone: string,
): Promise<LocalAccount> {
  const before = readKept(file);
  if (before?.token !== undefined && before.accountId !== undefined && (await isKnown(server, before.token))) {
    if (file.label() === null) file.write(JSON.stringify(before), before.opId);
    return { accountId: before.accountId, token: before.token };
  }
  const unanswered = before === null ? file.label() : before.token === undefined ? before.opId : null;
  const opId = unanswered ?? newId();
  file.write(JSON.stringify({ opId }), opId);
  const wanted: AccountRequest = { opId, ...localStudio, timeZone };
  const answer = await fetch(new URL(paths.admin.accounts, server), {
    method: 'POST',
    headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(wanted),
  });
  const body: unknown = await answer.json();
  if (!answer.ok)
    throw new Error(`The studio's own server did not open an account (${answer.status}): ${JSON.stringify(body).slice(0, 500)}`);
  const account = accountAnswer.parse(body);
  file.write(JSON.stringify({ opId, ...account }), opId);
  return account;
}
