/** The function that appends: several accounts at once, each with its own verdict, whole or not at all. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../server/db/database.ts';
import type { Append } from '../../../server/ledger/storage.ts';
import { appendAll, loadAccount, loadChunks, loadOperations } from '../../../server/ledger/store.ts';
import type { OpId } from '../../../shared/credits/model/quantities.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { accountNamed, instant, opNamed, placed } from '../../quantities.ts';
import { opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let db: Database;

beforeAll(async () => {
  server = await startServer();
  db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder });
});
afterAll(async () => {
  await db.close();
  await server.stop();
});

async function accounts(count: number): Promise<string[]> {
  const opened = await Promise.all(Array.from({ length: count }, () => server.account()));
  return opened.map((a) => a.accountId).sort();
}

const load = async (accountId: string) => {
  const found = await loadAccount(db.pool, accountNamed(accountId));
  if (!found) throw new Error(`No account ${accountId}.`);
  return found;
};

/** One operation with one entry behind whatever the account has. */
async function next(accountId: string, change: Partial<Append> = {}): Promise<Append> {
  const { seq, head } = await load(accountId);
  return {
    accountId: accountNamed(accountId),
    expectedSeq: seq,
    operations: [{ opId: opNamed(opId()), fingerprint: 'f'.repeat(22), seq: placed(seq + 1), outcome: null }],
    entries: `[{"kind":"noted","in":"${accountId}"}]`,
    available: 12_345_678_901_234_567_890n,
    newSeq: placed(seq + 1),
    prevHash: head,
    head: 'a'.repeat(64),
    state: null,
    nextDue: null,
    ...change,
  };
}

const newest = async (accountId: string, after: number) => (await loadChunks(db.pool, accountNamed(accountId), placed(after), 1))[0];
const ids = (a: Append): OpId[] => a.operations.map((o) => o.opId);

describe('several accounts in one call', () => {
  test('are written as they were sent', async () => {
    const [one = '', two = '', three = ''] = await accounts(3);
    const appends = [
      await next(one, { entries: '[{"text":"a \\" \\\\ , {NULL} \\u001f \\n ü 🚗 end"}]', nextDue: instant(7) }),
      await next(two, { state: '{"text":"{\\"a\\",NULL}"}', head: 'b'.repeat(64) }),
      await next(three, {
        entries: '[{"n":1},{"n":2}]',
        newSeq: placed((await load(three)).seq + 2),
        operations: [
          {
            opId: opNamed(opId()),
            fingerprint: 'g'.repeat(22),
            seq: placed(2),
            outcome: '{"message":"It costs \\"2\\", \\\\ and {more}."}',
          },
          { opId: opNamed(`${opId()}#end`), fingerprint: 'time', seq: placed(3), outcome: null },
        ],
      }),
    ];
    expect(await appendAll(db.appends, appends)).toEqual([{ verdict: 'done' }, { verdict: 'done' }, { verdict: 'done' }]);
    for (const a of appends) {
      const { accountId, expectedSeq, newSeq, head, prevHash, entries, state } = a;
      expect(await load(accountId)).toMatchObject({ seq: newSeq, head, ...(state ? { state, snapshotSeq: newSeq } : {}) });
      expect(await newest(accountId, expectedSeq)).toEqual({
        firstSeq: expectedSeq + 1,
        lastSeq: newSeq,
        prevHash,
        entries,
        available: '12345678901234567890',
      });
      const known = await loadOperations(db.pool, accountId, ids(a));
      expect(known.toSorted((x, y) => x.seq - y.seq)).toEqual(a.operations);
    }
    const { rows } = await db.pool.query('select next_due as due from accounts where account_id = any($1) order by account_id', [[one]]);
    expect(rows).toEqual([{ due: 7 }]);
  });

  test('each hears its own verdict, and one that cannot be written keeps none of the others back', async () => {
    const [fresh = '', stale = '', known = '', run = ''] = await accounts(4);
    const begun = (await load(stale)).seq;
    const before = await next(known);
    await appendAll(db.appends, [before]);
    const batch = Array.from({ length: 16 }, (_, at) => `01J00000000000000000000${String(at * 2).padStart(3, '0')}`);
    const start = await next(run);
    const many = {
      ...start,
      newSeq: placed(start.expectedSeq + 16),
      entries: JSON.stringify(batch.map((id) => ({ opId: id }))),
      operations: batch.map((id, at) => ({
        opId: opNamed(id),
        fingerprint: 'h'.repeat(22),
        seq: placed(start.expectedSeq + 1 + at),
        outcome: null,
      })),
    };
    expect(await appendAll(db.appends, [many])).toEqual([{ verdict: 'done' }]);

    const appends = [
      await next(fresh),
      await next(stale, { expectedSeq: placed(0), newSeq: placed(1) }),
      { ...(await next(known)), operations: before.operations },
      { ...(await next(run)), operations: many.operations.slice(3, 4) },
      await next(fresh, { accountId: accountNamed('nobody') }),
    ].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
    const verdicts = await appendAll(db.appends, appends);
    const verdictOf = (accountId: string) => verdicts[appends.findIndex((a) => a.accountId === accountId)];
    expect(verdictOf(fresh)).toEqual({ verdict: 'done' });
    expect(verdictOf(stale)).toEqual({ verdict: 'stale' });
    expect(verdictOf(known)).toEqual({ verdict: 'known', known: before.operations });
    expect(verdictOf(run)).toEqual({ verdict: 'known', known: many.operations.slice(3, 4) });
    expect(verdictOf('nobody')).toEqual({ verdict: 'missing' });
    expect((await load(fresh)).seq).toBe(begun + 1);
    for (const [accountId, seq] of [
      [stale, begun],
      [known, before.newSeq],
      [run, many.newSeq],
    ] as const)
      expect((await load(accountId)).seq).toBe(seq);

    const between = {
      ...(await next(run)),
      operations: [{ ...before.operations[0], opId: opNamed('01J00000000000000000000003') }],
    } as Append;
    expect(await appendAll(db.appends, [between])).toEqual([{ verdict: 'done' }]);
  });

  test('an operation without an entry is remembered and moves nothing', async () => {
    const [one = '', two = ''] = await accounts(2);
    const still = await next(one);
    const refused = {
      ...still,
      newSeq: still.expectedSeq,
      head: still.prevHash,
      entries: '[]',
      operations: still.operations.map((o) => ({ ...o, seq: still.expectedSeq, outcome: '{}' })),
    };
    expect(await appendAll(db.appends, [refused, await next(two)])).toEqual([{ verdict: 'done' }, { verdict: 'done' }]);
    expect(await load(one)).toMatchObject({ seq: still.expectedSeq, head: still.prevHash });
    expect(await newest(one, still.expectedSeq)).toBeUndefined();
    expect(await loadOperations(db.pool, accountNamed(one), ids(refused))).toEqual(refused.operations);
  });
});

describe('several servers on the same accounts', () => {
  test('never wait for each other in a circle, and every entry has its own place', async () => {
    const all = await accounts(12);
    const begun = new Map(await Promise.all(all.map(async (id) => [id, (await load(id)).seq] as const)));
    const written = new Map<string, number>();
    const rounds = 60;
    const worker = async (index: number): Promise<void> => {
      const client = await db.appends.connect();
      try {
        for (let round = 0; round < rounds; round += 1) {
          const mine = all.filter((_, at) => (at + round + index) % 3 !== 0);
          const appends = await Promise.all(mine.map((id) => next(id)));
          for (const [at, { verdict }] of (await appendAll(client, appends)).entries())
            if (verdict === 'done') written.set(mine[at] ?? '', (written.get(mine[at] ?? '') ?? 0) + 1);
            else expect(verdict).toBe('stale');
        }
      } finally {
        client.release();
      }
    };
    await Promise.all([0, 1, 2, 3].map(worker));
    for (const id of all) {
      const { seq } = await load(id);
      expect(seq - (begun.get(id) ?? 0)).toBe(written.get(id));
      const chunks = await loadChunks(db.pool, accountNamed(id), begun.get(id) ?? placed(0), 1000);
      expect(chunks.map((c) => c.lastSeq)).toEqual(chunks.map((_, at) => (begun.get(id) ?? 0) + at + 1));
    }
  });
});
