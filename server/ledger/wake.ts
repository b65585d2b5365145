/**
 * Tells listeners that an account's ledger grew, or that something beside it changed (a renewal, a checkout): here at once, and other server processes through LISTEN/NOTIFY.
 * Only a hint: a lost one costs nothing but time, since pulling is the truth. NOTIFY is sent apart from the append and for
 * many accounts at a time, because inside it would make every commit take one global lock.
 */
import type pg from 'pg';

const CHANNEL = 'backlot_ledger';
const GATHER_MS = 15;
/** NOTIFY carries at most 8,000 bytes. */
const ACCOUNTS_PER_NOTICE = 100;
const RECONNECT_MS = 1_000;
/** A commit that waits for no disk: a hint that a crash loses was not needed. */
const SEND = `select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`;

/** Where the ledger stands; null: what changed is not in the ledger. */
type Listener = (seq: number | null) => void;

/** What #send of another process of this server wrote. */
interface Notice {
  readonly from: string;
  readonly seqs: Readonly<Record<string, number>>;
  readonly changed?: readonly string[];
}

export class Wake {
  readonly #connect: () => Promise<pg.Client>;
  readonly #pool: pg.Pool;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #closing = new Set<() => void>();
  readonly #self: string;
  #client: pg.Client | undefined;
  #closed = false;
  #gathered = new Map<string, number>();
  #gatheredChanges = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: { pool: pg.Pool; connect: () => Promise<pg.Client>; processId: string }) {
    this.#pool = parts.pool;
    this.#connect = parts.connect;
    this.#self = parts.processId;
  }

  async start(): Promise<void> {
    const client = await this.#connect();
    this.#client = client;
    client.on('notification', ({ payload }) => this.#heard(payload ?? ''));
    client.once('error', () => this.#again());
    client.once('end', () => this.#again());
    await client.query(`listen ${CHANNEL}`);
  }

  /** The answer stops listening. */
  listen(accountId: string, listener: Listener): () => void {
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

  written(accountId: string, seq: number): void {
    this.#tell(accountId, seq);
    this.#gathered.set(accountId, seq);
    this.#sendSoon();
  }

  /** Something that the account shows beside its ledger. */
  changed(accountId: string): void {
    this.#tell(accountId, null);
    this.#gatheredChanges.add(accountId);
    this.#sendSoon();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
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

  #heard(payload: string): void {
    try {
      const { from, seqs, changed = [] } = JSON.parse(payload) as Notice;
      if (from === this.#self) return;
      for (const [accountId, seq] of Object.entries(seqs)) this.#tell(accountId, seq);
      for (const accountId of changed) this.#tell(accountId, null);
    } catch {
      // Not ours: somebody else uses the channel's name.
    }
  }

  #tell(accountId: string, seq: number | null): void {
    for (const listener of this.#listeners.get(accountId) ?? []) listener(seq);
  }

  #again(): void {
    this.#client = undefined;
    if (!this.#closed) setTimeout(() => this.start().catch(() => this.#again()), RECONNECT_MS).unref();
  }
}
