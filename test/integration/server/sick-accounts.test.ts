/** An account that cannot be swept stops nobody else: it is listed for staff with the reason, tried again, and gone from the list when it is well. */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backgroundStudio } from '../../../shared/policies/background-studio.ts';
import { encodePolicy } from '../../../shared/policies/encode-policy.ts';
import { instant } from '../../quantities.ts';
import { connectTo } from './its-postgres.ts';
import { type Account, type Json, opId, type RunningServer, startServer, temporaryFolder } from './running-server.ts';

const OWN = 'company-policy';
const CLOCK = ['--test-clock', '--launch', '2026-01-01T00:00:00Z'];
const folder = temporaryFolder();
const file = join(folder, 'policy.json');
const withPolicy = [...CLOCK, '--policy-file', file];

let server: RunningServer;
let healthy: Account[];
/** Under a policy that the server does not have later on. */
let orphan: Account;
/** Whose ledger cannot be read. */
let damaged: Account;

async function hold(account: Account): Promise<void> {
  const answer = await server.as(account.token).post('/v1/operations', {
    operations: [{ opId: opId(), kind: 'apply', photo: opId(), recipe: { background: 'paper' } }],
  });
  expect(answer.body.outcomes?.[0]?.status, JSON.stringify(answer.body)).toBe('held');
}

const sick = async (): Promise<Json[]> => (await server.admin.get('/v1/admin/sick-accounts')).body;
const ids = (list: readonly Json[]): string[] => list.map(({ accountId }) => accountId).sort();

beforeAll(async () => {
  writeFileSync(file, JSON.stringify(encodePolicy({ ...backgroundStudio({ launchAt: instant(Date.UTC(2026, 0, 1)) }), id: OWN })));
  server = await startServer({ folder, keep: true, args: withPolicy });
  await server.clock('2026-03-01T00:00:00Z');
  orphan = await server.account({ policy: OWN });
  damaged = await server.account();
  healthy = await Promise.all(Array.from({ length: 5 }, () => server.account()));
  for (const account of [orphan, damaged, ...healthy]) {
    await server.grant(account.accountId, 'purchased', '10');
    await hold(account);
  }
  await server.kill();
  // As a server of the version before left it: it kept no account's policy where all can be asked for at once.
  const client = await connectTo(folder);
  await client.query('drop table sick_accounts');
  await client.query('alter table profiles drop column policy');
  await client.query(`delete from migrations where name = '0014-sick-accounts'`);
  await client.end();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('two of seven accounts cannot be swept', () => {
  beforeAll(async () => {
    server = await startServer({ folder, keep: true, args: CLOCK });
    const client = await connectTo(folder);
    await client.query(`update chunks set entries = '[{"kind":"nonsense"}]' where account_id = $1`, [damaged.accountId]);
    await client.query(`update snapshots set state = '{}' where account_id = $1`, [damaged.accountId]);
    await client.end();
    await server.clock('2026-03-01T03:00:00Z');
  });

  test('the server starts without the policy, says so, and lists its accounts before they are due', async () => {
    expect(server.said()).toContain(`policy ${OWN} is missing`);
    expect(await sick()).toMatchObject([
      { accountId: orphan.accountId, code: 'unknown_policy', reason: expect.stringContaining('--policy-file') },
    ]);
  });

  test('the other five are swept, and the answer names the two', async () => {
    const swept = await server.sweep();
    expect(swept).toMatchObject({ released: 5, accounts: 5, troubles: [] });
    expect(ids(swept.failed)).toEqual(ids([orphan, damaged]));
    expect(ids(await sick())).toEqual(ids([orphan, damaged]));
    for (const line of await sick())
      expect(line).toEqual({
        accountId: expect.any(String),
        since: expect.any(String),
        code: expect.any(String),
        reason: expect.any(String),
        tries: expect.any(Number),
        nextTry: expect.any(String),
      });
  });

  test('again and again: the next sweep does the same, the pause grows, the log says it once', async () => {
    const tried = (await sick()).find(({ accountId }) => accountId === damaged.accountId);
    for (const account of healthy) await hold(account);
    await server.clock('2026-03-01T06:00:00Z');
    expect(await server.sweep()).toMatchObject({ released: 5, accounts: 5 });
    const again = (await sick()).find(({ accountId }) => accountId === damaged.accountId);
    expect(again).toMatchObject({ since: tried.since, tries: tried.tries + 1 });
    const pause = ({ nextTry }: Json, at: string) => Date.parse(nextTry) - Date.parse(at);
    expect(pause(again, '2026-03-01T06:00:00Z')).toBe(2 * pause(tried, '2026-03-01T03:00:00Z'));
    expect(server.said().split(`account ${damaged.accountId} cannot be swept`)).toHaveLength(2);
  });

  test('staff of every role may look, page by page; a customer may not', async () => {
    const { body } = await server.admin.post('/v1/admin/staff', { opId: opId(), name: 'Reader', role: 'read-only' });
    const reader = server.as(body.token);
    const [first] = (await reader.get('/v1/admin/sick-accounts?limit=1')).body;
    const rest = (await reader.get(`/v1/admin/sick-accounts?after=${first.accountId}`)).body;
    expect(ids([first, ...rest])).toEqual(ids([orphan, damaged]));
    expect((await server.as(orphan.token).get('/v1/admin/sick-accounts')).status).toBe(403);
  });

  test('the command line shows the list', async () => {
    const env = { ...process.env, BACKLOT_SERVER_URL: server.url, BACKLOT_ADMIN_TOKEN: server.admin.token };
    const { stdout } = await promisify(execFile)(process.execPath, [resolve('server/admin/command-line.ts'), 'sick'], { env });
    expect(ids(JSON.parse(stdout))).toEqual(ids([orphan, damaged]));
  });

  test('what else a sweep does goes on too, and a part of it that fails stops no other', async () => {
    const client = await connectTo(folder);
    await client.query('alter table provider_events rename to mislaid');
    // Retention looks once an hour.
    await server.clock('2026-03-01T08:00:00Z');
    await hold(healthy[0] as Account);
    await server.clock('2026-03-01T11:00:00Z');
    const swept = await server.sweep();
    expect(swept).toMatchObject({ released: 1, troubles: [{ chore: 'retention', reason: expect.stringContaining('provider_events') }] });
    await client.query('alter table mislaid rename to provider_events');
    await server.clock('2026-03-01T13:00:00Z');
    expect((await server.sweep()).troubles).toEqual([]);
    await client.end();
  });

  test('an account whose row is locked is one of them, until it is free', async () => {
    const [first, ...others] = healthy as [Account, ...Account[]];
    for (const account of healthy) await hold(account);
    await server.clock('2026-03-01T16:00:00Z');
    const client = await connectTo(folder);
    await client.query('begin');
    await client.query('select 1 from accounts where account_id = $1 for update', [first.accountId]);
    const swept = await server.sweep();
    expect(swept.released).toBe(others.length);
    expect(swept.failed.find(({ accountId }: Json) => accountId === first.accountId)?.code).toBe('busy');
    await client.query('rollback');
    await client.end();
    expect((await server.sweep()).released).toBe(1);
    expect(ids(await sick())).toEqual(ids([orphan, damaged]));
  });

  test('with its policy the account is swept like the others, and gone from the list', async () => {
    await server.kill();
    server = await startServer({ folder, keep: true, args: withPolicy });
    await server.clock('2026-03-01T16:00:00Z');
    expect(ids(await sick())).toEqual([damaged.accountId]);
    expect((await server.sweep()).released).toBe(1);
    expect((await server.as(orphan.token).get('/v1/wallet')).body.held).toBe('0');
  });
});
