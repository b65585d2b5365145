/** The whole ledger as CSV, every entry a row: to a file, or into a pipe. */
import { z } from 'zod';
import { momentOf } from '../amounts.ts';
import { defineCommand } from '../command.ts';
import { openLedgerCopy } from '../ledger-copy.ts';
import { usageError } from '../outcome.ts';
import { freeName, saveFile } from '../saving.ts';

/** `backlot export`: the history as CSV. */
export const exporting = defineCommand({
  name: 'export',
  declare: (command) => command.option('--out <file>', 'where to; without it to standard output'),
  input: z.object({ out: z.string().min(1).optional(), json: z.boolean().default(false) }),
  output: z.object({ savedTo: z.string().nullable(), rows: z.int(), asOf: z.string().nullable(), fresh: z.boolean() }),
  async run(session, { out, json }) {
    if (json && out === undefined) throw usageError('With --json the CSV needs a file: --out history.csv. Nothing was charged.');
    const target = out === undefined ? null : freeName(out);
    const copy = await openLedgerCopy(session);
    try {
      let rows = -1;
      const lines = function* (): Generator<string> {
        for (const line of copy.wallet.exportHistory()) {
          rows += 1;
          yield line;
        }
      };
      const { asOf = null, timeZone } = copy.wallet.get().wallet ?? {};
      session.screen.quiet();
      if (target !== null) await saveFile(target, lines());
      else for (const line of lines()) await session.screen.write(line);
      if (!copy.fresh) session.screen.note(`Offline: as of ${asOf === null ? 'an unknown time' : momentOf(asOf, timeZone)}.`);
      return { value: { savedTo: target, rows, asOf, fresh: copy.fresh } };
    } finally {
      copy.close();
    }
  },
  render: ({ savedTo }) => (savedTo === null ? '' : `${savedTo}\n`),
});
