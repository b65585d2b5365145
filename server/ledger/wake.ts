/**
 * Tells listeners that an account's ledger grew, or that something beside it changed (a renewal, a checkout): here at once, and other server processes through LISTEN/NOTIFY.
 * Only a hint: a lost one costs nothing but time, since pulling is the truth. NOTIFY is sent apart from the append and for
 * many accounts at a time, because inside it would make every commit take one global lock.
 */
import type pg from 'pg';
import { z } from 'zod';
import { accountId } from '../../shared/credits/codec/quantities.ts';
import { accountIdFrom, seqFrom } from '../../shared/credits/model/minting.ts';
import type { AccountId, Seq } from '../../shared/credits/model/quantities.ts';

const CHANNEL = 'backlot_ledger';
const GATHER_MS = 15;
/** NOTIFY carries at most 8,000 bytes. */
const ACCOUNTS_PER_NOTICE = 100;
/** Exponential backoff with jitter: servers that lost the same database do not all come back in the same moment. */
const RECONNECT_MS = 250;
const RECONNECT_AT_MOST_MS = 15_000;
/** A connection that died without a word is found out by asking it. */
const PROVE_MS = 15_000;
/** Accounts whose place is read at a time after a gap. */
const ACCOUNTS_PER_LOOK = 1_000;
/** A commit that waits for no disk: a hint that a crash loses was not needed. */
const SEND = `select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`;

/** Where the ledger stands; null: what changed is not in the ledger. */
type Listener = (seq: Seq | null) => void;

/** What #send of another process of this server wrote. */
const notice = z.object({
  from: z.string(),
  seqs: z
    .record(z.string(), z.int())
    .transform((seqs) => Object.entries(seqs).map(([id, seq]) => [accountIdFrom(id), seqFrom(seq)] as const)),
  changed: z.array(accountId).default([]),
  /** Ids of tokens that work no more. */
  ended: z.array(z.string()).default([]),
});
type Notice = z.input<typeof notice>;

/** Within the transaction that ends tokens: told to every server process, this one too, exactly when it is true. */
export async function tellEnded(client: Pick<pg.ClientBase, 'query'>, tokenIds: readonly string[]): Promise<void> {
  if (tokenIds.length === 0) return;
  await client.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify({ from: '', seqs: {}, ended: [...tokenIds] } satisfies Notice)]);
}

/** Listens and notifies over one connection of its own, which reconnects when it is lost. */
export class Wake {
  readonly #connect: () => Promise<pg.Client>;
  readonly #pool: pg.Pool;
  readonly #listeners = new Map<AccountId, Set<Listener>>();
  readonly #closing = new Set<() => void>();
  readonly #self: string;
  readonly #ended: (tokenIds: readonly string[]) => void;
  #client: pg.Client | undefined;
  #closed = false;
  #tries = 0;
  #reconnect: NodeJS.Timeout | undefined;
  #prove: NodeJS.Timeout | undefined;
  #gathered = new Map<string, number>();
  #gatheredChanges = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: {
    pool: pg.Pool;
    connect: () => Promise<pg.Client>;
    processId: string;
    onEnded: (tokenIds: readonly string[]) => void;
  }) {
    this.#pool = parts.pool;
    this.#connect = parts.connect;
    this.#self = parts.processId;
    this.#ended = parts.onEnded;
  }

  /** Rejects when the first connection cannot be made. A lost one reconnects for as long as it takes. */
  async start(): Promise<void> {
    const client = await this.#connect();
    if (this.#closed) return void client.end().catch(() => undefined);
    this.#client = client;
    client.on('notification', ({ payload }) => this.#receive(payload ?? ''));
    // However it is lost, and however often node-postgres tells of it.
    client.on('error', () => this.#lost(client));
    client.once('end', () => this.#lost(client));
    await client.query(`listen ${CHANNEL}`);
    this.#tries = 0;
    this.#prove = setInterval(() => void client.query('select 1').catch(() => this.#lost(client)), PROVE_MS);
    this.#prove.unref();
  }

  /** The answer stops listening. */
  listen(accountId: AccountId, listener: Listener): () => void {
    const set = this.#listeners.get(accountId) ?? new Set();
    set.add(listener);
    this.#listeners.set(accountId, set);
    return () => {
      set.delete(listener);
      if (set.size === 0) this.#listeners.delete(accountId);
    };
  }

  /** Called when the server closes, for open streams. */
  onClose(close: () => void): () => void {
    this.#closing.add(close);
    return () => this.#closing.delete(close);
  }

  written(accountId: AccountId, seq: Seq): void {
    this.#tell(accountId, seq);
    this.#gathered.set(accountId, seq);
    this.#sendSoon();
  }

  /** Something that the account shows beside its ledger. */
  changed(accountId: AccountId): void {
    this.#tell(accountId, null);
    this.#gatheredChanges.add(accountId);
    this.#sendSoon();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#reconnect);
    clearInterval(this.#prove);
    for (const close of this.#closing) close();
    await this.#client?.end().catch(() => undefined);
  }

  #sendSoon(): void {
    this.#timer ??= setTimeout(() => void this.#send(), GATHER_MS);
  }

  async #send(): Promise<void> {
    this.#timer = undefined;
    const [all, changes] = [[...this.#gathered], [...this.#gatheredChanges]];
    this.#gathered = new Map();
    this.#gatheredChanges = new Set();
    const notices: Omit<Notice, 'from'>[] = [];
    for (let i = 0; i < all.length; i += ACCOUNTS_PER_NOTICE)
      notices.push({ seqs: Object.fromEntries(all.slice(i, i + ACCOUNTS_PER_NOTICE)) });
    for (let i = 0; i < changes.length; i += ACCOUNTS_PER_NOTICE)
      notices.push({ seqs: {}, changed: changes.slice(i, i + ACCOUNTS_PER_NOTICE) });
    for (const notice of notices) {
      if (this.#closed) return;
      const payload = JSON.stringify({ from: this.#self, ...notice });
      await this.#pool.query({ name: 'notify', text: SEND, values: [CHANNEL, payload] }).catch(() => undefined);
    }
  }

  #receive(payload: string): void {
    try {
      const { from, seqs, changed, ended } = notice.parse(JSON.parse(payload));
      if (from === this.#self) return;
      for (const [accountId, seq] of seqs) this.#tell(accountId, seq);
      for (const accountId of changed) this.#tell(accountId, null);
      if (ended.length > 0) this.#ended(ended);
    } catch {
      // Not ours: somebody else uses the channel's name.
    }
  }

  #tell(accountId: AccountId, seq: Seq | null): void {
    for (const listener of this.#listeners.get(accountId) ?? []) listener(seq);
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    clearInterval(this.#prove);
    void client.end().catch(() => undefined);
    this.#reconnectLater();
  }

  #reconnectLater(): void {
    if (this.#closed) return;
    const pause = Math.min(RECONNECT_AT_MOST_MS, RECONNECT_MS * 2 ** this.#tries);
    this.#tries += 1;
    clearTimeout(this.#reconnect);
    this.#reconnect = setTimeout(
      () =>
        void this.start().then(
          () => this.#catchUp().catch(() => undefined),
          () => (this.#client === undefined ? this.#reconnectLater() : this.#lost(this.#client)),
        ),
      pause * (0.5 + Math.random() / 2),
    );
    this.#reconnect.unref();
  }

  /** What other servers wrote while nobody listened here. */
  async #catchUp(): Promise<void> {
    const listening = [...this.#listeners.keys()];
    for (let i = 0; i < listening.length; i += ACCOUNTS_PER_LOOK) {
      const { rows } = await this.#pool.query<{ account_id: AccountId; seq: Seq }>(
        'select account_id, seq from accounts where account_id = any($1)',
        [listening.slice(i, i + ACCOUNTS_PER_LOOK)],
      );
      for (const { account_id: accountId, seq } of rows) this.#tell(accountId, seq);
    }
  }
}
