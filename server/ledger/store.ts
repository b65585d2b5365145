/** The SQL of the ledger: one function that appends, and the reads. */
import pg from 'pg';
import { z } from 'zod';
import { operationId, seq } from '../../shared/credits/codec/quantities.ts';
import type { AccountId, Instant, OpId, Seq } from '../../shared/credits/model/quantities.ts';
import { parseStored } from '../db/stored.ts';
import { FINGERPRINT_LENGTH, FINGERPRINT_SHARED } from './fingerprint.ts';
import type { Append, Chunk, DueAccount, DueQuery, FreeVerdict, KnownOperation, Loaded, Verdict } from './storage.ts';

type Queryable = Pick<pg.Pool, 'query'>;

interface AppendRow<V extends FreeVerdict['verdict'] = Verdict['verdict']> {
  verdict: V;
  known: string | null;
}

/**
 * One account or several, sorted by id, in one round trip and one commit; each gets its own verdict. For connections that are set up for it. Rejects with what `isLocked` knows when somebody
 * else keeps the row of one of them; then nothing is written, and appendFree tells whose it is.
 */
export async function appendAll(db: Queryable, appends: readonly Append[]): Promise<Verdict[]> {
  const [only] = appends;
  if (only && appends.length === 1 && isRun(only.operations)) {
    const verdict = await appendRun(db, only);
    if (verdict !== 'crossed') return [{ verdict }];
  }
  const { rows } = await db.query<AppendRow>({
    name: 'append_many',
    text: 'select verdict, known from append_many($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)',
    values: columns(appends),
  });
  return rows.length === 0 ? appends.map(() => ({ verdict: 'done' })) : rows.map(verdictOf);
}

/** One account in a transaction of the main pool, whose connections are not set up for appends. Rejects like `appendAll`. */
export async function appendWithin(transaction: pg.PoolClient, append: Append): Promise<Verdict> {
  const { rows } = await transaction.query<AppendRow>({
    name: 'append_within',
    text: 'select verdict, known from append_within($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)',
    values: columns([append]),
  });
  const [row] = rows;
  return row ? verdictOf(row) : { verdict: 'done' };
}

/** Appends without waiting for row locks: a locked account gets the verdict `locked`, the others are written. */
export async function appendFree(db: Queryable, appends: readonly Append[]): Promise<FreeVerdict[]> {
  const { rows } = await db.query<AppendRow<FreeVerdict['verdict']>>({
    name: 'append_free',
    text: 'select verdict, known from append_free($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)',
    values: columns(appends),
  });
  return rows.map((row) => (row.verdict === 'locked' ? { verdict: 'locked' } : verdictOf({ ...row, verdict: row.verdict })));
}

/** PostgreSQL's lock_not_available: nothing was written. */
export const isLocked = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '55P03';

async function appendRun(db: Queryable, a: Append): Promise<'done' | 'crossed' | 'stale' | 'missing'> {
  const { rows } = await db.query<{ verdict: 'done' | 'crossed' | 'stale' | 'missing' }>({
    name: 'append_run',
    text: 'select append_run($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) as verdict',
    values: [a.accountId, a.expectedSeq, ...run(a.operations), a.entries, a.available, a.newSeq, a.prevHash, a.head, a.state, a.nextDue],
  });
  const [row] = rows;
  if (!row) throw new Error('append_run answered nothing.');
  return row.verdict;
}

/** Cannot stand in JSON text, where control characters are escaped. */
const UNIT_SEPARATOR = '\x1f';

/** What append_many takes, as PostgreSQL's arrays. */
function columns(appends: readonly Append[]): unknown[] {
  const operations = appends.flatMap((a) => a.operations);
  const outcomes = operations.map((o) => o.outcome);
  const states = appends.map((a) => a.state);
  return [
    list(appends.map((a) => a.accountId)),
    list(appends.map((a) => a.expectedSeq)),
    list(appends.flatMap((a) => a.operations.map(() => a.accountId))),
    list(operations.map((o) => o.opId)),
    list(operations.map((o) => o.fingerprint)),
    list(operations.map((o) => o.seq)),
    outcomes.some((outcome) => outcome !== null) ? outcomes : null,
    appends.map((a) => a.entries).join(UNIT_SEPARATOR),
    list(appends.map((a) => a.available)),
    list(appends.map((a) => a.newSeq)),
    list(appends.map((a) => a.prevHash)),
    list(appends.map((a) => a.head)),
    states.some((state) => state !== null) ? states : null,
    list(appends.map((a) => a.nextDue ?? 'null')),
  ];
}

/** Ids, hashes and numbers have no character that would need a quote in an array. */
const list = (values: readonly (string | number | bigint)[]): string => `{${values.join(',')}}`;

/** From so many operations on an append is worth a call of its own. */
export const LARGE = 16;

/** What a batch of a client with ascending ids (ULIDs) is: one row keeps all of them. */
function isRun(ops: readonly KnownOperation[]): boolean {
  if (ops.length < LARGE) return false;
  let before: KnownOperation | undefined;
  for (const op of ops) {
    if (op.outcome !== null || op.opId.includes('#') || op.fingerprint.length !== FINGERPRINT_LENGTH) return false;
    if (before !== undefined && (op.opId <= before.opId || op.seq !== before.seq + 1)) return false;
    before = op;
  }
  return true;
}

/** Encodes fingerprints as `<common prefix>:<suffixes>`: the photos of a batch share nearly all of them. */
function run(ops: readonly KnownOperation[]): unknown[] {
  const [first] = ops;
  const common = first?.fingerprint.slice(0, FINGERPRINT_SHARED) ?? '';
  const shared = ops.every((o) => o.fingerprint.startsWith(common)) ? common : '';
  let own = '';
  for (const { fingerprint } of ops) own += fingerprint.slice(shared.length);
  return [first?.opId, ops.at(-1)?.opId, first?.seq, `${shared}:${own}`];
}

/** The type known_operation of the migrations, as JSON. Only replays come here. */
const knownOperations = z.array(
  z
    .object({ op_id: operationId, fingerprint: z.string(), seq, outcome: z.string().nullable() })
    .transform(({ op_id: opId, ...known }): KnownOperation => ({ opId, ...known })),
);

/** What the function known_operations answered, as JSON. Throws when it is something else. */
export const readKnown = (text: string): KnownOperation[] => parseStored(knownOperations, text, 'list of known operations');

function verdictOf({ verdict, known }: AppendRow): Verdict {
  return verdict === 'known' ? { verdict, known: readKnown(known ?? '[]') } : { verdict };
}

/** A new account with its first entries. False when it exists already. */
export async function createAccount(db: Queryable, a: Append): Promise<boolean> {
  const made = await db.query('insert into accounts values ($1,$2,$3,$4) on conflict do nothing', [
    a.accountId,
    a.newSeq,
    a.head,
    a.nextDue,
  ]);
  if (made.rowCount === 0) return false;
  await db.query('insert into snapshots values ($1,$2,$3)', [a.accountId, a.newSeq, a.state]);
  await db.query('insert into chunks values ($1,$2,$3,$4,$5,$6)', [a.accountId, a.newSeq, 1, a.prevHash, a.available, a.entries]);
  for (const o of a.operations)
    await db.query('insert into operations values ($1,$2,$3,$4,$5)', [a.accountId, o.opId, o.fingerprint, o.seq, o.outcome]);
  return true;
}

/** Where the account stands with its newest snapshot and the chunks behind it; undefined: there is none. */
export async function loadAccount(db: Queryable, accountId: AccountId): Promise<Loaded | undefined> {
  const { rows } = await db.query<Omit<Loaded, 'chunks'>>({
    name: 'account',
    text: `select a.seq, a.head, s.seq as "snapshotSeq", s.state from accounts a join snapshots s using (account_id) where account_id = $1`,
    values: [accountId],
  });
  const [row] = rows;
  if (!row) return undefined;
  // Entries that came after this read are left out: `seq` says where the account stood.
  const chunks = row.seq > row.snapshotSeq ? await loadChunks(db, accountId, row.snapshotSeq, row.seq - row.snapshotSeq) : [];
  return { ...row, chunks: chunks.filter((chunk) => chunk.lastSeq <= row.seq) };
}

/** The number of its newest entry; undefined: there is no such account. */
export async function loadSeq(db: Queryable, accountId: AccountId): Promise<number | undefined> {
  const { rows } = await db.query<{ seq: Seq }>({
    name: 'seq',
    text: 'select seq from accounts where account_id = $1',
    values: [accountId],
  });
  return rows[0]?.seq;
}

/** Those of the operations that are remembered. */
export async function loadOperations(db: Queryable, accountId: AccountId, opIds: readonly OpId[]): Promise<KnownOperation[]> {
  const { rows } = await db.query<KnownOperation>({
    name: 'operations',
    text: 'select op_id as "opId", fingerprint, seq, outcome from known_operations($1, $2)',
    values: [accountId, opIds],
  });
  return rows;
}

/** Chunks whose last entry is past `after`, oldest first. */
export async function loadChunks(db: Queryable, accountId: AccountId, after: Seq, limit: number): Promise<Chunk[]> {
  const { rows } = await db.query<Chunk>({
    name: 'chunks',
    text: `select first_seq as "firstSeq", last_seq as "lastSeq", prev_hash as "prevHash", available::text as available, entries
           from chunks where account_id = $1 and last_seq > $2 order by last_seq limit $3`,
    values: [accountId, after, limit],
  });
  return rows;
}

/** Those of them that hold entries up to `until`, and no more: what a page needs. */
export async function loadChunksUntil(db: Queryable, accountId: AccountId, after: Seq, until: Seq, limit: number): Promise<Chunk[]> {
  const { rows } = await db.query<Chunk>({
    name: 'chunks_until',
    text: `select first_seq as "firstSeq", last_seq as "lastSeq", prev_hash as "prevHash", available::text as available, entries
           from chunks where account_id = $1 and last_seq > $2 and last_seq <=
             (select c.last_seq from chunks c where c.account_id = $1 and c.last_seq >= $3 order by c.last_seq limit 1)
           order by last_seq limit $4`,
    values: [accountId, after, until, limit],
  });
  return rows;
}

/**
 * Accounts for which time may have brought something: the lower bound has passed. By the instant, after `after`. Those that could not be swept only when
 * their time has come again, or with `everybody`.
 */
export async function loadDue(db: Queryable, { now, after, everybody, limit }: DueQuery): Promise<DueAccount[]> {
  const { rows } = await db.query<DueAccount>({
    name: 'due',
    text: `select a.account_id as "accountId", a.next_due as "nextDue", s.account_id is not null as sick
           from accounts a left join sick_accounts s using (account_id)
           where a.next_due <= $1 and a.next_due >= $2 and (a.next_due, a.account_id) > ($2, $3) and ($4 or s.next_try is null or s.next_try <= $1)
           order by a.next_due, a.account_id limit $5`,
    values: [now, after?.nextDue ?? -1, after?.accountId ?? '', everybody, limit],
  });
  return rows;
}

/** Sets the exact next instant after a sweep; only while nobody appended meanwhile. */
export async function setDue(db: Queryable, accountId: AccountId, seq: Seq, nextDue: Instant | null): Promise<void> {
  await db.query({
    name: 'set_due',
    text: 'update accounts set next_due = $3 where account_id = $1 and seq = $2',
    values: [accountId, seq, nextDue],
  });
}

/** What was answered to an operation of this kind, as JSON; undefined: nothing. */
export async function loadAnswerText(db: Queryable, accountId: AccountId, opId: OpId, kind: string): Promise<string | undefined> {
  const { rows } = await db.query<{ document: string }>('select document from answers where account_id = $1 and op_id = $2 and kind = $3', [
    accountId,
    opId,
    kind,
  ]);
  return rows[0]?.document;
}

/** Keeps the answer, in the transaction of what it tells. */
export async function insertAnswer(
  client: Pick<pg.ClientBase, 'query'>,
  {
    accountId,
    opId,
    kind,
    document,
  }: { readonly accountId: AccountId; readonly opId: OpId; readonly kind: string; readonly document: string },
): Promise<void> {
  await client.query('insert into answers values ($1, $2, $3, $4)', [accountId, opId, kind, document]);
}
