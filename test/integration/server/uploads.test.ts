/** Uploads of reports by the tus protocol: judged before a byte is taken, taken up where they broke off, proved when whole, encrypted, and forgotten. */
import { readFileSync } from 'node:fs';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  consent,
  cutOff,
  declare,
  declared,
  download,
  idIn,
  jpeg,
  objectsIn,
  offsetOf,
  patch,
  sent,
  tus,
  UPLOADS,
} from './report-files.ts';
import { type Account, applied, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
const NOON = '2026-06-10T12:00:00Z';
/** One segment of the store, and a piece. */
const SEGMENT = 1024 * 1024;

beforeAll(async () => {
  server = await startServer({ args: ['--test-clock', '--launch', '2026-01-01T00:00:00Z', '--report-mb', '6'] });
  await server.clock(NOON);
});
afterAll(() => server.stop());

async function agreed(): Promise<Account> {
  const account = await server.account({ plan: 'professional-plus', slots: 5 });
  await consent(account);
  return account;
}

/** What lies in the store: how many objects, and whether any of them holds these bytes. */
function stored(): { count: number; has(bytes: Buffer): boolean } {
  const files = objectsIn(server.folder);
  return { count: files.length, has: (bytes) => files.some((file) => readFileSync(file).includes(bytes)) };
}

describe('an upload', () => {
  test('goes through tus-js-client and is read back, whole and in ranges, while the store holds nothing of it in the clear', async () => {
    const account = await agreed();
    const bytes = jpeg(2 * SEGMENT + 5_000);
    const url = await new Promise<string>((done, fail) => {
      const upload: Upload = new Upload(bytes, {
        endpoint: `${server.url}${UPLOADS}`,
        headers: { authorization: `Bearer ${account.token}` },
        metadata: declared(bytes),
        chunkSize: 700_000,
        onError: fail,
        onSuccess: () => done(upload.url ?? ''),
      });
      upload.start();
    });
    const id = idIn(new URL(url).pathname);
    const whole = await download(server, account, `/v1/report-files/${id}`);
    expect([whole.status, whole.bytes.equals(bytes), whole.headers.get('cache-control')]).toEqual([200, true, 'no-store']);
    for (const [range, from, to] of [
      [`bytes=${SEGMENT - 3}-${SEGMENT + 3}`, SEGMENT - 3, SEGMENT + 4],
      ['bytes=0-0', 0, 1],
      ['bytes=-5', bytes.length - 5, bytes.length],
      [`bytes=${2 * SEGMENT}-`, 2 * SEGMENT, bytes.length],
    ] as const) {
      const part = await download(server, account, `/v1/report-files/${id}`, range);
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${from}-${to - 1}/${bytes.length}`]);
      expect(part.bytes.equals(bytes.subarray(from, to))).toBe(true);
    }
    expect(stored().has(bytes.subarray(0, 64))).toBe(false);
    expect(stored().has(bytes.subarray(SEGMENT, SEGMENT + 64))).toBe(false);
  });

  test('that is cut off keeps what arrived, and goes on from there', async () => {
    const account = await agreed();
    const bytes = jpeg(SEGMENT + 400_000, 11);
    const { headers } = await declare(server, account, declared(bytes), bytes.length);
    const path = headers.get('location') ?? '';
    await cutOff(server, account, path, { body: bytes, after: SEGMENT + 200_000 });
    const stands = await offsetOf(server, account, path);
    expect(stands).toBeGreaterThanOrEqual(SEGMENT);
    expect(stands).toBeLessThanOrEqual(SEGMENT + 200_000);
    const elsewhere = await patch(server, account, path, 0, bytes.subarray(0, 10));
    expect([elsewhere.status, elsewhere.body.code]).toEqual([409, 'conflict']);
    expect((await patch(server, account, path, stands, bytes.subarray(stands))).headers.get('upload-offset')).toBe(String(bytes.length));
    expect((await download(server, account, `/v1/report-files/${idIn(path)}`)).bytes.equals(bytes)).toBe(true);
  });

  test('in many small pieces takes few objects of the store', async () => {
    const account = await agreed();
    const bytes = jpeg(50_000, 13);
    const { headers } = await declare(server, account, declared(bytes), bytes.length);
    const path = headers.get('location') ?? '';
    await server.sweep();
    const before = stored().count;
    for (let at = 0; at < bytes.length; at += 10_000) await patch(server, account, path, at, bytes.subarray(at, at + 10_000));
    await server.sweep();
    expect(stored().count - before).toBe(1);
    expect((await download(server, account, `/v1/report-files/${idIn(path)}`)).bytes.equals(bytes)).toBe(true);
  });

  test('declared again under its operation id is the same one; with anything else it is a conflict', async () => {
    const account = await agreed();
    const bytes = jpeg(100);
    const metadata = declared(bytes);
    const [first, again] = [await declare(server, account, metadata, 100), await declare(server, account, metadata, 100)];
    expect([first.status, again.status, again.headers.get('location')]).toEqual([201, 201, first.headers.get('location')]);
    const other = await declare(server, account, { ...metadata, role: 'original' }, 100);
    expect([other.status, other.body.code]).toEqual([409, 'conflict']);
  });

  test('that ends as something else than was declared is deleted', async () => {
    const account = await agreed();
    const text = Buffer.from('not a picture at all, and longer than any signature that there is of one');
    const cases: [string, Uint8Array, Record<string, string>][] = [
      ['another SHA-256', jpeg(100), { sha256: '0'.repeat(64) }],
      ['text for a picture', text, {}],
      ['a JPEG for a PNG', jpeg(100), { type: 'image/png' }],
      ['text for JSON', text, { type: 'application/json', role: 'recipe' }],
    ];
    for (const [what, bytes, other] of cases) {
      const { headers } = await declare(server, account, declared(bytes, other), bytes.length);
      const path = headers.get('location') ?? '';
      const { status, body } = await patch(server, account, path, 0, bytes);
      expect([what, status, body?.code]).toEqual([what, 422, 'upload_mismatch']);
      expect((await tus(server, account, 'HEAD', path)).status).toBe(410);
    }
    const recipe = Buffer.from('{"background":"paper"}');
    expect(await sent(server, account, recipe, { type: 'application/json', role: 'recipe' })).toMatch(/^upl_/);
  });

  test('says what is spoken, to anybody', async () => {
    const { status, headers } = await tus(server, { token: '' }, 'OPTIONS', UPLOADS);
    expect([status, headers.get('tus-version'), headers.get('tus-extension'), headers.get('tus-max-size')]).toEqual([
      204,
      '1.0.0',
      'creation,termination,expiration',
      String(512 * SEGMENT),
    ]);
    const old = await declare(server, await agreed(), declared(jpeg(10)), 10);
    expect(old.headers.get('tus-resumable')).toBe('1.0.0');
  });

  test('is judged before a byte is taken', async () => {
    const account = await agreed();
    const stranger = await server.account({ plan: 'professional-plus', slots: 5 });
    const bytes = jpeg(100);
    const cases: [string, Account, Record<string, string>, number, number, string][] = [
      ['without consent', stranger, declared(bytes), 100, 403, 'consent_required'],
      ['as staff’s answer', account, declared(bytes, { role: 'corrected' }), 100, 403, 'forbidden'],
      ['more than an account may', account, declared(bytes), 7_000_000, 429, 'too_many_uploads'],
      ['larger than any file', account, declared(bytes), 600 * 1024 * 1024, 413, 'body_too_large'],
      ['of no bytes', account, declared(bytes), 0, 413, 'body_too_large'],
      ['of no kind', account, declared(bytes, { type: 'text/html' }), 100, 400, 'invalid_request'],
      ['without a name', account, declared(bytes, { opId: 'one' }), 100, 400, 'invalid_id'],
    ];
    for (const [what, who, metadata, length, status, code] of cases) {
      const refused = await declare(server, who, metadata, length);
      expect([what, refused.status, refused.body?.code]).toEqual([what, status, code]);
      expect(refused.headers.get('backlot-contract')).toBe('1');
    }
    expect((await account.get('/v1/report-desk')).body.limits.used).toBe(0);
  });

  test('is its sender’s alone', async () => {
    const [account, other] = [await agreed(), await agreed()];
    const support = (await server.admin.post('/v1/admin/staff', { opId: opId(), name: 'Sue', role: 'support' })).body.token;
    const bytes = jpeg(100);
    const { headers } = await declare(server, account, declared(bytes), bytes.length);
    const path = headers.get('location') ?? '';
    for (const method of ['HEAD', 'DELETE']) expect((await tus(server, other, method, path)).status).toBe(404);
    expect((await patch(server, other, path, 0, bytes)).status).toBe(404);
    expect((await tus(server, { token: support }, 'HEAD', path)).status).toBe(403);
    await patch(server, account, path, 0, bytes);
    expect((await download(server, other, `/v1/report-files/${idIn(path)}`)).status).toBe(404);
    expect((await download(server, null, `/v1/report-files/${idIn(path)}`)).status).toBe(401);
    expect((await download(server, { token: support }, `/v1/admin/report-files/${idIn(path)}`)).status).toBe(403);
    expect((await tus(server, account, 'DELETE', path)).status).toBe(204);
    expect((await download(server, account, `/v1/report-files/${idIn(path)}`)).status).toBe(410);
  });
});

describe('what is forgotten', () => {
  test('an upload to which nothing comes for a week', async () => {
    const account = await agreed();
    const bytes = jpeg(1_000, 17);
    const { headers } = await declare(server, account, declared(bytes), bytes.length);
    const path = headers.get('location') ?? '';
    expect(headers.get('upload-expires')).toBe('Wed, 17 Jun 2026 12:00:00 GMT');
    await patch(server, account, path, 0, bytes.subarray(0, 400));
    const before = stored().count;
    await server.clock('2026-06-18T12:00:00Z');
    await server.sweep();
    expect((await tus(server, account, 'HEAD', path)).status).toBe(410);
    expect(stored().count).toBeLessThan(before);
    await server.clock(NOON);
  });

  test('everything that was sent, when the consent is withdrawn; the report stays, in words', async () => {
    const account = await agreed();
    const resultOpId = await applied(account);
    const file = await sent(server, account, jpeg(1_000, 19));
    const report = (await account.post('/v1/reports', { opId: opId(), photo: 'a', resultOpId, note: 'halo', uploads: [file] })).body;
    expect(report.photos[0].uploads[0]).toMatchObject({ id: file, state: 'stored', file: `/v1/report-files/${file}` });
    const before = stored().count;
    const { body } = await account.call('DELETE', '/v1/report-desk/consent');
    expect([body.consent.given, body.limits.used, body.limits.open]).toEqual([false, 0, 1]);
    expect((await download(server, account, `/v1/report-files/${file}`)).status).toBe(410);
    await server.sweep();
    expect(stored().count).toBeLessThan(before);
    const after = (await account.get(`/v1/reports/${report.id}`)).body;
    expect([after.state, after.photos[0].uploads[0].state, after.photos[0].uploads[0].file]).toEqual(['open', 'deleted', null]);
    const again = await account.post('/v1/reports', { opId: opId(), photo: 'a', resultOpId, note: 'halo', uploads: [file] });
    expect([again.status, again.body.code]).toEqual([403, 'consent_required']);
  });
});
