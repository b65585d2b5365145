/** Processing in the studio: free under one policy, paid by the step under another, on the real server with the real darkroom. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Chain } from '../../../shared/edit/processing/chain.ts';
import type { ProcessingRun } from '../../../shared/ipc/processing.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { closeDarkroom, type OpenedStudio, openOn, processed, removeFolder, studioFolder } from '../wallet/studio-on-server.ts';

const steps: Chain = [{ kind: 'resize', width: 80, height: null }, { kind: 'grayscale' }, { kind: 'convert', format: 'webp' }];

let server: RunningServer;
let opened: OpenedStudio;
let account: Account;
beforeAll(async () => {
  server = await startServer({ args: [] });
});
afterAll(async () => {
  await server.stop();
  await closeDarkroom();
});
afterEach(async () => {
  await opened.close();
  removeFolder(opened.folder);
});

async function studioUnder(policy: 'background-studio' | 'pay-as-you-go'): Promise<void> {
  account = await server.account({ policy, country: 'DE' });
  opened = await openOn(server, account, studioFolder());
  await opened.online();
}
const processing = () => opened.studio.processing;
const out = (): string => join(opened.folder, 'out');
const written = (): string[] =>
  existsSync(out()) ? readdirSync(out(), { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name)) : [];
const onServer = async () => (await account.get('/v1/wallet')).body;

async function run(photoIds: readonly string[], chain: Chain = steps): Promise<ProcessingRun> {
  const started = processing().start(photoIds, chain);
  if (!started.ok) throw new Error(started.error.message);
  return over();
}
const over = (): Promise<ProcessingRun> => processed(opened);
/** A logo that is there and cannot be read any more. */
async function brokenWatermark(): Promise<Chain> {
  const path = join(opened.folder, 'mark.png');
  await sharp({ create: { width: 20, height: 20, channels: 4, background: '#ff0000' } })
    .png()
    .toFile(path);
  const [asset] = (await opened.studio.assets.addPaths('logo', [path])).added;
  if (asset === undefined) throw new Error('The watermark was not added.');
  writeFileSync(join(opened.folder, 'assets', `${asset.id}.png`), 'not a picture');
  return [{ kind: 'watermark', fileId: asset.id, anchor: 'centre', size: 0.5, opacity: 1, margin: 0 }];
}

describe('under background studio', () => {
  test('it is free and needs no network: nothing is sent, originals stay as they are', async () => {
    await studioUnder('background-studio');
    const ids = await opened.import('a.jpg', 'b.jpg');
    const before = readFileSync(join(opened.folder, 'photos in', 'a.jpg'));
    opened.line.cut = true;
    const sent = opened.line.sent.length;
    expect(processing().cost(2, steps)).toMatchObject({ free: true, total: '0', refusal: null });
    const done = await run(ids);
    expect(done).toMatchObject({ state: 'finished', done: 2, failed: 0, free: true, charged: '0', problems: [] });
    expect(done.summary).toBe(`Processed 2 photos into ${out()}. Nothing was charged.`);
    expect(opened.line.sent.slice(sent).filter((line) => line.startsWith('POST'))).toEqual([]);
    expect(
      written()
        .map((name) => name.replace(/^.*[/\\]/, ''))
        .sort(),
    ).toEqual(['a-processed-1.webp', 'b-processed-1.webp']);
    const [first = ''] = written();
    expect(await sharp(join(out(), first)).metadata()).toMatchObject({ format: 'webp', width: 80, height: 60 });
    expect(readFileSync(join(opened.folder, 'photos in', 'a.jpg')).equals(before)).toBe(true);
    expect(readdirSync(join(opened.folder, 'processing'))).toEqual([]);
  });

  test('again into the same folder overwrites nothing', async () => {
    await studioUnder('background-studio');
    const ids = await opened.import('a.jpg');
    await run(ids);
    const [first = ''] = written();
    const hash = createHash('sha256')
      .update(readFileSync(join(out(), first)))
      .digest('hex');
    await run(ids, [{ kind: 'blur', radius: 5 }, ...steps]);
    expect(written()).toHaveLength(2);
    expect(
      createHash('sha256')
        .update(readFileSync(join(out(), first)))
        .digest('hex'),
    ).toBe(hash);
  });

  test('a photo that cannot be processed is named and stops no other', async () => {
    await studioUnder('background-studio');
    const ids = await opened.import('a.jpg', 'b.jpg');
    rmSync(join(opened.folder, 'photos in', 'a.jpg'));
    const done = await run(ids);
    expect(done).toMatchObject({ done: 1, failed: 1, problems: [{ code: 'file_missing', file: 'a.jpg' }] });
    expect(done.summary).toContain('Processed 1 of 2 photos');
  });

  test('a second run waits its turn; cancelling the first leaves the rest of it undone, says so, and the second goes on', async () => {
    await studioUnder('background-studio');
    const ids = await opened.import('a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg');
    const started = processing().start(ids, steps);
    const second = processing().start(ids.slice(0, 2), steps);
    expect(second).toMatchObject({ ok: true, value: { state: 'running', total: 2, ahead: 1, held: 0 } });
    if (!started.ok || !second.ok) throw new Error('Both are taken.');
    const ends = Promise.all([processed(opened, 0, started.value.id), processed(opened, 0, second.value.id)]);
    processing().cancel(started.value.id);
    const [done, next] = await ends;
    expect(done.state).toBe('cancelled');
    expect(done.summary).toContain(`${5 - done.done} photos were not begun.`);
    expect(next).toMatchObject({ state: 'finished', done: 2, failed: 0 });
    expect(written()).toHaveLength(done.done + 2);
  });

  test('ST-02, ST-07: a logo is no free step: not offered, with the reason; neither exported nor previewed', async () => {
    await studioUnder('background-studio');
    const [id = ''] = await opened.import('a.jpg');
    const marking: Chain = [...steps, { kind: 'watermark', fileId: 'LOGO', anchor: 'centre', size: 0.5, opacity: 1, margin: 0 }];
    const reason = 'A logo is placed with Apply changes, one credit per photo.';
    expect(opened.studio.wallet.withheldSteps()).toEqual([{ kind: 'watermark', reason }]);
    const refused = { ok: false, error: { code: 'sold_with', message: `${reason} Nothing was charged.` } };
    expect(processing().cost(1, marking).refusal).toEqual(refused.error);
    expect(processing().start([id], marking)).toEqual(refused);
    expect(await processing().preview(id, marking)).toEqual(refused);
    expect(written()).toEqual([]);
  });

  test('the preview is a picture with an address, and says what the file will be', async () => {
    await studioUnder('background-studio');
    const [id = ''] = await opened.import('a.jpg');
    const preview = await processing().preview(id, steps);
    expect(preview).toMatchObject({ ok: true, value: { photoId: id, width: 80, height: 60, format: 'webp' } });
    const file = await opened.studio.pictureFile('processed', id);
    if (!file.ok) throw new Error(file.error.message);
    expect((await sharp(file.value.path).metadata()).width).toBe(80);
    const outside = await processing().preview(id, [{ kind: 'crop', left: 100, top: 0, width: 100, height: 10 }]);
    expect(outside).toMatchObject({ ok: false, error: { code: 'crop_outside', file: 'a.jpg' } });
  });
});

describe('PG-04: under pay as you go', () => {
  test('every step is offered: each has its price', async () => {
    await studioUnder('pay-as-you-go');
    expect(opened.studio.wallet.withheldSteps()).toEqual([]);
  });

  test('each photo costs the sum of its steps; a preview costs nothing', async () => {
    await studioUnder('pay-as-you-go');
    const ids = await opened.import('a.jpg', 'b.jpg');
    await processing().preview(ids[0] ?? '', steps);
    expect(processing().cost(2, steps)).toMatchObject({ free: false, each: '0.0030', total: '0.0060', refusal: null });
    const done = await run(ids);
    expect(done).toMatchObject({ done: 2, charged: '0.0060' });
    expect(done.summary).toContain('€0.0060 charged.');
    expect(await onServer()).toMatchObject({ available: '0.4940', held: '0.0000' });
  });

  test('an unreadable watermark charges nothing and is named', async () => {
    await studioUnder('pay-as-you-go');
    const ids = await opened.import('a.jpg');
    const done = await run(ids, await brokenWatermark());
    expect(done).toMatchObject({ done: 0, failed: 1, charged: '0.0000', problems: [{ code: 'watermark_unreadable' }] });
    expect(done.problems[0]?.message).toContain('Nothing was charged.');
    expect(await onServer()).toMatchObject({ available: '0.5000', held: '0.0000' });
  });

  test('an output folder that is gone charges nothing', async () => {
    await studioUnder('pay-as-you-go');
    const ids = await opened.import('a.jpg');
    // Where the folder was there is something else now.
    rmSync(out(), { recursive: true, force: true });
    mkdirSync(opened.folder, { recursive: true });
    writeFileSync(out(), '');
    const done = await run(ids);
    expect(done).toMatchObject({ failed: 1, problems: [{ code: 'output_failed', file: 'a.jpg' }] });
    expect(done.problems[0]?.message).toContain('Nothing was charged for it.');
    expect(await onServer()).toMatchObject({ available: '0.5000', held: '0.0000' });
  });

  test('a hold whose answer is lost is asked for again, and is one hold', async () => {
    await studioUnder('pay-as-you-go');
    const ids = await opened.import('a.jpg');
    opened.line.troubles.push('drop response', 'busy 503');
    expect(await run(ids)).toMatchObject({ done: 1, failed: 0, charged: '0.0030' });
    expect(written()).toHaveLength(1);
    expect(await onServer()).toMatchObject({ available: '0.4970', held: '0.0000' });
  });

  test('a network that goes away is waited for, and the wait is said; cancelled meanwhile, nothing is charged', async () => {
    await studioUnder('pay-as-you-go');
    const ids = await opened.import('a.jpg', 'b.jpg');
    opened.line.cut = true;
    const started = processing().start(ids, steps);
    if (!started.ok) throw new Error(started.error.message);
    const waits = (): boolean => processing().runs()[0]?.waiting === true;
    if (!waits())
      await new Promise<void>((resolve) => {
        const end = opened.events.on('processing.changed', () => {
          if (!waits()) return;
          end();
          resolve();
        });
      });
    processing().cancel(started.value.id);
    expect(await over()).toMatchObject({ state: 'cancelled', done: 0, failed: 0, charged: '0.0000', waiting: false });
    expect(processing().runs()[0]?.summary).toContain('Nothing was charged.');
    expect(written()).toEqual([]);
    expect(await onServer()).toMatchObject({ available: '0.5000', held: '0.0000' });
  });

  test('the history names the photo and counts the steps', async () => {
    await studioUnder('pay-as-you-go');
    await run(await opened.import('a.jpg'));
    const titles = (): string[] => opened.studio.wallet.history(null, 10, null).lines.map(({ title }) => title);
    await opened.until(() => titles().some((title) => title.startsWith('Processed')));
    expect(titles()).toContain('Processed a.jpg: 3 steps');
    expect([...opened.studio.wallet.exportHistory()].join('')).toContain('Processed a.jpg: 3 steps');
  });

  test('a charge whose answer is lost is asked again and made once', async () => {
    await studioUnder('pay-as-you-go');
    const ids = await opened.import('a.jpg');
    opened.line.troubles.push(null, 'drop response');
    expect(await run(ids)).toMatchObject({ done: 1, charged: '0.0030' });
    expect(await onServer()).toMatchObject({ available: '0.4970', held: '0.0000' });
  });

  test('without a connection, or without enough credit, it is not begun', async () => {
    await studioUnder('pay-as-you-go');
    const ids = await opened.import('a.jpg');
    expect(processing().cost(200, steps).refusal).toMatchObject({ code: 'insufficient_credit' });
    opened.studio.disconnect('The cable is out.', false);
    expect(processing().start(ids, steps)).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(written()).toEqual([]);
  });
});
