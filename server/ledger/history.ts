/** Reading the chain: pages of entries with the signed head. */
import type pg from 'pg';
import { headMessage, type LedgerEntry, type LedgerPage } from '../../shared/api/index.ts';
import { seqAfter, unitsFrom } from '../../shared/credits/model/minting.ts';
import { effectOnAvailable, slicesOf } from '../../shared/credits/model/postings.ts';
import type { AccountId, Instant, Seq } from '../../shared/credits/model/quantities.ts';
import { addUnits } from '../../shared/credits/model/units.ts';
import { rfc3339 } from '../clock.ts';
import type { Signer } from '../identity/secrets.ts';
import { readChunk, readEntry, sealed } from './encoding.ts';
import type { Ledger } from './ledger.ts';
import type { Chunk, LedgerStorage } from './storage.ts';
import { type Amounts, amountsOf } from './wire.ts';

/** What a read holds in memory. */
const CHUNKS_AT_A_TIME = 100;

/** Pages of the chain, each with its signed head. */
export class History {
  readonly #ledger: Ledger;
  readonly #storage: Pick<LedgerStorage, 'chunksUntil'>;
  readonly #pool: pg.Pool;
  readonly #signer: Signer;
  readonly #epoch: string;

  /** `epoch`: names this history of the database; another one is another history. */
  constructor(parts: { ledger: Ledger; storage: Pick<LedgerStorage, 'chunksUntil'>; pool: pg.Pool; signer: Signer; epoch: string }) {
    this.#ledger = parts.ledger;
    this.#storage = parts.storage;
    this.#pool = parts.pool;
    this.#signer = parts.signer;
    this.#epoch = parts.epoch;
  }

  /** Entries after `after`, at most `limit`, oldest first. The head is the account's newest entry. */
  async page(accountId: AccountId, after: Seq, limit: number): Promise<LedgerPage> {
    const { seq, head, state } = await this.#ledger.newest(accountId);
    const amounts = amountsOf(this.#ledger.policyOf(state));
    const until = limit < seq - after ? seqAfter(after, limit) : seq;
    const entries: LedgerEntry[] = [];
    for (let from = after; from < until; ) {
      const chunks = await this.#storage.chunksUntil(accountId, { after: from, until, limit: CHUNKS_AT_A_TIME });
      const last = chunks.at(-1);
      if (!last) break;
      for (const chunk of chunks) entries.push(...entriesOf(chunk, amounts, after, until));
      from = last.lastSeq;
    }
    const signature = this.#signer.sign(headMessage(accountId, this.#epoch, seq, head));
    return { entries, head: { seq, hash: head, signature, keyId: this.#signer.keyId }, epoch: this.#epoch };
  }

  /** Every key that ever signed here: old proofs stay provable. */
  async keys(): Promise<{ keyId: string; algorithm: 'Ed25519'; publicKey: string }[]> {
    const { rows } = await this.#pool.query<{ key_id: string; public_key: string }>(
      'select key_id, public_key from signing_keys order by created_at',
    );
    return rows.map((r) => ({ keyId: r.key_id, algorithm: 'Ed25519', publicKey: r.public_key }));
  }
}

/** Keeps the public key that heads are signed with from now on. A known one changes nothing. */
export async function registerKey(pool: pg.Pool, signer: Signer, now: Instant): Promise<void> {
  await pool.query('insert into signing_keys values ($1, $2, $3) on conflict do nothing', [signer.keyId, signer.publicKey, now]);
}

/** Those of the chunk's entries that come after `after`, up to `until`: of what comes before them only the hashes are needed, of what comes behind nothing. */
function entriesOf(chunk: Chunk, amounts: Amounts, after: Seq, until: Seq): LedgerEntry[] {
  let prevHash = chunk.prevHash;
  let available = unitsFrom(BigInt(chunk.available));
  const lines: LedgerEntry[] = [];
  for (const [index, body] of readChunk(chunk.entries)
    .slice(0, until - chunk.firstSeq + 1)
    .entries()) {
    const entry = readEntry(body);
    const seq = seqAfter(chunk.firstSeq, index);
    const effect = effectOnAvailable(entry);
    const { hash } = sealed(prevHash, seq, entry);
    available = addUnits(available, effect);
    if (seq > after)
      lines.push({
        seq,
        opId: entry.opId,
        at: rfc3339(entry.at),
        kind: entry.kind,
        amount: amounts.format(effect),
        slices: amounts.slices(slicesOf(entry)),
        availableAfter: amounts.format(available),
        prevHash,
        hash,
        body,
      });
    prevHash = hash;
  }
  return lines;
}
