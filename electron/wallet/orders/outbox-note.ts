/**
 * A note beside outbox.db of what waits in it. A database that is empty, missing or cut off is a valid one: without the note, orders that wait for an answer
 * would be forgotten without a word. Taken up from the note they are retried under their own ids, which is idempotent for what was answered already.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { accountId } from '../../../shared/credits/codec/quantities.ts';
import { replaceFile } from '../../storage/replace-file.ts';
import type { OutboxRequest } from './outbox-request.ts';

const waiting = z.array(
  z.object({
    opId: z.string().min(1).brand<'OpId'>(),
    accountId,
    kind: z.enum(['purchase', 'plan', 'refund', 'report']),
    path: z.string().startsWith('/v1/'),
    body: z.unknown(),
  }),
);

/** What waits in the outbox, in a file of its own: a lost database loses no order. Readable by this user only. */
export class OutboxNote {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Nothing when there is no note, or none that can be read. */
  read(): readonly OutboxRequest[] {
    try {
      return waiting.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch {
      return [];
    }
  }

  /** Replaces it. Throws when the disk does not take it. */
  write(requests: readonly OutboxRequest[]): void {
    replaceFile(this.#path, `${JSON.stringify(requests)}\n`, 0o600);
  }
}
