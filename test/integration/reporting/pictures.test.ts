/** A report takes its pictures along (ST-05): with consent only, anonymous, resumed after a cut and after a restart, on the real server. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Recipe, Stroke } from '../../../shared/edit/recipe.ts';
import type { Report } from '../../../shared/ipc/library.ts';
import { download } from '../server/report-files.ts';
import { type Account, type Client, type Json, type RunningServer, startServer } from '../server/running-server.ts';
import { closeDarkroom, type OpenedStudio, onPaper, openOn, removeFolder, studioFolder } from '../wallet/studio-on-server.ts';
import { fileFinished, retoucherOf, SERIAL } from './finished-picture.ts';

let server: RunningServer;
let ann: Client;
let account: Account;
let folder: string;
let opened: OpenedStudio;
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
  folder = studioFolder();
  opened = await openOn(server, account, folder);
  await opened.online();
});
afterEach(async () => {
  await opened.close();
  removeFolder(folder);
});

const STROKE: Stroke = { mode: 'keep', radius: 0.02, hardness: 1, points: [[0.5, 0.5]] };

/** A finished picture of a new photo, as applying files it: its file tells the camera's serial number, and takes several pieces to send. */
async function finishedPicture(): Promise<{ photoId: string; versionId: string }> {
  const [photoId = ''] = await opened.import('IMG_1.jpg');
  const noise = Buffer.from(Array.from({ length: 400 * 300 * 3 }, (_, n) => Math.imul(n, 2_654_435_761) >>> 24));
  const picture = sharp(noise, { raw: { width: 400, height: 300, channels: 3 } });
  const jpeg = { quality: 100, chromaSubsampling: '4:4:4' };
  const recipe: Recipe = { ...onPaper, strokes: [STROKE] };
  return { photoId, versionId: await fileFinished(folder, account, { photoId, recipe, picture, jpeg }) };
}

const agree = async (): Promise<void> => {
  const desk = await opened.studio.handlers['reports.desk'](undefined);
  if (!desk.ok) throw new Error(desk.error.message);
  expect(await opened.studio.handlers['reports.agree']({ terms: desk.value.terms.id })).toMatchObject({
    ok: true,
    value: { consent: { given: true } },
  });
};
const report = (picture: { photoId: string; versionId: string }, withPictures = true) =>
  opened.studio.reports.create({ ...picture, note: 'The wheel is cut off.', area: { x: 0, y: 0, width: 0.5, height: 0.5 }, withPictures });
const first = (): Report | undefined => opened.studio.reports.list()[0];
const arrived = (): Promise<void> => opened.until(() => first()?.pictures?.state === 'there' && first()?.state === 'open');
const atDesk = async (): Promise<Json> =>
  (await ann.get('/v1/admin/reports')).body.find((one: Json) => one.accountId === account.accountId);

describe('a report with pictures', () => {
  test('needs the consent of the account, and a report without any does not', async () => {
    const picture = await finishedPicture();
    expect(report(picture)).toMatchObject({ ok: false, error: { code: 'consent_required' } });
    expect(report(picture, false)).toMatchObject({ ok: true, value: { pictures: null } });
    await opened.until(() => first()?.state === 'open');
    expect((await atDesk()).photos[0].uploads).toEqual([]);
  });

  test('takes original, result, recipe and strokes along, without serial numbers, and leaves no copy behind', async () => {
    const picture = await finishedPicture();
    expect(readFileSync(join(folder, 'finished.jpg')).includes(SERIAL)).toBe(true);
    await agree();
    expect(report(picture)).toMatchObject({ ok: true, value: { state: 'waiting', pictures: { state: 'packing' } } });
    await arrived();
    const { uploads } = (await atDesk()).photos[0];
    expect(uploads.map((file: Json) => [file.role, file.type, file.state]).toSorted()).toEqual([
      ['original', 'image/jpeg', 'stored'],
      ['recipe', 'application/json', 'stored'],
      ['result', 'image/jpeg', 'stored'],
      ['strokes', 'application/json', 'stored'],
    ]);
    const fileOf = async (role: string): Promise<Buffer> =>
      (await download(server, ann, uploads.find((file: Json) => file.role === role).file)).bytes;
    const result = await fileOf('result');
    expect(result.includes(SERIAL)).toBe(false);
    expect((await sharp(result).raw().toBuffer()).equals(await sharp(join(folder, 'finished.jpg')).raw().toBuffer())).toBe(true);
    expect(JSON.parse((await fileOf('strokes')).toString())).toEqual([STROKE]);
    expect(existsSync(join(folder, 'reports')) ? readdirSync(join(folder, 'reports')) : []).toEqual([]);
  });

  test('is cut off in the middle, and goes on where it stood after a restart', async () => {
    const picture = await finishedPicture();
    await agree();
    opened.line.piecesLeft = 2;
    expect(report(picture)).toMatchObject({ ok: true });
    await opened.until(() => opened.line.piecesLeft === 0 && first()?.state === 'open');
    expect((await atDesk()).photos[0].uploads.map((file: Json) => file.state)).toContain('arriving');
    await opened.close();
    opened = await openOn(server, account, folder);
    await opened.online();
    await arrived();
    expect((await atDesk()).photos[0].uploads.map((file: Json) => file.state)).toEqual(Array(4).fill('stored'));
    // What was there is asked for, and not sent once more.
    expect(opened.line.sent.filter((line) => line.startsWith('POST /v1/uploads'))).toEqual([]);
    expect(opened.line.sent.some((line) => line.startsWith('HEAD /v1/uploads/'))).toBe(true);
  });

  test('made without a network waits, and is there with its pictures when there is one', async () => {
    const picture = await finishedPicture();
    await agree();
    opened.line.cut = true;
    expect(report(picture)).toMatchObject({ ok: true });
    await opened.until(() => first()?.pictures?.state === 'sending');
    expect(first()).toMatchObject({ state: 'waiting', pictures: { sent: 0 } });
    opened.line.cut = false;
    opened.connect();
    await arrived();
  });

  test('is withdrawn with everything that it took along', async () => {
    const picture = await finishedPicture();
    await agree();
    report(picture);
    await arrived();
    expect(await opened.studio.reports.withdraw(first()?.id ?? '')).toMatchObject({ ok: true, value: { state: 'withdrawn' } });
    const [sent] = (await account.get('/v1/reports')).body;
    expect([sent.state, ...sent.photos[0].uploads.map((file: Json) => file.state)]).toEqual(['withdrawn', ...Array(4).fill('deleted')]);
  });

  test('loses its pictures, here and on the server, when the consent is withdrawn', async () => {
    const picture = await finishedPicture();
    await agree();
    opened.line.piecesLeft = 1;
    report(picture);
    await opened.until(() => opened.line.piecesLeft === 0 && first()?.state === 'open');
    expect(await opened.studio.reports.withdrawConsent()).toMatchObject({ ok: true, value: { consent: { given: false } } });
    expect(first()).toMatchObject({ state: 'open', pictures: { state: 'failed', problem: expect.stringContaining('withdrawn') } });
    expect((await atDesk()).photos[0].uploads.map((file: Json) => file.state)).toEqual(Array(4).fill('deleted'));
    expect(report(picture)).toMatchObject({ ok: false, error: { code: 'consent_required' } });
  });
});
