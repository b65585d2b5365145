/** Who holds which key: no answer repeats one, every hand-out and every end is written down, and one that is ended is ended everywhere, at once. */
import { createHmac } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { type Account, type Client, type Json, opId, type RunningServer, startServer, temporaryFolder } from './running-server.ts';

const folder = temporaryFolder();
let first: RunningServer;
/** Another process on the same database. */
let second: RunningServer;
let account: Account;
let support: Client;
let reader: Client;

const member = async (role: string, name = role): Promise<{ id: string; client: Client; tokenId: string }> => {
  const { body } = await first.admin.post('/v1/admin/staff', { opId: opId(), name, role });
  return { id: body.member.id, client: first.as(body.token), tokenId: body.tokenId };
};
beforeAll(async () => {
  first = await startServer({ folder, keep: true });
  second = await startServer({ folder, keep: true });
  account = await first.account({ plan: 'professional-plus', slots: 50 });
  support = (await member('support')).client;
  reader = (await member('read-only')).client;
});
afterAll(async () => {
  await second?.stop();
  await first?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ofAccount = (rest = '', of = account) => `/v1/admin/accounts/${of.accountId}/tokens${rest}`;
const acts = async (): Promise<Json[]> => (await reader.get('/v1/admin/audit?limit=200')).body.acts;
const issued = async (more: Json = {}, by = support): Promise<Json> =>
  (await by.post(ofAccount(), { opId: opId(), label: 'Laptop', reason: 'asked by phone', ...more })).body;
const status = async (token: string, at = first): Promise<number> => (await at.as(token).get('/v1/wallet')).status;

describe('no answer repeats a token', () => {
  const requests: [what: string, path: () => string, body: Json][] = [
    ['opening an account', () => '/v1/admin/accounts', { policy: 'background-studio', name: 'Someone' }],
    ['adding a member', () => '/v1/admin/staff', { name: 'Kim', role: 'support' }],
    ['issuing one to an account', () => ofAccount(), { label: 'Laptop' }],
    ['issuing one to the first owner', () => '/v1/admin/staff/owner/tokens', { label: 'Laptop' }],
  ];
  test.each(requests)('%s again: neither to the same caller nor to another, and each asking is written down', async (_, path, body) => {
    const request = { opId: opId(), ...body };
    const made = (await first.admin.post(path(), request)).body;
    expect(made.token).toMatch(/^blt_[\w-]{43}$/);
    const other = await member('owner');
    for (const by of [first.admin, other.client, second.admin]) {
      const again = await by.post(path(), request);
      expect([again.status, 'token' in again.body, again.body.notice]).toEqual([200, false, expect.stringContaining('replace')]);
      expect(JSON.stringify(again.body)).not.toContain(made.token);
    }
    const lines = (await acts()).filter((act) => act.opId === request.opId);
    expect(lines.map(({ action }) => /\.again$/.test(action))).toEqual([true, true, true, false]);
    expect(lines.map(({ staff }) => staff.name)).toEqual(['Owner', 'owner', 'Owner', 'Owner']);
    expect((await first.admin.post(path(), { ...request, ...(body.label ? { label: 'x' } : { name: 'x' }) })).body.code).toBe('conflict');
  });

  test('nor does replacing one', async () => {
    const { entry } = await issued();
    const request = { opId: opId(), reason: 'lost' };
    const replaced = (await support.post(ofAccount(`/${entry.id}/replace`), request)).body;
    const again = (await first.admin.post(ofAccount(`/${entry.id}/replace`), request)).body;
    expect(replaced).toMatchObject({ token: expect.any(String), entry: { label: 'Laptop', state: 'works' } });
    expect(again).toEqual({ entry: replaced.entry, notice: expect.any(String) });
  });

  test('and none stands in the log, in a list or in the database', async () => {
    const { token, entry } = await issued();
    const said = JSON.stringify([await acts(), (await reader.get(ofAccount())).body, (await account.get('/v1/tokens')).body]);
    expect(said).toContain(entry.id);
    expect(said).not.toContain('blt_');
    const db = await openDatabase({ databaseUrl: databaseUrlOf(folder), dataFolder: folder, connections: 1 });
    const { rows } = await db.pool.query(
      'select row_to_json(t)::text as line from tokens t union all select row_to_json(a)::text from audit a',
    );
    await db.close();
    expect(rows.map(({ line }) => line).join('\n')).not.toContain(token.slice(4));
  });
});

describe('the log', () => {
  test('has a line for every answer of the contract that can hold a token', async () => {
    const { paths } = (await account.get('/v1/openapi.json')).body;
    const handing = Object.entries<Json>(paths).flatMap(([path, methods]) =>
      Object.entries<Json>(methods)
        .filter(([, { responses }]) => responses?.['200']?.content?.['application/json']?.schema?.properties?.token)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    const { entry } = await issued();
    const sam = await member('support', 'Sam');
    const bodies: Record<string, [path: string, body: Json, action: string]> = {
      'POST /v1/admin/accounts': ['/v1/admin/accounts', { policy: 'background-studio' }, 'account.open'],
      'POST /v1/admin/staff': ['/v1/admin/staff', { name: 'Lou', role: 'support' }, 'staff.add'],
      'POST /v1/admin/accounts/{id}/tokens': [ofAccount(), { label: 'x' }, 'token.issue'],
      'POST /v1/admin/accounts/{id}/tokens/{tokenId}/replace': [ofAccount(`/${entry.id}/replace`), {}, 'token.replace'],
      'POST /v1/admin/staff/{id}/tokens': [`/v1/admin/staff/${sam.id}/tokens`, { label: 'x' }, 'token.issue'],
      'POST /v1/admin/staff/{id}/tokens/{tokenId}/replace': [
        `/v1/admin/staff/${sam.id}/tokens/${sam.tokenId}/replace`,
        {},
        'token.replace',
      ],
    };
    expect(handing.sort()).toEqual(Object.keys(bodies).sort());
    for (const [path, body, action] of Object.values(bodies)) {
      const request = { opId: opId(), ...body };
      const { token, tokenId, entry: made } = (await first.admin.post(path, request)).body;
      expect(token).toMatch(/^blt_/);
      const [line, ...others] = (await acts()).filter((act) => act.opId === request.opId);
      expect([line.action, others]).toEqual([action, []]);
      expect(JSON.stringify([line.detail, line.after])).toContain(tokenId ?? made.id);
    }
  });

  test('says who asked, for whom, which token and why, of issuing, replacing and ending', async () => {
    const { entry } = await issued({ label: 'Studio 2' });
    const { entry: next } = (await support.post(ofAccount(`/${entry.id}/replace`), { opId: opId(), reason: 'stolen' })).body;
    await support.post(ofAccount(`/${next.id}/revoke`), { reason: 'sold' });
    await support.post(ofAccount(`/${next.id}/revoke`), { reason: 'sold' });
    const lines = (await acts()).filter((act) => act.detail?.token?.label === 'Studio 2');
    expect(lines.map(({ action, staff, accountId, detail }) => [action, staff.name, accountId, detail.token.id, detail.reason])).toEqual([
      ['token.revoke', 'support', account.accountId, next.id, 'sold'],
      ['token.replace', 'support', account.accountId, next.id, 'stolen'],
      ['token.issue', 'support', account.accountId, entry.id, 'asked by phone'],
    ]);
    expect(lines[1].detail.replaces).toBe(entry.id);
  });
});

describe('an ended token', () => {
  test.each<[string, (id: string, token: string) => Promise<unknown>]>([
    ['by staff', (id) => support.post(ofAccount(`/${id}/revoke`))],
    ['by being replaced', (id) => support.post(ofAccount(`/${id}/replace`), { opId: opId() })],
    ['by the account itself', (id) => account.call('DELETE', `/v1/tokens/${id}`)],
    ['by itself', (id, token) => first.as(token).call('DELETE', `/v1/tokens/${id}`)],
  ])('%s: is refused in every process at once, with the day, and its streams end', async (_, end) => {
    const { token, entry } = await issued();
    expect([await status(token), await status(token, second)]).toEqual([200, 200]);
    const streams = await Promise.all([first, second].map((server) => server.as(token).stream(AbortSignal.timeout(30_000))));
    const read = Promise.all(
      streams.map(async (stream) => {
        for await (const _ of stream);
      }),
    );
    await end(entry.id, token);
    expect(await status(token)).toBe(401);
    // They end by themselves; the other process has heard of it then.
    await read;
    const late = await second.as(token).get('/v1/wallet');
    expect([late.status, late.body.detail]).toEqual([
      401,
      expect.stringMatching(/^This token was ended on \d{4}-\d\d-\d\d\. Nothing was changed\./),
    ]);
    expect((await support.post(ofAccount(`/${entry.id}/replace`), { opId: opId() })).body.code).toBe('conflict');
    expect(await status(account.token)).toBe(200);
  });

  test('of a member who is sent away: all of them, and no other is made', async () => {
    const { id, client } = await member('support', 'Leaving');
    const { token } = (await first.admin.post(`/v1/admin/staff/${id}/tokens`, { opId: opId(), label: 'Phone' })).body;
    expect((await second.as(token).get('/v1/admin/me')).body.name).toBe('Leaving');
    await first.admin.post(`/v1/admin/staff/${id}/revoke`, { reason: 'left' });
    for (const one of [client, second.as(token)]) expect((await one.get('/v1/admin/me')).status).toBe(401);
    expect((await first.admin.post(`/v1/admin/staff/${id}/tokens`, { opId: opId(), label: 'Phone' })).body.code).toBe('conflict');
    expect((await first.admin.get(`/v1/admin/staff/${id}/tokens`)).body.map((one: Json) => one.state)).toEqual(['ended', 'ended']);
  });

  test('expires where it has an expiry, and not before', async () => {
    const other = await startServer();
    try {
      await other.clock('2026-06-01T10:00:00Z');
      const { accountId } = await other.account();
      const path = `/v1/admin/accounts/${accountId}/tokens`;
      const past = await other.admin.post(path, { opId: opId(), label: 'x', expiresAt: '2026-06-01T10:00:00Z' });
      expect(past.body.code).toBe('invalid_instant');
      const { token, entry } = (await other.admin.post(path, { opId: opId(), label: 'Fair', expiresAt: '2026-06-02T10:00:00Z' })).body;
      await other.clock('2026-06-02T09:59:59Z');
      expect(await status(token, other)).toBe(200);
      await other.clock('2026-06-02T10:00:00Z');
      expect((await other.as(token).get('/v1/wallet')).body.detail).toContain('expired on 2026-06-02');
      expect((await other.admin.get(path)).body.find((one: Json) => one.id === entry.id).state).toBe('expired');
    } finally {
      await other.stop();
    }
  });
});

describe('who may', () => {
  test('an account sees and ends its own tokens only', async () => {
    const stranger = await first.account();
    const { entry } = await issued({ label: 'Mine' });
    const own = (await account.get('/v1/tokens')).body;
    expect(own.filter((one: Json) => one.current).map((one: Json) => one.label)).toEqual(['Made with the account']);
    expect(own.map((one: Json) => one.id)).toContain(entry.id);
    expect((await stranger.get('/v1/tokens')).body).toHaveLength(1);
    expect((await stranger.call('DELETE', `/v1/tokens/${entry.id}`)).status).toBe(404);
    expect((await account.get('/v1/tokens')).body.find((one: Json) => one.id === entry.id).state).toBe('works');
    await account.call('DELETE', `/v1/tokens/${entry.id}`);
    const [line] = (await acts()).filter((act) => act.action === 'token.revoke' && act.detail.token.id === entry.id);
    expect(line.staff).toEqual({ id: account.accountId, name: 'The account itself', role: 'account' });
  });

  test('read-only staff sees those of accounts, support makes and ends them, owners those of staff', async () => {
    const { id, tokenId } = await member('read-only', 'Rae');
    const ofStaff = `/v1/admin/staff/${id}/tokens`;
    expect((await reader.get(ofAccount())).status).toBe(200);
    const make = { opId: opId(), label: 'x' };
    const asked = [
      await reader.post(ofAccount(), make),
      await support.get(ofStaff),
      await support.post(ofStaff, make),
      await support.post(`${ofStaff}/${tokenId}/replace`, { opId: opId() }),
      await support.post(`${ofStaff}/${tokenId}/revoke`),
      await support.post('/v1/admin/staff/owner/tokens', make),
    ];
    expect(asked.map((answer) => answer.body.code)).toEqual(asked.map(() => 'forbidden'));
  });

  test('another holder’s token, an unknown account and an unknown member are not found', async () => {
    const { entry } = await issued();
    const other = await first.account();
    const asked = [
      await support.post(ofAccount(`/${entry.id}/revoke`, other)),
      await support.post(ofAccount(`/${entry.id}/replace`, other), { opId: opId() }),
      await first.admin.post(`/v1/admin/staff/owner/tokens/${entry.id}/revoke`),
      await support.post('/v1/admin/accounts/acc_none/tokens', { opId: opId(), label: 'x' }),
      await first.admin.get('/v1/admin/staff/stf_none/tokens'),
    ];
    expect(asked.map((answer) => answer.status)).toEqual(asked.map(() => 404));
  });

  test('at most fifty work at a time', async () => {
    const full = await first.account();
    const make = () => support.post(ofAccount('', full), { opId: opId(), label: 'x' });
    const made: Json[] = [];
    for (let i = 1; i < 50; i += 1) made.push((await make()).body);
    expect((await make()).body.code).toBe('too_many_tokens');
    await support.post(ofAccount(`/${made[0].entry.id}/revoke`, full));
    expect((await make()).status).toBe(200);
  });
});

describe('the token that a start prints', () => {
  test('is at the first start the first owner’s, for good; later it is for that start alone', async () => {
    expect((await second.as(first.admin.token).get('/v1/admin/me')).body).toEqual({ id: 'owner', name: 'Owner', role: 'owner' });
    expect(second.admin.token).not.toBe(first.admin.token);
    expect((await second.admin.get('/v1/admin/me')).body.id).toBe('owner');
    const elsewhere = await first.as(second.admin.token).get('/v1/admin/me');
    expect([elsewhere.status, elsewhere.body.detail]).toEqual([401, expect.stringContaining('one start')]);
    const tokens = (await first.admin.get('/v1/admin/staff/owner/tokens')).body;
    expect(tokens.map((one: Json) => one.label)).toContain('First owner');
    const third = await startServer({ folder, keep: true });
    const { token } = third.admin;
    await third.stop();
    const fourth = await startServer({ folder, keep: true });
    expect((await fourth.as(token).get('/v1/admin/me')).status).toBe(401);
    await fourth.stop();
  });

  test('can be replaced and ended like any other, and the next start prints one that works', async () => {
    const place = temporaryFolder();
    const server = await startServer({ folder: place, keep: true });
    const [own] = (await server.admin.get('/v1/admin/staff/owner/tokens')).body;
    const { token } = (await server.admin.post(`/v1/admin/staff/owner/tokens/${own.id}/replace`, { opId: opId() })).body;
    expect((await server.admin.get('/v1/admin/me')).status).toBe(401);
    const owner = server.as(token);
    const entries = (await owner.get('/v1/admin/staff/owner/tokens')).body;
    for (const one of entries) await owner.post(`/v1/admin/staff/owner/tokens/${one.id}/revoke`);
    expect((await owner.get('/v1/admin/me')).status).toBe(401);
    await server.stop();
    const again = await startServer({ folder: place });
    expect((await again.admin.get('/v1/admin/me')).status).toBe(200);
    expect((await again.as(token).get('/v1/admin/me')).status).toBe(401);
    await again.stop();
  });
});

test('tokens of a database from before they had names go on working until they are ended', async () => {
  const place = temporaryFolder();
  const server = await startServer({ folder: place, keep: true });
  const [customer, { body: kim }] = [
    await server.account(),
    await server.admin.post('/v1/admin/staff', { opId: opId(), name: 'Kim', role: 'owner' }),
  ];
  await server.stop();
  await asBefore(place);
  const secret = Buffer.from(readFileSync(join(place, 'server-secret'), 'utf8'), 'base64url');
  const derived = `blt_${createHmac('sha256', secret).update('admin-token v1').digest('base64url')}`;
  const upgraded = await startServer({ folder: place, keep: true });
  for (const token of [derived, kim.token]) expect((await upgraded.as(token).get('/v1/admin/me')).status).toBe(200);
  expect(await status(customer.token, upgraded)).toBe(200);
  expect(upgraded.admin.token).not.toBe(derived);
  const path = `/v1/admin/accounts/${customer.accountId}/tokens`;
  const [old] = (await upgraded.admin.get(path)).body;
  expect(old).toMatchObject({ label: 'Made before tokens had names', state: 'works' });
  await upgraded.admin.post(`${path}/${old.id}/revoke`);
  expect(await status(customer.token, upgraded)).toBe(401);
  const owners = (await upgraded.admin.get('/v1/admin/staff/owner/tokens')).body;
  await upgraded.admin.post(`/v1/admin/staff/owner/tokens/${owners.find((one: Json) => /secret/.test(one.label)).id}/revoke`);
  await upgraded.stop();
  const later = await startServer({ folder: place });
  expect((await later.as(derived).get('/v1/admin/me')).status).toBe(401);
  await later.stop();
});

/** Takes the database back to what a server before the migration left. */
async function asBefore(dataFolder: string): Promise<void> {
  const db = await openDatabase({ databaseUrl: databaseUrlOf(dataFolder), dataFolder, connections: 1 });
  await db.pool.query(`
    update staff s set token_hash = t.token_hash from tokens t where t.staff_id = s.staff_id;
    delete from tokens where staff_id is not null;
    alter table tokens drop column token_id, drop column staff_id, drop column label, drop column fingerprint, drop column starts,
      drop column expires_at, drop column ended_at;
    alter table tokens alter column account_id set not null;
    alter table staff alter column token_hash set not null;
    delete from settings where name = 'owner token';
    delete from migrations where name = '0016-tokens';
  `);
  await db.close();
}
