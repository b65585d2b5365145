/** What must be true of an account's books: what would break it is refused and nothing is written; what is broken already is read all the same. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { readOptions } from '../../../server/options.ts';
import { openServer, type Server } from '../../../server/server.ts';
import { minutes } from '../../../shared/credits/model/durations.ts';
import { evolveAll } from '../../../shared/credits/model/evolve.ts';
import { laterBy } from '../../../shared/credits/model/instants.ts';
import type { AccountState, Entry, Grant } from '../../../shared/credits/model/model.ts';
import { databaseUrlOf, dropDatabase, makeDatabase } from '../../cluster/databases.ts';
import { accountNamed, opNamed, units } from '../../quantities.ts';
import { opId, type RunningServer, startServer, temporaryFolder } from './running-server.ts';

const applying = { kind: 'apply', photo: 'a.jpg', recipe: { background: 'paper' } } as const;

describe('before an append is sealed', () => {
  const folder = temporaryFolder();
  let server: Server;
  let accountId: string;

  beforeAll(async () => {
    server = await openServer(readOptions(['--data', folder], { DATABASE_URL: await makeDatabase(folder) }), false);
    ({ accountId } = await server.accounts.open({ policy: 'background-studio' }));
    await server.accounts.grant(accountNamed(accountId), { opId: opNamed('five'), bucket: 'purchased', amount: '5', reason: 'test' });
  });
  afterAll(async () => {
    await server.close();
    await dropDatabase(folder);
  });

  const five = async (): Promise<Grant> => {
    const { state } = await server.ledger.newest(accountNamed(accountId));
    const grant = [...state.grants.values()].find(({ bucket }) => bucket === 'purchased');
    if (grant === undefined) throw new Error('It was granted.');
    return grant;
  };

  /** Appends what a decider with a fault in it might decide. */
  const append = (entries: readonly Entry[], fold: (state: AccountState) => AccountState, id = opId()): Promise<string> =>
    server.ledger.run(accountNamed(accountId), {
      opIds: [opNamed(id)],
      decide: (state) => ({
        entries,
        state: fold(state),
        operations: [{ opId: opNamed(id), fingerprint: 'f'.repeat(22), entry: 0, outcome: null }],
        answer: () => 'written',
      }),
    });

  const held = (holdId: string, { id, bucket }: Grant, amount: bigint): Entry => ({
    opId: opNamed(holdId),
    at: server.clock.now(),
    kind: 'held',
    slices: [{ bucket, grantId: id, amount: units(amount) }],
    expiresAt: laterBy(server.clock.now(), minutes(1)),
    purpose: { kind: 'apply', photo: null, traits: {} },
  });

  test.each<[string, (grant: Grant) => Entry]>([
    ['a hold of 9 from a grant of 5', (grant) => held('h', grant, 9n)],
    [
      'a settle of 100 for a hold that never was',
      ({ id, bucket }) => ({
        opId: opNamed('never'),
        at: server.clock.now(),
        kind: 'settled',
        holdId: opNamed('never'),
        charged: [{ bucket, grantId: id, amount: units(100n) }],
        returned: [],
      }),
    ],
  ])('%s is refused, and nothing is written', async (_, entryOf) => {
    const [before, noticed] = [await server.ledger.newest(accountNamed(accountId)), server.violations.count];
    const entry = entryOf(await five());
    const refused = append([entry], (state) => evolveAll(state, [entry]), 'broken');
    await expect(refused).rejects.toMatchObject({ code: 'books_unbalanced' });
    const after = await server.ledger.newest(accountNamed(accountId));
    expect([after.seq, after.head]).toEqual([before.seq, before.head]);
    expect(await server.ledger.operations(accountNamed(accountId), [opNamed('broken')])).toEqual([]);
    expect(server.violations.count).toBe(noticed + 1);
  });

  test('a state that its entries do not come to is refused, and what waits beside it is written', async () => {
    const grant = await five();
    const [good, bad] = [opId(), opId()];
    const entry = held(bad, grant, 1n);
    const tampered = (state: AccountState): AccountState => {
      const next = evolveAll(state, [entry]);
      return { ...next, grants: new Map(next.grants).set(grant.id, { ...grant, available: units(grant.available + 1n) }) };
    };
    const [first, second] = await Promise.allSettled([
      append([entry], tampered, bad),
      server.operations.authorise(accountNamed(accountId), true, [{ opId: opNamed(good), ...applying }]),
    ]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'books_unbalanced' } });
    expect(second.status).toBe('fulfilled');
    const { state } = await server.ledger.newest(accountNamed(accountId));
    expect([...state.holds.keys()]).toEqual([good]);
  });
});

describe('what is wrong in the database already', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ keep: true });
    await server.clock('2026-06-10T10:00:00Z');
  });
  afterAll(() => server.stop());

  const change = async (sql: string, values: readonly unknown[]): Promise<void> => {
    const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder });
    await db.pool.query(sql, [...values]);
    await db.close();
  };
  const restart = async (): Promise<void> => {
    await server.kill();
    server = await startServer({ folder: server.folder });
    await server.clock('2026-06-10T10:00:00Z');
  };
  const violations = async (): Promise<number> => (await server.admin.get('/v1/ready')).body.violations;

  test('a snapshot that does not balance is not believed: the entries tell the same as before', async () => {
    const account = await server.account();
    await server.grant(account.accountId, 'purchased', '10');
    const wallet = (await account.get('/v1/wallet')).body;
    await change(`update snapshots set state = replace(state, '"shortfall":"0"', '"shortfall":"-5"') where account_id = $1`, [
      account.accountId,
    ]);
    await restart();
    expect((await server.as(account.token).get('/v1/wallet')).body).toEqual(wallet);
    expect(await violations()).toBe(1);
    expect(server.said()).toContain('"invariant":"not-negative"');
  });

  test('a ledger that does not balance is read, and what touches the grant is refused with nothing written', async () => {
    let account = await server.account();
    await server.grant(account.accountId, 'purchased', '10');
    const [kept, lost] = [opId(), opId()];
    await account.post('/v1/operations', { operations: [kept, lost].map((id) => ({ opId: id, ...applying })) });
    // As if the grant had been of one credit: two are held of it.
    await change(
      `update chunks set entries = replace(entries, '"amount":"10"', '"amount":"1"') where account_id = $1`, //
      [account.accountId],
    );
    await change(`update snapshots set state = 'null' where account_id = $1`, [account.accountId]);
    await restart();
    account = { ...account, ...server.as(account.token) };

    const { status, body: wallet } = await account.get('/v1/wallet');
    expect([status, wallet.held]).toEqual([200, '2']);
    expect((await account.get('/v1/ledger')).status).toBe(200);
    const { head } = (await account.get('/v1/ledger')).body;
    const before = await violations();
    const refused = await account.post(`/v1/operations/${kept}/settle`);
    expect(refused).toMatchObject({ status: 500, body: { code: 'books_unbalanced' } });
    expect((await account.get('/v1/ledger')).body.head).toEqual(head);
    expect(await violations()).toBeGreaterThan(before);
    // Another account does not hear of it.
    const other = await server.account();
    await server.grant(other.accountId, 'purchased', '1');
    expect((await other.post('/v1/operations', { operations: [{ opId: opId(), ...applying }] })).status).toBe(200);
  });
});
