/** What `report` and `reports` say: where pictures go and for how long, and that all of it is free. */
import type { ReportDesk } from '../../shared/api/index.ts';
import { CommandFailed, EXIT } from '../outcome.ts';

/** Of everything here. */
export const FREE = 'Reporting is free, and nothing was charged.';

/** What is agreed to, before any picture is sent. */
export function termsText({ operator, store, keptDays, secondLook }: ReportDesk['terms']): string {
  const place = store === 'folder' ? `the server of ${operator}` : `a store of files that ${operator} rents or runs`;
  return [
    `With a report go your note, the finished picture, its original and the recipe that it was made by, under the names of their files, to ${place}. There they are encrypted, and retouchers of ${operator} see them${secondLook ? '; a second one looks at every answer' : ''}.`,
    'The place, serial numbers and the author in the files stay on this computer.',
    `${keptDays} days after the answer everything that was sent, and the corrected picture, is deleted there. "backlot reports --withdraw-consent" deletes it at any time.`,
    'Reporting is free.',
  ].join(' ');
}

/** Of a report that an earlier run began. */
export const TAKEN_UP = 'The same report was interrupted before. It goes on where it stood, and is one report.';

/** No answer came to the report itself. */
export const reportUnknown = (reason: string): CommandFailed =>
  new CommandFailed(
    EXIT.offline,
    {
      code: 'outcome_unknown',
      message: `${reason} Whether the report arrived is not known. Run the same command again: it is the same report. ${FREE}`,
    },
    reason,
  );

/** "Usually within 4 hours", from the server's own figures; empty: it says nothing. */
export const usuallyText = (hours: number | null): string =>
  hours === null ? '' : ` An answer usually comes within ${hours === 1 ? 'an hour' : `${hours} hours`}.`;

/** Of a file that is none of ours. */
export const notOurs = (file: string): string =>
  `${file} is no finished picture of this account that was made on this computer, or it was changed since. Nothing was sent. ${FREE}`;

/** An original that would have to be encoded anew to be cleaned. */
export const originalStays = (name: string): string =>
  `The original ${name} is not sent along: its place and serial numbers cannot be taken out without encoding the picture anew. The finished picture is.`;
