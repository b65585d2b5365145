/** The desk: reports that took pictures along, in the hands of one retoucher at a time, and what comes back (ST-05). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { consent, declare, declared, download, jpeg, patch, sent } from './report-files.ts';
import { type Account, type Answer, applied, type Client, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let ann: Client;
let ben: Client;
let sue: Client;
const NINE = '2026-06-10T09:00:00Z';

beforeAll(async () => {
  server = await startServer({ args: ['--test-clock', '--launch', '2026-01-01T00:00:00Z'] });
  [ann, ben, sue] = await Promise.all([member('Ann', 'retoucher'), member('Ben', 'retoucher'), member('Sue', 'support')]);
});
beforeEach(() => server.clock(NINE));
afterAll(() => server.stop());

async function member(name: string, role: string): Promise<Client> {
  return server.as((await server.admin.post('/v1/admin/staff', { opId: opId(), name, role })).body.token);
}
const at = (report: string, act = ''): string => `/v1/admin/reports/${report}${act}`;
const said = ({ status, body }: Answer): unknown[] => (status < 300 ? [status] : [status, body.code]);

interface Reported {
  readonly account: Account;
  readonly picture: string;
  readonly report: Json;
}

/** A dealer's picture, reported with the picture itself. */
async function reported(other: Record<string, unknown> = {}): Promise<Reported> {
  const account = await server.account({ plan: 'professional-plus', slots: 5 });
  await consent(account);
  const picture = await applied(account);
  const uploads = [await sent(server, account, jpeg(2_000, 3)), await sent(server, account, jpeg(3_000, 5), { role: 'original' })];
  const body = { opId: opId(), photo: 'IMG_1', resultOpId: picture, note: 'The mirror is cut off', uploads, ...other };
  return { account, picture, report: (await account.post('/v1/reports', body)).body };
}

/** A corrected picture for the report, sent by whoever took it. */
const corrected = (by: Client, report: string, seed: number, more: Record<string, string> = {}): Promise<string> =>
  sent(server, by, jpeg(4_000, seed), { role: 'corrected', report, name: 'IMG_1 corrected.jpg', ...more });

describe('a report with pictures', () => {
  test('is taken, mended, and comes back as a version for nothing', async () => {
    const { account, picture, report } = await reported();
    const before = (await account.get('/v1/wallet')).body;
    const queued = (await ann.get('/v1/admin/reports?state=open')).body.find((one: Json) => one.id === report.id);
    expect(queued).toMatchObject({ lease: null, accountId: account.accountId });
    const [original, result] = queued.photos[0].uploads;
    expect([original.role, result.role]).toEqual(['original', 'result']);
    expect((await download(server, ann, result.file)).bytes.equals(jpeg(2_000, 3))).toBe(true);

    const taken = (await ann.post(at(report.id, '/take'))).body;
    expect([taken.state, taken.lease.by.name, taken.takenAt]).toEqual(['in_progress', 'Ann', '2026-06-10T09:00:00.000Z']);
    expect((await account.get(`/v1/reports/${report.id}`)).body.state).toBe('in_progress');
    const upload = await corrected(ann, report.id, 21);
    const unseen = (await account.get(`/v1/reports/${report.id}`)).body;
    expect([JSON.stringify(unseen).includes(upload), (await download(server, account, `/v1/report-files/${upload}`)).status]).toEqual([
      false,
      404,
    ]);
    await server.clock('2026-06-10T09:20:00Z');
    const answer = { opId: opId(), state: 'corrected', answer: 'The mirror is back.', uploads: [upload] };
    for (const _ of [1, 2]) expect(said(await ann.post(at(report.id, '/resolve'), answer))).toEqual([200]);

    const back = (await account.get(`/v1/reports/${report.id}`)).body;
    const { correction } = back.photos[0];
    expect(back).toMatchObject({
      state: 'corrected',
      answer: 'The mirror is back.',
      resolvedAt: '2026-06-10T09:20:00.000Z',
    });
    expect(correction.upload).toMatchObject({ role: 'corrected', name: 'IMG_1 corrected.jpg', deleteAt: '2026-07-10T09:20:00.000Z' });
    for (const path of [correction.upload.file, `/v1/reports/${report.id}/corrected`, `/v1/reports/${report.id}/corrected?of=${picture}`])
      expect((await download(server, account, path)).bytes.equals(jpeg(4_000, 21))).toBe(true);
    const receipt = (await account.get(`/v1/operations/${correction.opId}`)).body;
    expect(receipt).toMatchObject({ status: 'settled', amount: '0', charged: '0', returned: '0', slices: [] });
    // As a studio settles what it filed: the same receipt.
    expect((await account.post(`/v1/operations/${correction.opId}/settle`, {})).body).toEqual(receipt);
    const after = (await account.get('/v1/wallet')).body;
    expect([after.available, after.held, after.seq]).toEqual([before.available, before.held, before.seq + 2]);
    const entries = (await account.get(`/v1/ledger?after=${before.seq}`)).body.entries;
    expect(entries.map((entry: Json) => [entry.kind, entry.opId, entry.amount])).toEqual([
      ['held', correction.opId, '0'],
      ['settled', correction.opId, '0'],
    ]);
    expect((await account.post(`/v1/reports/${report.id}/keep`)).body.verdict).toBe('kept');
  });

  test('may be about several pictures, of which each gets its own correction', async () => {
    const account = await server.account({ plan: 'professional-plus', slots: 5 });
    await consent(account);
    const [one, other] = [await applied(account), await applied(account)];
    const file = await sent(server, account, jpeg(2_000, 9));
    const body = { opId: opId(), photo: 'A', resultOpId: one, note: 'halo', others: [{ photo: 'B', resultOpId: other, uploads: [file] }] };
    const report = (await account.post('/v1/reports', body)).body;
    expect(report.photos.map((photo: Json) => [photo.photo, photo.uploads.length])).toEqual([
      ['A', 0],
      ['B', 1],
    ]);
    await ann.post(at(report.id, '/take'));
    const mended = await corrected(ann, report.id, 31, { resultOpId: other });
    expect(said(await ann.post(at(report.id, '/resolve'), { opId: opId(), state: 'corrected', uploads: [mended] }))).toEqual([200]);
    const { photos } = (await account.get(`/v1/reports/${report.id}`)).body;
    expect(photos.map((photo: Json) => photo.correction?.upload.id ?? null)).toEqual([null, mended]);
  });

  test('without any pictures needs no consent, and takes no corrected one without it', async () => {
    const account = await server.account({ plan: 'professional-plus', slots: 5 });
    const report = (await account.post('/v1/reports', { opId: opId(), photo: 'A', resultOpId: await applied(account), note: 'halo' })).body;
    await ann.post(at(report.id, '/take'));
    const bytes = jpeg(100);
    const refused = await declare(server, ann, declared(bytes, { role: 'corrected', report: report.id }), 100);
    expect(said(refused)).toEqual([403, 'consent_required']);
    expect(
      said(await ann.post(at(report.id, '/resolve'), { opId: opId(), state: 'declined', answer: 'Nothing is wrong with it.' })),
    ).toEqual([200]);
  });
});

describe('two retouchers', () => {
  test('are never on one report: whoever is second hears who has it, until the lease lapses', async () => {
    const { report } = await reported();
    const both = await Promise.all([ann.post(at(report.id, '/take')), ben.post(at(report.id, '/take'))]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [first, second] = both[0]?.status === 200 ? [ann, ben] : [ben, ann];
    for (const act of ['/take', '/put-back']) {
      const refused = await second.post(at(report.id, act));
      expect([...said(refused), refused.body.until]).toEqual([409, 'report_taken', '2026-06-10T09:30:00.000Z']);
    }
    expect(said(await second.post(at(report.id, '/resolve'), { opId: opId(), state: 'declined', answer: 'No.' }))).toEqual([
      409,
      'report_taken',
    ]);
    expect((await first.get('/v1/admin/reports?mine=true')).body.map((one: Json) => one.id)).toContain(report.id);
    await server.clock('2026-06-10T09:30:00Z');
    expect((await second.get('/v1/admin/reports?state=open')).body.map((one: Json) => one.id)).toContain(report.id);
    expect(said(await second.post(at(report.id, '/take')))).toEqual([200]);
    const late = await declare(server, first, declared(jpeg(100), { role: 'corrected', report: report.id }), 100);
    expect(said(late)).toEqual([409, 'report_taken']);
    expect((await second.post(at(report.id, '/put-back'))).body).toMatchObject({ state: 'open', lease: null, takenAt: null });
  });

  test('see what others do not: support reads words, gives credit and mends nothing; retouchers give no credit', async () => {
    const { report, account } = await reported();
    const seen = (await sue.get(at(report.id))).body;
    expect(seen.photos[0].uploads.map((one: Json) => one.file)).toEqual([null, null]);
    expect((await ann.get(at(report.id))).body.charged).toEqual({ [seen.resultOpId]: '1' });
    const file = seen.photos[0].uploads[0].id;
    expect(said(await sue.get(`/v1/admin/report-files/${file}`))).toEqual([403, 'forbidden']);
    expect(said(await sue.post(at(report.id, '/take')))).toEqual([403, 'forbidden']);
    const grantBack = { bucket: 'purchased', amount: '1' };
    expect(said(await ann.post(at(report.id, '/resolve'), { opId: opId(), state: 'declined', answer: 'No.', grantBack }))).toEqual([
      403,
      'forbidden',
    ]);
    for (const path of ['/v1/admin/accounts', `/v1/admin/accounts/${account.accountId}`, '/v1/admin/audit', '/v1/admin/policies'])
      expect(said(await ann.get(path))).toEqual([403, 'forbidden']);
    expect((await ann.get('/v1/admin/me')).body.role).toBe('retoucher');
    await sue.post(at(report.id, '/resolve'), { opId: opId(), state: 'declined', answer: 'Here is your credit.', grantBack });
    expect((await account.get(`/v1/reports/${report.id}`)).body).toMatchObject({ state: 'declined', grantedBack: '1' });
  });
});

describe('what is refused', () => {
  test('a corrected picture that is not whole, of another report, or of nothing; and an answer that went out is not given again', async () => {
    const [one, other] = [await reported(), await reported()];
    for (const { report } of [one, other]) await ann.post(at(report.id, '/take'));
    const bytes = jpeg(5_000, 41);
    const made = await declare(server, ann, declared(bytes, { role: 'corrected', report: one.report.id }), bytes.length);
    const path = made.headers.get('location') ?? '';
    await patch(server, ann, path, 0, bytes.subarray(0, 100));
    const id = path.split('/').at(-1) ?? '';
    const answer = (report: string, uploads: string[]): Promise<Answer> =>
      ann.post(at(report, '/resolve'), { opId: opId(), state: 'corrected', uploads });
    expect(said(await answer(one.report.id, [id]))).toEqual([409, 'upload_unfinished']);
    await patch(server, ann, path, 100, bytes.subarray(100));
    expect(said(await answer(other.report.id, [id]))).toEqual([404, 'not_found']);
    expect(said(await answer(one.report.id, ['upl_none']))).toEqual([404, 'not_found']);
    expect(said(await answer(one.report.id, [id, id]))).toEqual([400, 'invalid_request']);
    expect(said(await answer(one.report.id, [id]))).toEqual([200]);
    expect(said(await answer(one.report.id, [id]))).toEqual([409, 'report_over']);
    expect(said(await sue.post(at(one.report.id, '/resolve'), { opId: opId(), state: 'declined' }))).toEqual([409, 'report_over']);
  });

  test('an answer that is sent twice at once, and one that meets a withdrawal: one of them happens, whole', async () => {
    const twice = await reported();
    await ann.post(at(twice.report.id, '/take'));
    const uploads = [await corrected(ann, twice.report.id, 43)];
    const before = (await twice.account.get('/v1/wallet')).body.seq;
    const answers = await Promise.all(
      [1, 2].map(() => ann.post(at(twice.report.id, '/resolve'), { opId: opId(), state: 'corrected', uploads })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await twice.account.get('/v1/wallet')).body.seq).toBe(before + 2);

    const met = await reported();
    await ann.post(at(met.report.id, '/take'));
    const mended = [await corrected(ann, met.report.id, 47)];
    const seq = (await met.account.get('/v1/wallet')).body.seq;
    const [answered, withdrawn] = await Promise.all([
      ann.post(at(met.report.id, '/resolve'), { opId: opId(), state: 'corrected', uploads: mended }),
      met.account.post(`/v1/reports/${met.report.id}/withdraw`),
    ]);
    const { state, photos } = (await met.account.get(`/v1/reports/${met.report.id}`)).body;
    const wrote = (await met.account.get('/v1/wallet')).body.seq - seq;
    expect([
      [200, 409, 'corrected', true, 2],
      [409, 200, 'withdrawn', false, 0],
      [410, 200, 'withdrawn', false, 0],
    ]).toContainEqual([answered.status, withdrawn.status, state, photos[0].correction !== null, wrote]);
  });

  test('a correction, by a report that follows: free again, and the charge comes back once for the whole chain', async () => {
    const { account, report, picture } = await reported();
    await ann.post(at(report.id, '/take'));
    await ann.post(at(report.id, '/resolve'), { opId: opId(), state: 'corrected', uploads: [await corrected(ann, report.id, 51)] });
    const { correction } = (await account.get(`/v1/reports/${report.id}`)).body.photos[0];
    const again = { opId: opId(), photo: 'IMG_1', resultOpId: correction.opId, note: 'Now the wheel is gone', follows: report.id };
    const second = (await account.post('/v1/reports', again)).body;
    expect([second.state, second.follows]).toEqual(['open', report.id]);
    expect((await account.get(`/v1/reports/${report.id}`)).body).toMatchObject({ verdict: 'refused', followedBy: second.id });
    expect(said(await account.post(`/v1/reports/${report.id}/keep`))).toEqual([409, 'conflict']);
    const seen = (await ann.get(at(second.id))).body;
    expect([seen.earlier.map((one: Json) => one.id), seen.charged]).toEqual([[report.id], { [correction.opId]: '1' }]);
    const give = (id: string): Promise<Answer> =>
      sue.post(at(id, '/resolve'), { opId: opId(), state: 'declined', answer: 'Sorry.', grantBack: { bucket: 'purchased', amount: '1' } });
    expect(said(await give(second.id))).toEqual([200]);
    const third = (await account.post('/v1/reports', { opId: opId(), photo: 'IMG_1', resultOpId: picture, note: 'once more' })).body;
    expect(said(await give(third.id))).toEqual([409, 'already_resolved']);
  });

  test('a report that its customer withdrew: it is over at the desk too, and its files are gone', async () => {
    const { account, report } = await reported();
    await ann.post(at(report.id, '/take'));
    const upload = await corrected(ann, report.id, 61);
    const [file] = report.photos[0].uploads;
    expect((await account.post(`/v1/reports/${report.id}/withdraw`)).body.state).toBe('withdrawn');
    expect(said(await account.post(`/v1/reports/${report.id}/withdraw`))).toEqual([200]);
    expect(said(await ann.post(at(report.id, '/take')))).toEqual([409, 'report_over']);
    expect(said(await ann.post(at(report.id, '/resolve'), { opId: opId(), state: 'corrected', uploads: [upload] }))).toEqual([410, 'gone']);
    expect((await download(server, account, `/v1/report-files/${file.id}`)).status).toBe(410);
    expect((await download(server, ann, `/v1/admin/report-files/${upload}`)).status).toBe(410);
  });
});

test('what was sent is deleted so many days after the answer, as the customer was told; the words stay', async () => {
  const { account, report } = await reported();
  expect((await account.get('/v1/report-desk')).body.terms.keptDays).toBe(30);
  await ann.post(at(report.id, '/resolve'), { opId: opId(), state: 'declined', answer: 'Nothing is wrong with it.' });
  const [file] = (await account.get(`/v1/reports/${report.id}`)).body.photos[0].uploads;
  expect(file.deleteAt).toBe('2026-07-10T09:00:00.000Z');
  await server.clock('2026-07-10T08:59:00Z');
  await server.sweep();
  expect((await download(server, account, file.file)).status).toBe(200);
  await server.clock('2026-07-10T09:00:00Z');
  await server.sweep();
  expect((await download(server, account, file.file)).status).toBe(410);
  expect((await account.get(`/v1/reports/${report.id}`)).body).toMatchObject({ state: 'declined', answer: 'Nothing is wrong with it.' });
});
