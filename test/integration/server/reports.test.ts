/** Reports of faulty pictures and the staff's queue: about a picture of one's own, and what it cost back once (ST-05). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, type Answer, applied, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
const OPEN_LIMIT = 3;

beforeAll(async () => {
  server = await startServer({ args: ['--test-clock', '--launch', '2026-01-01T00:00:00Z', '--open-reports', String(OPEN_LIMIT)] });
  await server.clock('2026-06-10T10:00:00Z');
});
afterAll(() => server.stop());

const dealer = (): Promise<Account> => server.account({ plan: 'professional-plus', slots: 5, country: 'DE' });
const send = (account: Account, resultOpId: string, note = 'The mirror is cut off', id = opId()): Promise<Answer> =>
  account.post('/v1/reports', { opId: id, photo: 'IMG_1', resultOpId, note, area: { x: 0.1, y: 0.2, width: 0.3, height: 0.1 } });
const answer = (report: string, more: object = {}): Promise<Answer> =>
  server.admin.post(`/v1/admin/reports/${report}/resolve`, { opId: opId(), state: 'corrected', ...more });
const available = async (account: Account): Promise<number> => Number((await account.get('/v1/wallet')).body.available);

describe('reports', () => {
  test('are free, repeatable, and go through the staff’s queue', async () => {
    const account = await dealer();
    const picture = await applied(account);
    const before = await available(account);
    const first = (await send(account, picture)).body;
    const second = (await send(account, picture, 'Still cut off')).body;
    expect([first.state, second.state]).toEqual(['open', 'open']);
    const queue = (await server.admin.get('/v1/admin/reports')).body;
    expect(queue.filter((r: Json) => r.accountId === account.accountId).map((r: Json) => r.id)).toEqual([first.id, second.id]);
    const resolved = (await answer(first.id, { answer: 'The mirror is back.' })).body;
    expect(resolved).toMatchObject({ state: 'corrected', answer: 'The mirror is back.', resolvedAt: '2026-06-10T10:00:00.000Z' });
    const mine = (await account.get('/v1/reports')).body;
    expect(Object.fromEntries(mine.map((r: Json) => [r.id, r.state]))).toEqual({ [first.id]: 'corrected', [second.id]: 'open' });
    expect(await available(account)).toBe(before);
  });

  test('the same id answers the same report; with another note it is a conflict', async () => {
    const account = await dealer();
    const [picture, id] = [await applied(account), opId()];
    const first = await send(account, picture, 'x', id);
    expect((await send(account, picture, 'x', id)).body).toEqual(first.body);
    const changed = await send(account, picture, 'y', id);
    expect([changed.status, changed.body.code]).toEqual([409, 'conflict']);
  });

  test('are about a picture that this account got', async () => {
    const [account, other] = [await dealer(), await dealer()];
    const operation = (id: string) => ({ opId: id, kind: 'apply', photo: 'IMG_1', recipe: { background: 'paper' } });
    const [held, released, refused] = [opId(), opId(), opId()];
    await account.post('/v1/operations', { operations: [operation(held), operation(released)] });
    await account.post(`/v1/operations/${released}/release`, { reason: 'failed' });
    await account.post('/v1/operations', { operations: [{ ...operation(refused), recipe: {} }] });
    const bought = (await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body.purchase?.opId;
    const expected: [string, string, number, string][] = [
      ['of nothing', opId(), 404, 'not_found'],
      ['of another account', await applied(other), 404, 'not_found'],
      ['still under way', held, 409, 'in_progress'],
      ['given back', released, 400, 'invalid_request'],
      ['refused', refused, 400, 'invalid_request'],
      ...(bought === undefined ? [] : [['no picture at all', bought, 400, 'invalid_request'] as [string, string, number, string]]),
    ];
    for (const [what, id, status, code] of expected) {
      const { status: was, body } = await send(account, id);
      expect([what, was, body.code]).toEqual([what, status, code]);
    }
    expect((await account.get('/v1/reports')).body).toEqual([]);
    // Finished, it can be reported.
    await account.post(`/v1/operations/${held}/settle`, {});
    expect((await send(account, held)).status).toBe(200);
  });

  test('wait for staff up to a number of them; what was sent before is still answered', async () => {
    const account = await dealer();
    const picture = await applied(account);
    const id = opId();
    const sent = [
      await send(account, picture, 'first', id),
      ...(await Promise.all([1, 2, 3, 4].map((n) => send(account, picture, `${n}`)))),
    ];
    expect(sent.filter(({ status }) => status === 200)).toHaveLength(OPEN_LIMIT);
    for (const { status, body } of sent.filter((one) => one.status !== 200)) {
      expect([status, body.code, body.limit]).toEqual([429, 'too_many_reports', OPEN_LIMIT]);
      expect(body.detail).toContain('Nothing was written');
    }
    expect((await send(account, picture, 'first', id)).body).toEqual(sent[0]?.body);
    await answer(sent[0]?.body.id, { answer: 'Put right.' });
    expect((await send(account, picture, 'again')).status).toBe(200);
  });
});

describe('what a faulty picture cost', () => {
  test('comes back once, for whichever report of it, and the same answer again changes nothing', async () => {
    const account = await dealer();
    const picture = await applied(account);
    const [first, second] = [(await send(account, picture)).body.id, (await send(account, picture, 'again')).body.id];
    const before = await available(account);
    const given = { opId: opId(), grantBack: { bucket: 'purchased', amount: '1' } };
    expect((await answer(first, given)).status).toBe(200);
    expect((await answer(first, given)).status).toBe(200);
    const twice = await answer(second, { grantBack: { bucket: 'purchased', amount: '1' } });
    expect([twice.status, twice.body.code]).toEqual([409, 'already_resolved']);
    expect(twice.body.detail).toContain(first);
    expect(await available(account)).toBe(before + 1);
  });

  test.each(['2', '0', '1000000'])('is never %s', async (amount) => {
    const account = await dealer();
    const { id } = (await send(account, await applied(account))).body;
    const before = await available(account);
    const { status, body } = await answer(id, { grantBack: { bucket: 'purchased', amount } });
    expect([status, body.code]).toEqual([400, 'invalid_amount']);
    expect(await available(account)).toBe(before);
    expect((await account.get('/v1/reports')).body[0].state).toBe('open');
  });

  test('is nothing where it cost nothing', async () => {
    const account = await dealer();
    const id = opId();
    await account.post('/v1/operations', { operations: [{ opId: id, kind: 'revert', photo: 'IMG_1' }] });
    await account.post(`/v1/operations/${id}/settle`, {});
    const report = (await send(account, id)).body.id;
    expect((await answer(report, { grantBack: { bucket: 'purchased', amount: '1' } })).body.code).toBe('invalid_amount');
  });

  test('comes back once when two members of staff answer two reports of it at once', async () => {
    const account = await dealer();
    const picture = await applied(account);
    const reports = [(await send(account, picture)).body.id, (await send(account, picture, 'again')).body.id];
    const before = await available(account);
    await Promise.all(reports.map((id) => answer(id, { grantBack: { bucket: 'purchased', amount: '1' } })));
    expect(await available(account)).toBe(before + 1);
  });
});
