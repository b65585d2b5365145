/** The history, newest first: one line for each operation, from the checked copy of the ledger. Reads offline too. */
import { z } from 'zod';
import { seq } from '../../shared/credits/codec/quantities.ts';
import { historyLine, unit } from '../../shared/ipc/wallet.ts';
import { minuteOf, momentOf, signedIn } from '../amounts.ts';
import { defineCommand, wholeNumber } from '../command.ts';
import { openLedgerCopy } from '../ledger-copy.ts';
import { table } from '../screen.ts';

/** `backlot history`: a page of the history. */
export const history = defineCommand({
  name: 'history',
  declare: (command) =>
    command
      .option('--limit <n>', 'how many lines, at most 500', '20')
      .option('--before <seq>', 'only lines older than this one (nextBefore of the last page)')
      .option('--kind <kind...>', 'only lines whose newest entry is of this kind: settled, released, purchased, granted …'),
  input: z.object({
    limit: wholeNumber(1, 500),
    before: wholeNumber(1, Number.MAX_SAFE_INTEGER).pipe(seq).optional(),
    kind: z.array(z.string()).optional(),
  }),
  output: z.object({
    unit,
    lines: z.array(historyLine),
    /** For `--before`; null at the beginning. */
    nextBefore: seq.nullable(),
    /** When the server last confirmed the copy that this was read from. */
    asOf: z.string().nullable(),
    /** False: the server was not reached, and this is what was known before. */
    fresh: z.boolean(),
    /** The account's: the table's times are in it. Absent: not known. */
    timeZone: z.string().optional(),
  }),
  async run(session, { limit, before, kind }) {
    const copy = await openLedgerCopy(session);
    try {
      const { lines, nextBeforeSeq } = copy.wallet.history(before ?? null, limit, kind ?? null);
      const { asOf = null, timeZone } = copy.wallet.get().wallet ?? {};
      return { value: { unit: copy.wallet.unit(), lines, nextBefore: nextBeforeSeq, asOf, fresh: copy.fresh, timeZone } };
    } finally {
      copy.close();
    }
  },
  render({ unit: of, lines, fresh, asOf, timeZone }, look) {
    const age = fresh ? '' : `${look.warn(`Offline: as of ${asOf === null ? 'an unknown time' : momentOf(asOf, timeZone)}.`)}\n`;
    if (lines.length === 0) return `${age}Nothing has happened yet.\n`;
    const rows = lines.map((line) => [
      minuteOf(line.at, timeZone),
      signedIn(of, line.amount),
      line.balanceAfter === null ? '(held)' : line.balanceAfter,
      line.title,
      line.invoice ?? '',
    ]);
    return age + table(rows, [1, 2]);
  },
});
