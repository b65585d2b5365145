/** What outbox.db holds: requests that wait for an answer, and the final answers of the others. The only place that speaks SQL to it. */
import type { AccountId, OpId } from '../../../shared/credits/model/quantities.ts';
import type { Db } from '../../storage/sqlite.ts';
import type { World } from '../../world.ts';
import type { RequestKind } from './order-answers.ts';
import type { OutboxNote } from './outbox-note.ts';
import type { OutboxRequest } from './outbox-request.ts';

interface RequestRow {
  readonly op_id: OpId;
  readonly account_id: AccountId;
  readonly kind: RequestKind;
  readonly path: string;
  readonly body: string;
}

const statementsOn = (db: Db) => ({
  insert: db.prepare<[string, string, string, string, string, number]>(
    'INSERT INTO request (op_id, account_id, kind, path, body, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  ),
  waiting: db.prepare<[], RequestRow>("SELECT op_id, account_id, kind, path, body FROM request WHERE state = 'waiting' ORDER BY op_id"),
  request: db.prepare<[string], RequestRow>('SELECT op_id, account_id, kind, path, body FROM request WHERE op_id = ?'),
  answer: db.prepare<[string, string, number, string]>('UPDATE request SET state = ?, answer = ?, answered_at = ? WHERE op_id = ?'),
  answerOf: db.prepare<[string], { state: 'waiting' | 'done' | 'refused'; answer: string | null }>(
    'SELECT state, answer FROM request WHERE op_id = ?',
  ),
  lastCheckout: db.prepare<[string], { op_id: OpId; kind: RequestKind }>(
    `SELECT op_id, kind FROM request WHERE state = 'done' AND account_id = ? AND json_extract(answer, '$.checkoutUrl') IS NOT NULL
      ORDER BY op_id DESC LIMIT 1`,
  ),
});

/** The rows of outbox.db. An answer that is final is kept for good. */
export class OutboxStore {
  readonly #sql: ReturnType<typeof statementsOn>;
  readonly #world: Pick<World, 'clock' | 'log'>;
  readonly #note: OutboxNote | null;

  /** `note`: what waited when the database was last written; what the database has lost of it is taken up again. Null: no note is kept. */
  constructor(db: Db, world: Pick<World, 'clock' | 'log'>, note: OutboxNote | null = null) {
    this.#sql = statementsOn(db);
    this.#world = world;
    this.#note = note;
    const lost = (note?.read() ?? []).filter((request) => this.#insert(request)).map(({ opId }) => opId);
    if (lost.length > 0) world.log('the outbox had lost what its note says was waiting; it is asked for again', { lost });
  }

  /** Kept on disk when this returns. The same id twice is one request. */
  add(request: OutboxRequest): void {
    this.#insert(request);
    this.#writeNote();
  }

  /** Null: there is no such request. */
  find(opId: OpId): OutboxRequest | null {
    const row = this.#sql.request.get(opId);
    return row === undefined ? null : requestOf(row);
  }

  /** Without a final answer, of all accounts, oldest first. */
  waiting(): OutboxRequest[] {
    return this.#sql.waiting.all().map(requestOf);
  }

  /** What the server said, for ever. */
  recordAnswer(opId: OpId, state: 'done' | 'refused', body: unknown): void {
    this.#sql.answer.run(state, JSON.stringify(body), this.#world.clock.now(), opId);
    this.#writeNote();
  }

  /** What the server finally said, or null while it has not. */
  answer(opId: OpId): { readonly state: 'done' | 'refused'; readonly body: unknown } | null {
    const found = this.#sql.answerOf.get(opId);
    if (found === undefined || found.state === 'waiting') return null;
    return { state: found.state, body: found.answer === null ? null : JSON.parse(found.answer) };
  }

  /** The newest order of this account that was to be paid on a provider's page; null: none was. */
  lastCheckout(accountId: AccountId): { readonly opId: OpId; readonly kind: RequestKind } | null {
    const last = this.#sql.lastCheckout.get(accountId);
    return last === undefined ? null : { opId: last.op_id, kind: last.kind };
  }

  /** False: it was there already. */
  #insert({ opId, accountId, kind, path, body }: OutboxRequest): boolean {
    return this.#sql.insert.run(opId, accountId, kind, path, JSON.stringify(body), this.#world.clock.now()).changes > 0;
  }

  #writeNote(): void {
    try {
      this.#note?.write(this.waiting());
    } catch (error) {
      this.#world.log('the note of what waits in the outbox could not be written', { error: String(error) });
    }
  }
}

const requestOf = ({ op_id, account_id, kind, path, body }: RequestRow): OutboxRequest => ({
  opId: op_id,
  accountId: account_id,
  kind,
  path,
  body: JSON.parse(body),
});
