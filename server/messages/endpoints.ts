/** Where an account wants its events sent. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { z } from 'zod';
import type { WebhookEndpoint, webhookEndpointRequest } from '../../shared/api/index.ts';
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { derivedId } from '../derived-id.ts';
import type { Vault } from '../identity/vault.ts';
import { fingerprint } from '../ledger/fingerprint.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { notFound, Refusal } from '../problems.ts';
import { beginFollowing } from './follower.ts';
import type { Targets } from './targets.ts';

type Request = z.infer<typeof webhookEndpointRequest>;

/** An endpoint as stored. `failing_since`, `disabled_at`, `removed_at`: milliseconds since 1970; null: it is not. */
export interface EndpointRow {
  readonly endpoint_id: string;
  readonly fingerprint: string;
  readonly url: string;
  readonly types: WebhookEndpoint['events'];
  /** Sealed. */
  readonly secret: string;
  readonly created_at: Instant;
  readonly failing_since: Instant | null;
  readonly disabled_at: Instant | null;
  readonly removed_at: Instant | null;
}

const MOST = 10;
const SECRET_BYTES = 32;

/** What a sealed secret is bound to. */
export const aboutSecret = (accountId: AccountId, endpointId: string): string => `webhook secret\n${accountId}\n${endpointId}`;

/** The webhook endpoints of accounts: listed, added, removed. */
export class Endpoints {
  readonly #ledger: Ledger;
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #targets: Targets;
  readonly #vault: Vault;

  constructor(parts: { ledger: Ledger; pool: pg.Pool; clock: Clock; targets: Targets; vault: Vault }) {
    this.#ledger = parts.ledger;
    this.#pool = parts.pool;
    this.#clock = parts.clock;
    this.#targets = parts.targets;
    this.#vault = parts.vault;
  }

  async list(accountId: AccountId): Promise<WebhookEndpoint[]> {
    const { rows } = await this.#pool.query<EndpointRow>(
      'select * from webhook_endpoints where account_id = $1 and removed_at is null order by created_at, endpoint_id',
      [accountId],
    );
    return rows.map(endpointOf);
  }

  /** The same operation id answers the same endpoint and secret; with another body it is a conflict. */
  async add(accountId: AccountId, { opId, ...content }: Request): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
    const url = await this.#targets.accept(content.url);
    const print = fingerprint(content);
    const endpointId = `whe_${derivedId('webhook endpoint', accountId, opId)}`;
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    return transaction(this.#pool, async (client) => {
      // One at a time for an account, so that the limit holds.
      await client.query('select 1 from profiles where account_id = $1 for update', [accountId]);
      const { rows } = await client.query<EndpointRow>('select * from webhook_endpoints where account_id = $1 and endpoint_id = $2', [
        accountId,
        endpointId,
      ]);
      const [known] = rows;
      if (known) return { endpoint: answerKnown(known, print), secret: this.#opened(accountId, known) };
      const { rows: counted } = await client.query<{ count: number }>(
        'select count(*) from webhook_endpoints where account_id = $1 and removed_at is null',
        [accountId],
      );
      if ((counted[0]?.count ?? 0) >= MOST)
        throw new Refusal('too_many_endpoints', `An account has at most ${MOST} endpoints. Remove one first; nothing was written.`);
      const now = this.#clock.now();
      await client.query(
        `insert into webhook_endpoints (account_id, endpoint_id, fingerprint, url, types, secret, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
        [accountId, endpointId, print, url, content.events, this.#vault.seal(secret, aboutSecret(accountId, endpointId)), now],
      );
      await beginFollowing(client, this.#ledger, accountId);
      return { endpoint: await loadEndpoint(client, accountId, endpointId), secret };
    });
  }

  #opened(accountId: AccountId, { endpoint_id: endpointId, secret }: EndpointRow): string {
    const opened = this.#vault.open(secret, aboutSecret(accountId, endpointId));
    if (opened === null)
      throw new Refusal(
        'unavailable',
        'The secret of this endpoint was sealed with a key that this server does not have. Make a new endpoint.',
      );
    return opened;
  }

  /** Takes events again after it was switched off; what failed meanwhile stays failed. */
  async enable(accountId: AccountId, endpointId: string): Promise<WebhookEndpoint> {
    await this.#pool.query(
      'update webhook_endpoints set disabled_at = null, failing_since = null where account_id = $1 and endpoint_id = $2 and removed_at is null',
      [accountId, endpointId],
    );
    return loadEndpoint(this.#pool, accountId, endpointId);
  }

  /** Nothing is sent to it any more, not even what was under way. A second time changes nothing. */
  remove(accountId: AccountId, endpointId: string): Promise<WebhookEndpoint> {
    const now = this.#clock.now();
    return transaction(this.#pool, async (client) => {
      const endpoint = await loadEndpoint(client, accountId, endpointId);
      await client.query('update webhook_endpoints set removed_at = $3 where account_id = $1 and endpoint_id = $2 and removed_at is null', [
        accountId,
        endpointId,
        now,
      ]);
      await giveUpOn(client, { accountId, target: endpointId, now }, 'removed');
      return endpoint;
    });
  }
}

/** What waits for a target is not sent any more. */
export async function giveUpOn(
  client: Pick<pg.ClientBase, 'query'>,
  { accountId, target, now }: { readonly accountId: AccountId; readonly target: string; readonly now: Instant },
  trouble: string,
): Promise<void> {
  await client.query(
    `update deliveries set state = 'failed', next_at = null, trouble = $3, done_at = $4
     where account_id = $1 and target = $2 and state = 'waiting'`,
    [accountId, target, trouble, now],
  );
}

function answerKnown(known: EndpointRow, print: string): WebhookEndpoint {
  if (known.fingerprint !== print) throw new Refusal('conflict', 'Another endpoint was made with this operation id. Nothing was written.');
  return endpointOf(known);
}

async function loadEndpoint(
  db: Pick<pg.Pool, 'query'> | pg.PoolClient,
  accountId: AccountId,
  endpointId: string,
): Promise<WebhookEndpoint> {
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

/** Seals what an earlier server left readable, or sealed with a key that was replaced. Two servers at once share the work. */
export async function sealSecrets(pool: pg.Pool, vault: Vault): Promise<void> {
  await transaction(pool, async (client) => {
    const { rows } = await client.query<Pick<EndpointRow, 'endpoint_id' | 'secret'> & { account_id: AccountId }>(
      'select account_id, endpoint_id, secret from webhook_endpoints for update',
    );
    for (const { account_id: accountId, endpoint_id: endpointId, secret } of rows) {
      if (vault.isCurrent(secret)) continue;
      const about = aboutSecret(accountId, endpointId);
      const readable = secret.startsWith('whsec_') ? secret : vault.open(secret, about);
      // Of a key that is not here: its owner makes a new one, and deliveries say why they wait.
      if (readable === null) continue;
      await client.query('update webhook_endpoints set secret = $3 where account_id = $1 and endpoint_id = $2', [
        accountId,
        endpointId,
        vault.seal(readable, about),
      ]);
    }
  });
}
