/** Tells of reports: programs by webhooks, in the transaction of what they tell; the account's studio by its event stream, once it is written. */

import type { z } from 'zod';
import type { Report, toldReport } from '../../shared/api/index.ts';
import { hours } from '../../shared/credits/model/durations.ts';
import { laterBy } from '../../shared/credits/model/instants.ts';
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { derivedId } from '../derived-id.ts';
import type { Vault } from '../identity/vault.ts';
import { fingerprint } from '../ledger/fingerprint.ts';
import { announce } from '../outbox.ts';
import { Refusal } from '../problems.ts';
import { ownFiles, type Queryable, type ReportRow, reportsOf } from './records.ts';

/** Where links of webhooks lead. */
export const LINKS_PATH = '/v1/linked-files';
/** Longer than a delivery is tried again and again. */
const LINK_MS = hours(7 * 24);
const ABOUT = 'link to a file of a report';

interface TellingParts {
  readonly clock: Clock;
  readonly vault: Vault;
  /** Where this server is reached. */
  readonly baseUrl: () => string;
  readonly changed: (accountId: AccountId) => void;
}

/** Announces reports and makes the links in it. */
export class Telling {
  readonly #parts: TellingParts;

  constructor(parts: TellingParts) {
    this.#parts = parts;
  }

  /** The account's studio looks again. */
  changed(accountId: AccountId): void {
    this.#parts.changed(accountId);
  }

  /** A report was made. In its transaction. */
  opened(client: Queryable, row: ReportRow): Promise<void> {
    return this.#tell(client, row, 'report.opened', row.at);
  }

  /** It was answered. In the answer's transaction. */
  answered(client: Queryable, row: ReportRow): Promise<void> {
    return this.#tell(client, row, 'report.answered', row.resolved_at ?? this.#parts.clock.now());
  }

  /** The upload that a link leads to. Throws not_found for one that is none, and gone for one whose time is over. */
  uploadOfLink(token: string): string {
    const [uploadId = '', until = ''] = this.#parts.vault.open(token, ABOUT)?.split(' ') ?? [];
    if (uploadId === '') throw new Refusal('not_found', 'This link leads nowhere.');
    if (!(this.#parts.clock.now() < Number(until)))
      throw new Refusal('gone', 'This link has expired. The account’s token gets the same file.');
    return uploadId;
  }

  async #tell(client: Queryable, row: ReportRow, type: 'report.opened' | 'report.answered', at: Instant): Promise<void> {
    const [report] = await reportsOf(client, [row], { now: at, fileAt: ownFiles });
    if (report === undefined) return;
    const until = laterBy(at, LINK_MS);
    const data: z.input<typeof toldReport> = { ...report, links: report.photos.flatMap((photo) => this.#linksOf(photo, until)) };
    const eventId = `evt_${derivedId(type, row.report_id, fingerprint({ ...report, photos: [] }))}`;
    await announce(client, { accountId: row.account_id, eventId, type, at, data });
  }

  #linksOf({ resultOpId, uploads, correction }: Report['photos'][number], until: Instant) {
    return [...uploads, ...(correction === null ? [] : [correction.upload])]
      .filter(({ file }) => file !== null)
      .map(({ id, role }) => ({
        ...{ upload: id, role, resultOpId, expiresAt: rfc3339(until) },
        url: `${this.#parts.baseUrl()}${LINKS_PATH}/${this.#parts.vault.seal(`${id} ${until}`, ABOUT)}`,
      }));
  }
}
