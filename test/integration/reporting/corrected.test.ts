/** A corrected picture comes back by itself, once, for nothing (ST-05): on the real server, with the real darkroom. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../../shared/ipc/library.ts';
import { consent, sent } from '../server/report-files.ts';
import { type Account, type Client, type Json, opId, type RunningServer, startServer } from '../server/running-server.ts';
import { closeDarkroom, type OpenedStudio, onPaper, openOn, removeFolder, studioFolder } from '../wallet/studio-on-server.ts';
import { fileFinished, inLibrary, retoucherOf, SERIAL } from './finished-picture.ts';

let server: RunningServer;
let ann: Client;
let account: Account;
let folder: string;
let opened: OpenedStudio;
let photoId: string;
let versionId: string;
beforeAll(async () => {
  server = await startServer({ args: [] });
  ann = await retoucherOf(server);
});
afterAll(async () => {
  await closeDarkroom();
  await server.stop();
});
beforeEach(async () => {
  account = await server.account({ plan: 'professional-plus', slots: 1, country: 'DE' });
  await consent(account);
  folder = studioFolder();
  opened = await openOn(server, account, folder);
  await opened.online();
  [photoId = ''] = await opened.import('IMG_1.jpg');
  const picture = sharp({ create: { width: 160, height: 120, channels: 3, background: '#8090a0' } });
  versionId = await fileFinished(folder, account, { photoId, recipe: onPaper, picture });
  inLibrary(folder, (db) => {
    db.prepare('UPDATE photo SET current_version_id = ? WHERE id = ?').run(versionId, photoId);
  });
  expect(opened.studio.reports.create({ photoId, versionId, note: 'The wheel is cut off.', area: null })).toMatchObject({ ok: true });
  await opened.until(() => first()?.state === 'open');
});
afterEach(async () => {
  await opened.close();
  removeFolder(folder);
});

const first = (): Report | undefined => opened.studio.reports.list().at(-1);
const photo = () => opened.studio.library.snapshot().photos.find(({ id }) => id === photoId);
const versions = () => opened.studio.library.versions(photoId);
const isBack = (): Promise<void> => opened.until(() => first()?.correction?.startsWith('The corrected picture is here') === true);

/** A retoucher answers with a picture of noise, which takes three ranges to fetch; answers its bytes. */
async function corrected(): Promise<Buffer> {
  const { id } = (await ann.get('/v1/admin/reports')).body.find((one: Json) => one.accountId === account.accountId);
  await ann.post(`/v1/admin/reports/${id}/take`);
  const noise = Buffer.from(Array.from({ length: 1400 * 1000 * 3 }, (_, n) => Math.imul(n ^ (n >>> 7), 2_654_435_761) >>> 24));
  const picture = await sharp(noise, { raw: { width: 1400, height: 1000, channels: 3 } })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const upload = await sent(server, ann, picture, { role: 'corrected', report: id, name: 'IMG_1 corrected.jpg' });
  const answer = { opId: opId(), state: 'corrected', answer: 'The wheel is whole again.', uploads: [upload] };
  expect((await ann.post(`/v1/admin/reports/${id}/resolve`, answer)).status).toBe(200);
  return picture;
}

describe('a corrected picture', () => {
  test('arrives by the account’s stream, is filed once and shown, with a copy beside the first, and nothing is charged', async () => {
    const before: string = (await account.get('/v1/wallet')).body.available;
    const picture = await corrected();
    await isBack();
    expect(first()).toMatchObject({
      state: 'corrected',
      answer: 'The wheel is whole again.',
      correction: 'The corrected picture is here.',
    });
    const [back, faulty] = versions();
    expect([back?.kind, back?.format, back?.width, back?.height, back?.id === photo()?.currentVersionId]).toEqual([
      'corrected',
      'jpeg',
      1400,
      1000,
      true,
    ]);
    expect(faulty?.id).toBe(versionId);
    const filed = readFileSync(back?.savedTo ?? '');
    expect((await sharp(filed).raw().toBuffer()).equals(await sharp(picture).raw().toBuffer())).toBe(true);
    // The serial number never left the computer, and is in the corrected picture all the same.
    expect([picture.includes(SERIAL), filed.includes(SERIAL)]).toEqual([false, true]);
    const [collection] = opened.studio.library.snapshot().collections;
    expect(back?.savedTo).toBe(join(folder, 'out', collection?.name ?? '', 'IMG_1-1.jpg'));
    expect(photo()?.state).toBe('corrected');
    await opened.studio.wallet.sync();
    expect(versions()).toHaveLength(2);
    expect(opened.studio.wallet.get().wallet?.available).toBe(before);
    expect(opened.studio.wallet.history(null, 1, null).lines[0]?.title).toContain('IMG_1.jpg');
    expect((await account.get(`/v1/operations/${back?.opId}`)).body).toMatchObject({ status: 'settled', charged: '0' });
    await opened.close();
    expect(readdirSync(join(folder, 'corrections'))).toEqual([]);
    opened = await openOn(server, account, folder);
    await opened.online();
    await opened.studio.wallet.sync();
    expect(versions()).toHaveLength(2);
  });

  test('is kept; or refused by a new report about it, which is free again', async () => {
    await corrected();
    await isBack();
    expect(await opened.studio.reports.keep(first()?.id ?? '')).toMatchObject({ ok: true, value: { verdict: 'kept' } });
    const backId = first()?.correctedVersionId ?? '';
    expect(opened.studio.reports.create({ photoId, versionId: backId, note: 'Still cut off.', area: null })).toMatchObject({ ok: true });
    await opened.until(() => opened.studio.reports.list()[0]?.state === 'open');
    const [again, before] = (await account.get('/v1/reports')).body;
    expect([again.follows, before.verdict]).toEqual([before.id, 'refused']);
  });

  test('that was cut off on its way goes on where it stood, after a restart', async () => {
    opened.line.cut = true;
    const picture = await corrected();
    await opened.close();
    opened = await openOn(server, account, folder);
    opened.line.rangesLeft = 1;
    await opened.online();
    const part = (): string[] => (existsSync(join(folder, 'corrections')) ? readdirSync(join(folder, 'corrections')) : []);
    await opened.until(() => opened.line.rangesLeft === 0 && part().length > 0);
    await opened.close();
    expect(part()).toEqual([expect.stringMatching(/\.part$/)]);
    opened = await openOn(server, account, folder);
    await opened.online();
    await isBack();
    expect(
      (
        await sharp(versions()[0]?.savedTo ?? '')
          .raw()
          .toBuffer()
      ).equals(await sharp(picture).raw().toBuffer()),
    ).toBe(true);
    expect(opened.line.sent.filter((line) => line.startsWith('GET /v1/report-files/'))[0]).toMatch(/ from 2097152$/);
  });

  test('stands aside when the photo shows something else by now', async () => {
    opened.studio.library.revert([photoId]);
    await corrected();
    await isBack();
    expect(photo()?.currentVersionId).toBeNull();
    expect(first()?.correction).toContain('among the versions');
  });

  test('of a photo that was taken out of the library is not fetched, and that is said', async () => {
    opened.studio.library.remove([photoId]);
    await corrected();
    await opened.until(() => (first()?.correction ?? null) !== null);
    expect(first()).toMatchObject({ correctedVersionId: null, correction: expect.stringContaining('import the photo again') });
    expect(opened.line.sent.filter((line) => line.startsWith('GET /v1/report-files/'))).toEqual([]);
  });
});
