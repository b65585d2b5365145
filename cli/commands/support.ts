/** PS-06: how support is reached, with the subject prepared. */
import { z } from 'zod';
import { paths, wallet } from '../../shared/api/index.ts';
import { supportLink } from '../../shared/support.ts';
import { defineCommand } from '../command.ts';
import { CommandFailed } from '../outcome.ts';

/** `backlot support`: a mail link that names the account, where one is known. */
export const support = defineCommand({
  name: 'support',
  declare: (command) => command,
  input: z.object({}),
  output: z.object({ address: z.string(), subject: z.string(), link: z.string() }),
  async run(session) {
    // Who is in trouble may well be offline: then support hears from somebody without an account.
    const known = await session
      .connect()
      .then(({ requests }) => requests.get(paths.wallet, wallet))
      .catch((error: unknown) => {
        if (error instanceof CommandFailed) return null;
        throw error;
      });
    return { value: supportLink(known === null ? null : { accountId: known.accountId, plan: known.plan?.label ?? null }) };
  },
  render: ({ link }) => `${link}\n`,
});
