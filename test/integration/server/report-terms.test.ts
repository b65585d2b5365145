/** What a customer is told of reports: terms and the consent to them, how long answers take, and every step by the event stream; the second look. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consent, jpeg, sent } from './report-files.ts';
import {
  type Account,
  type Answer,
  applied,
  type Client,
  type Json,
  opId,
  type RunningServer,
  startServer,
  temporaryFolder,
} from './running-server.ts';

const folder = temporaryFolder();
const ARGS = ['--test-clock', '--launch', '2026-01-01T00:00:00Z'];
let server: RunningServer;
let account: Account;

beforeAll(async () => {
  server = await startServer({ args: ARGS, folder, keep: true });
  await server.clock('2026-06-10T09:00:00Z');
  account = await server.account({ plan: 'professional-plus', slots: 5 });
});
afterAll(() => server.stop());

const desk = async (): Promise<Json> => (await account.get('/v1/report-desk')).body;
const report = async (more: object = {}): Promise<Json> =>
  (await account.post('/v1/reports', { opId: opId(), photo: 'A', resultOpId: await applied(account), note: 'halo', ...more })).body;
const act = (by: Client, id: string, what: string, body?: object): Promise<Answer> => by.post(`/v1/admin/reports/${id}/${what}`, body);
const member = async (name: string): Promise<Client> =>
  server.as((await server.admin.post('/v1/admin/staff', { opId: opId(), name, role: 'retoucher' })).body.token);

describe('the terms', () => {
  test('say what goes where and for how long; consent is to just them, and is written down', async () => {
    const before = await desk();
    expect(before.terms).toMatchObject({
      takes: ['original', 'result', 'recipe', 'strokes'],
      store: 'folder',
      keptDays: 30,
      secondLook: false,
    });
    expect(before.terms.operator).not.toBe('');
    expect(before.consent).toEqual({ given: false, at: null });
    const other = await account.call('PUT', '/v1/report-desk/consent', { terms: 'others' });
    expect([other.status, other.body.code, other.body.terms]).toEqual([409, 'conflict', before.terms.id]);
    expect((await consent(account)).consent).toEqual({ given: true, at: '2026-06-10T09:00:00.000Z' });
    await server.clock('2026-06-10T10:00:00Z');
    expect((await consent(account)).consent.at).toBe('2026-06-10T09:00:00.000Z');
    expect((await account.call('DELETE', '/v1/report-desk/consent')).body.consent).toEqual({
      given: false,
      at: '2026-06-10T10:00:00.000Z',
    });
    expect((await consent(account)).consent.given).toBe(true);
  });

  test('say within how many hours three of four answers came, once there are five', async () => {
    const hours = [1, 10, 2, 4, 3];
    for (const [index, took] of hours.entries()) {
      expect((await desk()).usuallyWithinHours).toBeNull();
      await server.clock(`2026-06-1${index}T12:00:00Z`);
      const { id } = await report();
      await server.clock(`2026-06-1${index}T${String(11 + took).padStart(2, '0')}:40:00Z`);
      await act(server.admin, id, 'resolve', { opId: opId(), state: 'declined', answer: 'Nothing is wrong with it.' });
    }
    expect((await desk()).usuallyWithinHours).toBe(4);
  });
});

test('every step wakes the account’s stream', async () => {
  const ann = await member('Ann');
  const uploads = [await sent(server, account, jpeg(500, 3))];
  const aborting = new AbortController();
  const stream = (await account.stream(aborting.signal))[Symbol.asyncIterator]();
  let said = '';
  const hears = async (event: string): Promise<void> => {
    while (!said.includes(`event: ${event}\n`)) said += Buffer.from((await stream.next()).value ?? []).toString();
    said = '';
  };
  await hears('alerts');
  const { id } = await report({ uploads });
  await hears('account');
  await act(ann, id, 'take');
  await hears('account');
  const mended = await sent(server, ann, jpeg(600, 5), { role: 'corrected', report: id });
  await act(ann, id, 'resolve', { opId: opId(), state: 'corrected', uploads: [mended] });
  await hears('ledger');
  expect((await account.get(`/v1/reports/${id}`)).body.photos[0].correction.upload.id).toBe(mended);
  aborting.abort();
});

describe('after the installation keeps pictures longer, and looks twice', () => {
  let [ann, ben]: [Client?, Client?] = [];

  beforeAll(async () => {
    const { token } = account;
    await server.stop();
    server = await startServer({ args: [...ARGS, '--report-days', '60', '--second-look'], folder });
    await server.clock('2026-06-20T09:00:00Z');
    account = { ...server.as(token), accountId: account.accountId };
    [ann, ben] = [await member('Ann'), await member('Ben')];
  });
  const both = (): [Client, Client] => {
    if (ann === undefined || ben === undefined) throw new Error('They are not there.');
    return [ann, ben];
  };

  test('consent is asked for anew', async () => {
    expect((await desk()).consent.given).toBe(false);
    expect((await consent(account)).terms).toMatchObject({ keptDays: 60, secondLook: true });
  });

  test('an answer goes out when another retoucher has confirmed it, and back to the desk otherwise', async () => {
    const [first, second] = both();
    const { id } = await report({ uploads: [await sent(server, account, jpeg(500, 7))] });
    await act(first, id, 'take');
    const mended = await sent(server, first, jpeg(600, 9), { role: 'corrected', report: id });
    const answer = { state: 'corrected', answer: 'The mirror is back.', uploads: [mended] };
    const proposed = (await act(first, id, 'resolve', { opId: opId(), ...answer })).body;
    expect(proposed.proposed).toMatchObject({ by: { name: 'Ann' }, state: 'corrected', uploads: [{ id: mended }] });
    const waiting = (await account.get(`/v1/reports/${id}`)).body;
    expect([waiting.state, waiting.answer, waiting.photos[0].correction]).toEqual(['in_progress', null, null]);
    expect((await second.get('/v1/admin/reports?state=proposed')).body.map((one: Json) => one.id)).toEqual([id]);
    for (const [by, what, body] of [
      [first, 'review', { opId: opId(), verdict: 'confirm' }],
      [second, 'take', undefined],
      [second, 'put-back', undefined],
    ] as const)
      expect((await act(by, id, what, body)).body.code).toBe('second_look_required');
    expect((await act(second, id, 'review', { opId: opId(), verdict: 'send-back', remark: 'The shadow is missing.' })).body).toMatchObject({
      state: 'open',
      proposed: null,
    });
    await act(first, id, 'take');
    await act(first, id, 'resolve', { opId: opId(), ...answer });
    const confirm = { opId: opId(), verdict: 'confirm' };
    for (const _ of [1, 2]) expect((await act(second, id, 'review', confirm)).status).toBe(200);
    const back = (await account.get(`/v1/reports/${id}`)).body;
    expect([back.state, back.answer, back.photos[0].correction.upload.id]).toEqual(['corrected', 'The mirror is back.', mended]);
    expect((await account.get(`/v1/operations/${back.photos[0].correction.opId}`)).body).toMatchObject({ status: 'settled', charged: '0' });
  });
});
