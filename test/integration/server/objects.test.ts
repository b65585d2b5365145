/** The store of files: a folder, or a bucket of an S3 server; what lies in it is encrypted, and outlives crashes and changes of the key. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openObjects } from '../../../server/objects/objects.ts';
import type { S3Settings } from '../../../server/objects/settings.ts';
import type { ObjectStore } from '../../../server/objects/store.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { consent, cutOff, declare, declared, download, idIn, jpeg, objectsIn, offsetOf, patch, sent } from './report-files.ts';
import { startServer, temporaryFolder } from './running-server.ts';

const BUCKET = 'pictures';
let folder: string;
let s3: S3rver;
let settings: S3Settings;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-objects-'));
  const directory = join(folder, 's3');
  s3 = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets: [{ name: BUCKET }] });
  const { port } = await s3.run();
  // The S3 server's own fixed keys: it refuses a signature by any other.
  const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  settings = { bucket: BUCKET, endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', ...keys, prefix: 'backlot/' };
});
afterAll(async () => {
  await s3.close();
  rmSync(folder, { recursive: true, force: true });
});

const kinds = ['folder', 's3'] as const;
const opened = (kind: (typeof kinds)[number]): Promise<ObjectStore> =>
  openObjects({ s3: kind === 's3' ? settings : null, folder: null }, join(folder, kind));

describe.each(kinds)('a store: %s', (kind) => {
  test('gives back what was put there last, until it is removed', async () => {
    const store = await opened(kind);
    expect(store.kind).toBe(kind);
    expect(await store.get('object-one')).toBeNull();
    for (const bytes of [randomBytes(200_000), Buffer.alloc(0), randomBytes(10)]) {
      await store.put('object-one', bytes);
      expect(Buffer.from((await store.get('object-one')) ?? []).equals(bytes)).toBe(true);
    }
    await store.remove('object-one');
    await store.remove('object-one');
    expect(await store.get('object-one')).toBeNull();
    store.close();
  });

  test.each(['../secret', 'a/b', '', '.', 'UPPER', 'x'.repeat(200)])('knows no name like %j', async (name) => {
    const store = await opened(kind);
    await expect(store.put(name, Buffer.alloc(1))).rejects.toThrow('no name');
    await expect(store.get(name)).rejects.toThrow('no name');
    store.close();
  });
});

test('a folder is its server’s alone, and holds no half of a file', async () => {
  const store = await opened('folder');
  await store.put('object-two', randomBytes(1_000));
  const path = join(folder, 'folder', 'objects', 'ob');
  expect(readdirSync(path)).toEqual(['object-two']);
  expect([statSync(path).mode & 0o777, statSync(join(path, 'object-two')).mode & 0o777]).toEqual([0o700, 0o600]);
});

test('a bucket asks for the right key', async () => {
  const store = await openObjects({ s3: { ...settings, secretAccessKey: 'another' }, folder: null }, folder);
  await expect(store.put('object-three', Buffer.alloc(1))).rejects.toThrow();
  store.close();
});

const bucketEnv = (): Record<string, string> => ({
  BACKLOT_S3_BUCKET: BUCKET,
  BACKLOT_S3_ENDPOINT: settings.endpoint ?? '',
  BACKLOT_S3_ACCESS_KEY_ID: settings.accessKeyId,
  BACKLOT_S3_SECRET_ACCESS_KEY: settings.secretAccessKey,
});

test('a server with a bucket keeps nothing of a file beside it', async () => {
  const server = await startServer({ env: bucketEnv() });
  const account = await server.account({ plan: 'professional' });
  expect((await consent(account)).terms.store).toBe('s3');
  const bytes = jpeg(1_500_000, 3);
  const id = await sent(server, account, bytes);
  expect(
    (await download(server, account, `/v1/report-files/${id}`, 'bytes=1048570-1048580')).bytes.equals(bytes.subarray(1_048_570, 1_048_581)),
  ).toBe(true);
  expect(existsSync(join(server.folder, 'objects'))).toBe(false);
  await server.stop();
});

test('a store that refuses keeps nobody from asking later: nothing is taken, and the log says why without a key', async () => {
  const server = await startServer({ env: { ...bucketEnv(), BACKLOT_S3_SECRET_ACCESS_KEY: 'another-secret' } });
  const account = await server.account({ plan: 'professional' });
  await consent(account);
  const bytes = jpeg(1_000, 3);
  const path = (await declare(server, account, declared(bytes), bytes.length)).headers.get('location') ?? '';
  const refused = await patch(server, account, path, 0, bytes);
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([503, 'unavailable', '1']);
  expect(await offsetOf(server, account, path)).toBe(0);
  expect(server.said()).toContain('the store of files');
  expect(server.said()).not.toContain('another-secret');
  await server.stop();
});

test('an upload outlives kill -9 and a new vault key; without its key a file is said to be out of reach, and is not lost', async () => {
  const [first, second, wrong] = [1, 2, 3].map(() => randomBytes(32).toString('base64'));
  const place = temporaryFolder();
  const before = await startServer({ folder: place, keep: true, env: { BACKLOT_VAULT_KEYS: first ?? '' } });
  const account = await before.account({ plan: 'professional' });
  await consent(account);
  const bytes = jpeg(1_300_000, 5);
  const path = (await declare(before, account, declared(bytes), bytes.length)).headers.get('location') ?? '';
  await cutOff(before, account, path, { body: bytes, after: 1_200_000 });
  expect(await offsetOf(before, account, path)).toBeGreaterThanOrEqual(1_048_576);
  await before.kill();

  const after = await startServer({ folder: place, keep: true, env: { BACKLOT_VAULT_KEYS: `${second},${first}` } });
  const stands = await offsetOf(after, account, path);
  expect((await patch(after, account, path, stands, bytes.subarray(stands))).status).toBe(204);
  const file = `/v1/report-files/${idIn(path)}`;
  expect((await download(after, account, file)).bytes.equals(bytes)).toBe(true);
  await after.stop();

  const keyless = await startServer({ folder: place, env: { BACKLOT_VAULT_KEYS: wrong ?? '' } });
  const refused = await download(keyless, account, file);
  expect([refused.status, JSON.parse(refused.bytes.toString()).code]).toEqual([503, 'unavailable']);
  expect(keyless.said()).toContain('Add it to BACKLOT_VAULT_KEYS');
  await keyless.stop();
});

test('two servers on one database are sent the same bytes at once: one of them takes them, and both give them back', async () => {
  const place = temporaryFolder();
  const env = { BACKLOT_OBJECTS_DIR: join(place, 'objects'), BACKLOT_VAULT_KEYS: randomBytes(32).toString('base64') };
  const one = await startServer({ folder: place, env });
  const other = await startServer({ folder: temporaryFolder(), env: { ...env, DATABASE_URL: databaseUrlOf(place) ?? '' } });
  const account = await one.account({ plan: 'professional' });
  await consent(account);
  const bytes = jpeg(2_500_000, 7);
  const path = (await declare(one, account, declared(bytes), bytes.length)).headers.get('location') ?? '';
  const sending = await Promise.all([one, other].map((server) => patch(server, account, path, 0, bytes)));
  for (let stands = await offsetOf(one, account, path); stands < bytes.length; stands = await offsetOf(one, account, path))
    await patch(other, account, path, stands, bytes.subarray(stands));
  // Whoever came second at a segment is told so, and asks where the upload stands.
  expect(sending.map(({ status }) => status).filter((status) => status !== 204 && status !== 409)).toEqual([]);
  for (const server of [one, other])
    expect((await download(server, account, `/v1/report-files/${idIn(path)}`)).bytes.equals(bytes)).toBe(true);
  // What lost is deleted once it cannot be on its way any more.
  await one.clock(new Date(Date.now() + 2 * 3_600_000).toISOString());
  await one.sweep();
  expect(objectsIn(place)).toHaveLength(Math.ceil(bytes.length / 1_048_576));
  await other.stop();
  await one.stop();
});
