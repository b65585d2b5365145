/** Which files are wanted: of accounts with their consent, of retouchers for a report that they have taken. */
import { Refusal } from '../problems.ts';
import type { Admission } from '../uploads/uploads.ts';
import { photosOf } from './records.ts';
import { lockedReport, refuseOver } from './standing.ts';
import type { ReportTerms } from './terms.ts';

/** Corrected pictures that one report may have: more than one of each photo, where the first was no good. */
const MOST_CORRECTED = 60;

/** Judges a file before its first byte. */
export const admissionBy =
  (terms: ReportTerms): Admission =>
  async (client, sender, { role, report, resultOpId }) => {
    if (sender.staff === null) {
      if (role === 'corrected' || report !== undefined)
        throw new Refusal('forbidden', 'Corrected pictures come from staff. Nothing was taken.');
      await terms.require(client, sender.accountId);
      return { accountId: sender.accountId, reportId: null, resultOpId: null };
    }
    if (role !== 'corrected' || report === undefined)
      throw new Refusal(
        'forbidden',
        'Staff sends corrected pictures, each for a report (Upload-Metadata: role, report). Nothing was taken.',
      );
    const row = await lockedReport(client, report);
    refuseOver(row);
    if (row.taken_by !== sender.staff.id)
      throw new Refusal('report_taken', 'Take the report first: another retoucher may be at it. Nothing was taken.');
    const photos = photosOf(row);
    const photo = resultOpId === undefined ? photos[0] : photos.find((one) => one.resultOpId === resultOpId);
    if (photo === undefined) throw new Refusal('invalid_request', 'resultOpId: the report is not about this picture. Nothing was taken.');
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from uploads where account_id = $1 and report_id = $2 and role = 'corrected' and state <> 'deleted'`,
      [row.account_id, report],
    );
    if ((rows[0]?.count ?? 0) >= MOST_CORRECTED)
      throw new Refusal('too_many_uploads', `${MOST_CORRECTED} corrected pictures of this report are kept, which is as many as may be.`, {
        limit: MOST_CORRECTED,
      });
    await terms.require(client, row.account_id);
    return { accountId: row.account_id, reportId: report, resultOpId: photo.resultOpId };
  };
