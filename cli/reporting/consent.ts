/** Pictures go to people only with the account's consent, asked in words and kept by the server. */
import { paths, type ReportDesk, reportDesk } from '../../shared/api/index.ts';
import type { Session } from '../command.ts';
import { failure, usageError } from '../outcome.ts';
import type { Requests } from '../requests.ts';
import { FREE, termsText } from './sentences.ts';

/** Throws unless it was given before, or is given now: at the terminal, or in the command's own words (`agrees`). */
export async function haveConsent({ screen }: Session, requests: Requests, desk: ReportDesk, agrees: boolean): Promise<void> {
  if (desk.consent.given) return;
  const terms = termsText(desk.terms);
  const instead = `To report in words alone, add --without-pictures. Nothing was sent. ${FREE}`;
  if (!agrees && !screen.asks) throw usageError(`${terms} Agree to it with --agree. ${instead}`);
  if (!agrees && !(await screen.confirm(`${terms} Do you agree?`))) throw failure('not_agreed', `Not agreed. ${instead}`);
  if (agrees) screen.note(terms);
  await requests.put(paths.reportConsent, { terms: desk.terms.id }, reportDesk);
}
