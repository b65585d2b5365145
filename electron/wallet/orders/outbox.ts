/**
 * outbox.db: purchases, changes of plan, refunds and reports that were asked for, kept before they are sent and until the server has answered.
 * The same request goes out with the same operation id until there is an answer of the contract; that is final, refusals too.
 */
import type { AccountId } from '../../../shared/credits/model/quantities.ts';
import type { Db } from '../../storage/sqlite.ts';
import type { World } from '../../world.ts';
import { type Verdict, waitMs } from '../http/verdict.ts';
import type { Transport } from '../transport.ts';
import { judgeOrder, type RequestKind } from './order-answers.ts';
import type { OutboxNote } from './outbox-note.ts';
import type { OutboxRequest } from './outbox-request.ts';

interface RequestRow {
  readonly op_id: string;
  readonly account_id: AccountId;
  readonly kind: RequestKind;
  readonly path: string;
  readonly body: string;
}

export interface Outbox {
  /** Kept on disk when this returns; not yet sent. */
  add(request: OutboxRequest): void;
  /**
   * Sends one request now, once. Answers what came of it: final verdicts are recorded; after 'again' or 'locked out' it
   * stays, and `flush` sends it again.
   */
  send(opId: string): Promise<Verdict>;
  /** Sends everything that waits, in order, and goes on trying while the network is there. */
  flush(): void;
  waiting(accountId: AccountId): readonly { readonly opId: string; readonly kind: RequestKind; readonly body: unknown }[];
  /** The newest order of this account that was to be paid on a provider's page; null: none was. */
  lastCheckout(accountId: AccountId): { readonly opId: string; readonly kind: RequestKind } | null;
  /** What the server finally said, or null while it has not. */
  answer(opId: string): { readonly state: 'done' | 'refused'; readonly body: unknown } | null;
  /** Ends what is planned; a request under way is no longer recorded. */
  stop(): void;
}

export interface OutboxParts {
  readonly db: Db;
  readonly world: World;
  /** What waited when the database was last written; absent: no note is kept. */
  readonly note?: OutboxNote;
  /** The way to the server on behalf of that account; null while there is none. */
  readonly transport: (accountId: AccountId) => Transport | null;
  /** A request got its final answer. */
  readonly answered: (kind: RequestKind, opId: string, verdict: Verdict) => void;
}

export function createOutbox({ db, world, note, transport, answered }: OutboxParts): Outbox {
  const insert = db.prepare<[string, string, string, string, string, number]>(
    'INSERT INTO request (op_id, account_id, kind, path, body, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const waitingRows = db.prepare<[], RequestRow>(
    "SELECT op_id, account_id, kind, path, body FROM request WHERE state = 'waiting' ORDER BY op_id",
  );
  const row = db.prepare<[string], RequestRow>('SELECT op_id, account_id, kind, path, body FROM request WHERE op_id = ?');
  const finish = db.prepare<[string, string, number, string]>('UPDATE request SET state = ?, answer = ?, answered_at = ? WHERE op_id = ?');
  const answerOf = db.prepare<[string], { state: 'waiting' | 'done' | 'refused'; answer: string | null }>(
    'SELECT state, answer FROM request WHERE op_id = ?',
  );

  const checkouts = db.prepare<[string], { op_id: string; kind: RequestKind }>(
    `SELECT op_id, kind FROM request WHERE state = 'done' AND account_id = ? AND json_extract(answer, '$.checkoutUrl') IS NOT NULL
      ORDER BY op_id DESC LIMIT 1`,
  );

  const add = ({ opId, accountId, kind, path, body }: OutboxRequest): boolean =>
    insert.run(opId, accountId, kind, path, JSON.stringify(body), world.clock.now()).changes > 0;

  function noteDown(): void {
    const requests = waitingRows.all().map(({ op_id, account_id, kind, path, body }) => ({
      opId: op_id,
      accountId: account_id,
      kind,
      path,
      body: JSON.parse(body),
    }));
    try {
      note?.write(requests);
    } catch (error) {
      world.log('the note of what waits in the outbox could not be written', { error: String(error) });
    }
  }

  const lost = (note?.read() ?? []).filter(add).map(({ opId }) => opId);
  if (lost.length > 0) world.log('the outbox had lost what its note says was waiting; it is asked for again', { lost });

  const underWay = new Map<string, Promise<Verdict>>();
  let attempt = 0;
  let flushing = false;
  /** Something was added while it was flushing. */
  let again = false;
  let stopped = false;
  let cancelWait = (): void => undefined;

  async function sendRow(request: RequestRow): Promise<Verdict> {
    const way = transport(request.account_id);
    if (way === null) return { kind: 'again', reason: 'There is no connection to the credit server.', afterMs: null };
    const answer = await way.send({ method: 'POST', path: request.path, body: JSON.parse(request.body) });
    const verdict = judgeOrder(request.kind, request.op_id, answer);
    if (stopped || verdict.kind === 'again' || verdict.kind === 'locked out') return verdict;
    finish.run(verdict.kind === 'accepted' ? 'done' : 'refused', JSON.stringify(verdict.body), world.clock.now(), request.op_id);
    noteDown();
    answered(request.kind, request.op_id, verdict);
    return verdict;
  }

  /** One request is never on its way twice at a time. */
  function sendOnce(request: RequestRow): Promise<Verdict> {
    const running = underWay.get(request.op_id) ?? sendRow(request).finally(() => underWay.delete(request.op_id));
    underWay.set(request.op_id, running);
    return running;
  }

  /** One that is not answered does not keep the others waiting, unless nobody answers. */
  async function flushAll(): Promise<void> {
    let afterMs: number | null = null;
    let isLeft = false;
    for (const request of waitingRows.all()) {
      if (transport(request.account_id) === null) continue;
      const verdict = await sendOnce(request);
      if (stopped) return;
      if (verdict.kind === 'accepted' || verdict.kind === 'refused') continue;
      isLeft = true;
      if (verdict.kind === 'locked out') break;
      afterMs = Math.max(afterMs ?? 0, verdict.afterMs ?? 0);
      if (verdict.silent === true) break;
    }
    if (!isLeft) {
      attempt = 0;
      return;
    }
    cancelWait = world.timers.after(waitMs(attempt, world.rng.next(), afterMs), start);
    attempt += 1;
  }

  function start(): void {
    if (stopped) return;
    if (flushing) {
      again = true;
      return;
    }
    flushing = true;
    cancelWait();
    void flushAll().finally(() => {
      flushing = false;
      if (!again) return;
      again = false;
      start();
    });
  }

  return {
    add(request) {
      add(request);
      noteDown();
    },
    async send(opId) {
      const request = row.get(opId);
      if (request === undefined) throw new Error(`There is no request ${opId} in the outbox`);
      const verdict = await sendOnce(request);
      if (verdict.kind === 'again') start();
      return verdict;
    },
    flush: start,
    waiting: (accountId) =>
      waitingRows
        .all()
        .filter(({ account_id }) => account_id === accountId || account_id === '')
        .map(({ op_id, kind, body }) => ({ opId: op_id, kind, body: JSON.parse(body) })),
    lastCheckout(accountId) {
      const last = checkouts.get(accountId);
      return last === undefined ? null : { opId: last.op_id, kind: last.kind };
    },
    answer(opId) {
      const found = answerOf.get(opId);
      if (found === undefined || found.state === 'waiting') return null;
      return { state: found.state, body: found.answer === null ? null : JSON.parse(found.answer) };
    },
    stop() {
      stopped = true;
      cancelWait();
    },
  };
}
