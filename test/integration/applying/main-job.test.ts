import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { modelFolder } from '../../../electron/darkroom/matte/model-folder.ts';
import { LocalDarkroom } from '../../../electron/darkroom/process/darkroom.ts';
import { oneRecipe } from '../../../shared/ipc/edits.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { closeDarkroom, finished, type OpenedStudio, onPaper, openOn, removeFolder, studioFolder } from '../wallet/studio-on-server.ts';
import { slowDarkroom } from './slow-darkroom.ts';

let server: RunningServer;
let account: Account;
let opened: OpenedStudio;
beforeAll(async () => {
  server = await startServer({ args: [] });
});
afterAll(async () => {
  await closeDarkroom();
  await server.stop();
});
beforeEach(async () => {
  account = await server.account({ plan: 'basic' });
  await server.grant(account.accountId, 'purchased', '5');
});
afterEach(async () => {
  await opened.close();
  removeFolder(opened.folder);
});

const available = (): string | undefined => opened.studio.wallet.get().wallet?.available;
const sha = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('the main job', () => {
  test('three photos, three credits, three finished pictures, originals untouched, revert free', async () => {
    // With the model itself, as these are pictures to be kept.
    const darkroom = new LocalDarkroom({ modelDir: modelFolder(), threads: 2 });
    onTestFinished(() => darkroom.close());
    opened = await openOn(server, account, studioFolder(), darkroom);
    await opened.online();
    expect(available()).toBe('5');
    const ids = await opened.import('IMG_1.jpg', 'IMG_2.jpg', 'IMG_3.jpg');
    const originals = ids.map((id) => opened.studio.library.locate(id, 'original')).map((path) => (path.ok ? path.value : ''));
    const before = originals.map(sha);
    expect(opened.studio.applying.quote(oneRecipe(ids, onPaper))).toMatchObject({
      total: '3',
      slices: [{ bucket: 'purchased', amount: '3' }],
      availableAfter: '2',
      refusal: null,
    });

    expect(await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'all or nothing')).toMatchObject({ ok: true });
    await opened.until(finished(opened.studio));
    await opened.until(() => available() === '2');
    expect(opened.studio.applying.batches()[0]).toMatchObject({
      summary: 'Applied to 3 photos. 3 credits used.',
      charged: '3',
      applied: 3,
    });

    const photos = opened.studio.library.snapshot().photos;
    expect(photos.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
    for (const photo of photos) {
      const [version] = opened.studio.library.versions(photo.id);
      expect(existsSync(version?.savedTo ?? '')).toBe(true);
      const current = await opened.studio.pictureFile('full', photo.id);
      expect(current).toMatchObject({ ok: true, value: { path: join(opened.folder, 'results', photo.id, `${version?.id}.jpg`) } });
      expect((await account.get(`/v1/operations/${version?.opId}`)).body).toMatchObject({ status: 'settled', charged: '1' });
    }

    expect(opened.studio.library.revert(ids)).toEqual({ reverted: 3 });
    for (const [index, id] of ids.entries()) {
      const full = await opened.studio.pictureFile('full', id);
      expect(full.ok && sha(full.value.path)).toBe(before[index]);
    }
    expect(available()).toBe('2');
    expect(await account.get('/v1/wallet')).toMatchObject({ body: { available: '2', held: '0' } });
  });

  test('one broken photo among good ones is not charged', async () => {
    opened = await openOn(server, account, studioFolder());
    await opened.online();
    const ids = await opened.import('a.jpg', 'gone.jpg', 'c.jpg');
    removeFolder(join(opened.folder, 'photos in', 'gone.jpg'));
    await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    await opened.until(finished(opened.studio));
    await opened.until(() => available() === '3');
    expect(opened.studio.applying.batches()[0]?.summary).toMatch(
      /^Applied to 2 of 3 photos\. 2 credits used\. gone\.jpg is not where it was/,
    );
  });
});

describe('what it costs, whatever the pictures are', () => {
  beforeEach(async () => {
    opened = await openOn(server, account, studioFolder(), slowDarkroom(1));
  });

  test('photos with recipes of their own are one authorisation: all of them or none', async () => {
    await opened.online();
    const ids = await opened.import('1.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg', '6.jpg');
    const stroke = { mode: 'keep' as const, radius: 0.1, hardness: 1, points: [[0.5, 0.5] as [number, number]] };
    const edits = ids.map((photoId, index) => ({ photoId, recipe: index % 3 === 0 ? { ...onPaper, strokes: [stroke] } : onPaper }));
    const asked = (): number => opened.line.sent.filter((request) => request === 'POST /v1/operations').length;
    expect(opened.studio.applying.quote(edits)).toMatchObject({ photos: 6, refusal: { code: 'insufficient_credit', shortfall: '1' } });
    expect(await opened.studio.applying.apply(edits, 'all or nothing')).toMatchObject({ error: { code: 'insufficient_credit' } });
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '5', held: '0' });
    expect(asked()).toBe(1);
    await opened.studio.applying.apply(edits.slice(1), 'all or nothing');
    await opened.until(finished(opened.studio));
    expect(asked()).toBe(2);
    expect(opened.studio.applying.batches()[0]).toMatchObject({ applied: 5, charged: '5' });
    expect(ids.map((id) => opened.studio.library.versions(id).map(({ recipe }) => recipe.strokes.length))).toEqual([
      [],
      [0],
      [0],
      [1],
      [0],
      [0],
    ]);
  });

  test('what this machine replays is what the server says', async () => {
    await opened.online();
    const ids = await opened.import('a.jpg', 'b.jpg');
    await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    await opened.until(finished(opened.studio));
    await opened.studio.wallet.sync();
    const mine = opened.studio.wallet.get().wallet;
    const theirs = (await account.get('/v1/wallet')).body;
    expect(mine).toMatchObject({
      available: theirs.available,
      held: theirs.held,
      seq: theirs.seq,
      accountId: theirs.accountId,
      policy: theirs.policy,
    });
    expect(mine?.buckets.map(({ bucket, available: left, grants }) => [bucket, left, grants.length])).toEqual(
      theirs.buckets.map((b: { bucket: string; available: string; grants: unknown[] }) => [b.bucket, b.available, b.grants.length]),
    );
  });

  test('credits short by one: the server refuses, nothing is charged, and as many as possible takes what there is', async () => {
    await opened.online();
    const ids = await opened.import('1.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg', '6.jpg');
    expect(opened.studio.applying.quote(oneRecipe(ids, onPaper)).refusal).toMatchObject({
      code: 'insufficient_credit',
      shortfall: '1',
      affordable: 5,
    });
    const refused = await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    expect(refused).toMatchObject({ ok: false, error: { code: 'insufficient_credit' } });
    expect(!refused.ok && refused.error.message).toContain('Apply to as many as possible (5), or buy more.');
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '5', held: '0' });
    await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'as many as possible');
    await opened.until(finished(opened.studio));
    expect(opened.studio.applying.batches()[0]).toMatchObject({ applied: 5, refused: 1, charged: '5' });
  });
});
