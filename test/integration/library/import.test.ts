import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pictureFile } from '../../../electron/library/pictures.ts';
import type { EventPayload } from '../../../shared/ipc/index.ts';
import { openStudioFolder, type StudioFolder } from './studio-folder.ts';

let studio: StudioFolder;
beforeEach(() => {
  studio = openStudioFolder();
});
afterEach(() => studio.close());

const picture = (width = 60, height = 40) => sharp({ create: { width, height, channels: 3, background: '#336699' } });
const at = (name: string): string => join(studio.photos, name);
const jpeg = async (name: string, width?: number, height?: number): Promise<string> => {
  writeFileSync(at(name), await picture(width, height).jpeg().toBuffer());
  return at(name);
};
const importAll = (...paths: string[]) => studio.library.importPaths(paths.length === 0 ? [studio.photos] : paths);
const photos = () => studio.library.snapshot().photos;

describe('importing', () => {
  test('recognises pictures by content, in natural order, with their thumbnails', async () => {
    await jpeg('IMG_10.jpg');
    await jpeg('IMG_2.jpg');
    writeFileSync(at('IMG_3.png'), await picture().png().toBuffer());
    writeFileSync(at('IMG_4.webp'), await picture().webp().toBuffer());
    writeFileSync(at('IMG_5.tif'), await picture().tiff().toBuffer());
    writeFileSync(at('IMG_6'), await picture().png().toBuffer());
    writeFileSync(at('notes.txt'), 'no picture, nobody expects one');
    const { imported, problems } = await importAll();
    expect(problems).toEqual([]);
    expect(photos().map(({ name, format }) => [name, format])).toEqual([
      ['IMG_2.jpg', 'jpeg'],
      ['IMG_3.png', 'png'],
      ['IMG_4.webp', 'webp'],
      ['IMG_5.tif', 'tiff'],
      ['IMG_6', 'png'],
      ['IMG_10.jpg', 'jpeg'],
    ]);
    expect(imported).toEqual(photos().map(({ id }) => id));
    for (const { id } of photos()) expect(existsSync(join(studio.folders.photo(id), 'thumb.webp'))).toBe(true);
    expect(studio.library.snapshot().collections).toMatchObject([{ name: 'photos in', photos: 6 }]);
  });

  test('a wrong extension does not matter: it is what it is', async () => {
    writeFileSync(at('really-a-png.jpg'), await picture().png().toBuffer());
    expect((await importAll()).problems).toEqual([]);
    expect(photos()).toMatchObject([{ format: 'png' }]);
  });

  test('an upright size: EXIF orientation is already applied', async () => {
    writeFileSync(at('turned.jpg'), await picture(60, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    await importAll();
    expect(photos()).toMatchObject([{ width: 40, height: 60 }]);
  });

  test('CMYK and animated pictures come in', async () => {
    writeFileSync(at('print.jpg'), await picture().toColourspace('cmyk').jpeg().toBuffer());
    const frames = await sharp({ create: { width: 40, height: 80, channels: 3, background: '#222222', pageHeight: 40 } })
      .gif()
      .toBuffer();
    writeFileSync(at('moving.gif'), frames);
    expect((await importAll()).problems).toEqual([]);
    expect(photos()).toHaveLength(2);
  });

  test('every problem file is named, and none stops the rest', async () => {
    await jpeg('good.jpg');
    writeFileSync(at('empty.jpg'), '');
    writeFileSync(at('letter.jpg'), 'Dear colleague');
    writeFileSync(at('cut.jpg'), (await picture(400, 400).jpeg().toBuffer()).subarray(0, 300));
    await jpeg('dot.jpg', 1, 1);
    const { imported, problems } = await importAll();
    expect(imported).toHaveLength(1);
    expect(problems.map(({ code, file }) => [file, code]).toSorted()).toEqual([
      ['cut.jpg', 'picture_damaged'],
      ['dot.jpg', 'picture_too_small'],
      ['empty.jpg', 'file_empty'],
      ['letter.jpg', 'not_a_picture'],
    ]);
    for (const { file, message } of problems) expect(message).toContain(file);
  });

  test('a text file that was chosen by itself is named', async () => {
    writeFileSync(at('notes.txt'), 'no picture');
    expect((await importAll(at('notes.txt'))).problems).toMatchObject([{ code: 'not_a_picture', file: 'notes.txt' }]);
  });

  test('the same file twice is one photo, also when two imports run at once', async () => {
    await jpeg('a.jpg');
    const [first, second] = await Promise.all([importAll(), importAll(at('a.jpg'))]);
    expect(second.imported).toEqual(first.imported);
    expect(photos()).toHaveLength(1);
  });

  test('equal content under two names is two photos', async () => {
    copyFileSync(await jpeg('a.jpg'), at('b.jpg'));
    await importAll();
    expect(photos()).toHaveLength(2);
  });

  test('a known file with other content becomes the photo’s new original', async () => {
    await jpeg('a.jpg', 60, 40);
    await importAll();
    const [before] = photos();
    await jpeg('a.jpg', 90, 90);
    expect(await studio.library.original(before?.id ?? '')).toMatchObject({ ok: false, error: { code: 'file_changed' } });
    expect(photos()).toMatchObject([{ state: 'unreadable' }]);
    await importAll();
    expect(photos()).toMatchObject([{ id: before?.id, width: 90, state: 'original', revision: (before?.revision ?? 0) + 1 }]);
  });

  test('tells how far it is, and about photos as they come', async () => {
    for (let n = 0; n < 12; n += 1) await jpeg(`p${n}.jpg`);
    const told: EventPayload<'library.importing'>[] = [];
    const seen: string[] = [];
    studio.events.on('library.importing', (payload) => told.push(structuredClone(payload)));
    studio.events.on('library.changed', ({ photos: changed }) => seen.push(...changed.map(({ id }) => id)));
    const { imported } = await importAll();
    expect(told[0]).toMatchObject({ done: 0, total: 12 });
    expect(told.at(-1)).toMatchObject({ done: 12, total: 12 });
    expect(seen.toSorted()).toEqual(imported.toSorted());
  });

  test('loose files share the day’s collection', async () => {
    await importAll(await jpeg('a.jpg'), await jpeg('b.jpg'));
    const { collections } = studio.library.snapshot();
    expect(collections).toHaveLength(1);
    expect(collections[0]?.name).toMatch(/^Imported on \d+ \w+ \d{4}$/);
  });
});

describe('what happens to the file afterwards', () => {
  test('deleted: missing, and back again when it is put back', async () => {
    await jpeg('a.jpg');
    await importAll();
    const id = photos()[0]?.id ?? '';
    renameSync(at('a.jpg'), at('elsewhere'));
    expect(await studio.library.original(id)).toMatchObject({ ok: false, error: { code: 'file_missing', file: 'a.jpg' } });
    expect(photos()).toMatchObject([{ state: 'missing', problem: { code: 'file_missing' } }]);
    renameSync(at('elsewhere'), at('a.jpg'));
    expect(await studio.library.original(id)).toMatchObject({ ok: true });
    expect(photos()[0]).toMatchObject({ state: 'original' });
    expect(photos()[0]?.problem).toBeUndefined();
  });

  test('taken out of the library: the file stays, and importing brings it back', async () => {
    await jpeg('a.jpg');
    const { imported } = await importAll();
    studio.library.remove(imported);
    expect(photos()).toEqual([]);
    expect(existsSync(at('a.jpg'))).toBe(true);
    expect((await importAll()).imported).toEqual(imported);
    expect(photos()).toHaveLength(1);
  });

  test('the original is never touched by anything here', async () => {
    await jpeg('a.jpg');
    const sha = (): string =>
      createHash('sha256')
        .update(readFileSync(at('a.jpg')))
        .digest('hex');
    const before = sha();
    const { imported } = await importAll();
    studio.library.revert(imported);
    studio.library.remove(imported);
    expect(sha()).toBe(before);
  });
});

describe('picture addresses', () => {
  const nothingMade = { cutoutOf: () => null, glassOf: () => null };
  const find = (kind: Parameters<typeof pictureFile>[3], id: string) => pictureFile(studio.store, studio.folders, nothingMade, kind, id);

  test('are answered by id, never by path', async () => {
    await jpeg('a.jpg');
    const [id = ''] = (await importAll()).imported;
    expect(find('thumb', id)).toEqual({ ok: true, value: { path: join(studio.folders.photo(id), 'thumb.webp'), mime: 'image/webp' } });
    expect(find('full', id)).toEqual({ ok: true, value: { path: at('a.jpg'), mime: 'image/jpeg' } });
    for (const bad of ['../../etc/passwd', at('a.jpg'), id.toLowerCase(), '', `${id}/../x`])
      expect(find('thumb', bad)).toMatchObject({ ok: false });
    expect(find('cutout', id)).toMatchObject({ ok: false });
  });

  test('a photo whose file is gone still has its thumbnail', async () => {
    await jpeg('a.jpg');
    const [id = ''] = (await importAll()).imported;
    rmSync(at('a.jpg'));
    expect(find('thumb', id)).toMatchObject({ ok: true });
    expect(find('full', id)).toMatchObject({ ok: false, error: { code: 'file_missing' } });
  });
});

describe('backgrounds and logos', () => {
  test('are copied, so that a recipe never loses what it names; the same picture is one', async () => {
    const path = await jpeg('wall.jpg');
    const { added, problems } = await studio.assets.addPaths('background', [path, path]);
    expect(problems).toEqual([]);
    expect(new Set(added.map(({ id }) => id)).size).toBe(1);
    rmSync(path);
    const id = added[0]?.id ?? '';
    const file = studio.assets.file(id, 'background');
    expect(file.ok && existsSync(file.value)).toBe(true);
    expect(studio.assets.file(id, 'logo')).toMatchObject({ ok: false, error: { code: 'asset_unknown' } });
    studio.assets.remove(id);
    expect(studio.assets.list()).toEqual([]);
    expect(studio.assets.file(id, 'background')).toMatchObject({ ok: true });
  });

  test('what is no picture is named by its own name and leaves nothing behind', async () => {
    mkdirSync(join(studio.folder, 'x'));
    writeFileSync(join(studio.folder, 'x', 'logo.png'), 'not a picture at all');
    const { added, problems } = await studio.assets.addPaths('logo', [join(studio.folder, 'x', 'logo.png')]);
    expect(added).toEqual([]);
    expect(problems).toMatchObject([{ file: 'logo.png' }]);
    expect(problems[0]?.message).toContain('logo.png');
  });
});
