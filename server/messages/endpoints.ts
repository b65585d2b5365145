/** Where an account wants its events sent. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { z } from 'zod';
import type { WebhookEndpoint, webhookEndpointRequest } from '../../shared/api.ts';
import { rfc3339 } from '../clock.ts';
import { transaction } from '../db/database.ts';
import type { Books } from '../ledger/books.ts';
import { derivedId } from '../ledger/derived-id.ts';
import { fingerprint } from '../ledger/fingerprint.ts';
import { notFound, Refusal } from '../problems.ts';
import { beginFollowing } from './follower.ts';

type Request = z.infer<typeof webhookEndpointRequest>;

export interface EndpointRow {
  readonly endpoint_id: string;
  readonly fingerprint: string;
  readonly url: string;
  readonly types: WebhookEndpoint['events'];
  readonly secret: string;
  readonly created_at: number;
  readonly failing_since: number | null;
  readonly disabled_at: number | null;
  readonly removed_at: number | null;
}

const MOST = 10;
const SECRET_BYTES = 32;

/** https, or this very machine. No names and passwords in the address: they would be stored readable and sent along. Throws `invalid_url`. */
function addressOf(text: string): string {
  const url = URL.parse(text);
  const loopback = url !== null && /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/.test(url.hostname);
  const allowed = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback));
  if (!allowed || url.username !== '' || url.password !== '')
    throw new Refusal(
      'invalid_url',
      'An endpoint is an https address without a name or password in it, or http on this machine. Nothing was written.',
    );
  return url.href;
}

export class Endpoints {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  async list(accountId: string): Promise<WebhookEndpoint[]> {
    const { rows } = await this.#books.pool.query<EndpointRow>(
      'select * from webhook_endpoints where account_id = $1 and removed_at is null order by created_at, endpoint_id',
      [accountId],
    );
    return rows.map(endpointOf);
  }

  /** The same operation id answers the same endpoint and secret; with another body it is a conflict. */
  add(accountId: string, { opId, ...content }: Request): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
    const url = addressOf(content.url);
    const print = fingerprint(content);
    const endpointId = `whe_${derivedId('webhook endpoint', accountId, opId)}`;
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    return transaction(this.#books.pool, async (client) => {
      // One at a time for an account, so that the limit holds.
      await client.query('select 1 from profiles where account_id = $1 for update', [accountId]);
      const { rows } = await client.query<EndpointRow>('select * from webhook_endpoints where account_id = $1 and endpoint_id = $2', [
        accountId,
        endpointId,
      ]);
      const [known] = rows;
      if (known) return again(known, print);
      const { rows: counted } = await client.query<{ count: number }>(
        'select count(*) from webhook_endpoints where account_id = $1 and removed_at is null',
        [accountId],
      );
      if ((counted[0]?.count ?? 0) >= MOST)
        throw new Refusal('too_many_endpoints', `An account has at most ${MOST} endpoints. Remove one first; nothing was written.`);
      const now = this.#books.clock.now();
      await client.query(
        `insert into webhook_endpoints (account_id, endpoint_id, fingerprint, url, types, secret, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
        [accountId, endpointId, print, url, content.events, secret, now],
      );
      await beginFollowing(client, this.#books, accountId);
      return { endpoint: await one(client, accountId, endpointId), secret };
    });
  }

  /** Takes events again after it was switched off; what failed meanwhile stays failed. */
  async enable(accountId: string, endpointId: string): Promise<WebhookEndpoint> {
    await this.#books.pool.query(
      'update webhook_endpoints set disabled_at = null, failing_since = null where account_id = $1 and endpoint_id = $2 and removed_at is null',
      [accountId, endpointId],
    );
    return one(this.#books.pool, accountId, endpointId);
  }

  /** Nothing is sent to it any more, not even what was under way. A second time changes nothing. */
  remove(accountId: string, endpointId: string): Promise<WebhookEndpoint> {
    const now = this.#books.clock.now();
    return transaction(this.#books.pool, async (client) => {
      const endpoint = await one(client, accountId, endpointId);
      await client.query('update webhook_endpoints set removed_at = $3 where account_id = $1 and endpoint_id = $2 and removed_at is null', [
        accountId,
        endpointId,
        now,
      ]);
      await giveUpOn(client, accountId, endpointId, 'removed');
      return endpoint;
    });
  }
}

/** What waits for a target is not sent any more. */
export async function giveUpOn(client: Pick<pg.ClientBase, 'query'>, accountId: string, target: string, trouble: string): Promise<void> {
  await client.query(
    `update deliveries set state = 'failed', next_at = null, trouble = $3 where account_id = $1 and target = $2 and state = 'waiting'`,
    [accountId, target, trouble],
  );
}

function again(known: EndpointRow, print: string): { endpoint: WebhookEndpoint; secret: string } {
  if (known.fingerprint !== print) throw new Refusal('conflict', 'Another endpoint was made with this operation id. Nothing was written.');
  return { endpoint: endpointOf(known), secret: known.secret };
}

async function one(db: Pick<pg.Pool, 'query'> | pg.PoolClient, accountId: string, endpointId: string): Promise<WebhookEndpoint> {
  const { rows } = await (db as pg.Pool).query<EndpointRow>('select * from webhook_endpoints where account_id = $1 and endpoint_id = $2', [
    accountId,
    endpointId,
  ]);
  const [row] = rows;
  if (!row) throw notFound('webhook endpoint');
  return endpointOf(row);
}

const endpointOf = (row: EndpointRow): WebhookEndpoint => ({
  id: row.endpoint_id,
  url: row.url,
  events: row.types,
  state: row.removed_at !== null ? 'removed' : row.disabled_at !== null ? 'disabled' : row.failing_since !== null ? 'failing' : 'active',
  createdAt: rfc3339(row.created_at),
  failingSince: row.failing_since === null ? null : rfc3339(row.failing_since),
  disabledAt: row.disabled_at === null ? null : rfc3339(row.disabled_at),
});
