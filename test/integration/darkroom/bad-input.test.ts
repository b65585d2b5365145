/** Files that are not what they should be: each gets a clear word, nothing is written, nothing crashes. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import type { Result } from '../../../shared/result.ts';
import { darkroom, picture, sharedCache, teapot, temporaryFolder, withPaper } from './scenes.ts';

const inspectJob = (path: string, folder: string) => ({
  path,
  thumbPath: join(folder, 'thumb.webp'),
  screenPath: join(folder, 'screen.webp'),
});

async function refusal(name: string, content: Buffer): Promise<{ code: string; message: string; left: string[] }> {
  const folder = temporaryFolder();
  const path = join(folder, name);
  writeFileSync(path, content);
  return problemOf(await darkroom().inspect(inspectJob(path, folder)), folder, name);
}

function problemOf(result: Result<unknown>, folder: string, name: string): { code: string; message: string; left: string[] } {
  if (result.ok) throw new Error(`${name} was accepted`);
  return { code: result.error.code, message: result.error.message, left: readdirSync(folder).filter((file) => file !== name) };
}

const smallJpeg = async (): Promise<Buffer> => (await picture(await teapot(450, 300))).jpeg({ quality: 90 }).toBuffer();

/** A JPEG whose header announces another size. */
function announcing(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  let at = 2;
  while (copy[at + 1] !== 0xc0 && copy[at + 1] !== 0xc2) at += 2 + copy.readUInt16BE(at + 2);
  copy.writeUInt16BE(height, at + 5);
  copy.writeUInt16BE(width, at + 7);
  return copy;
}

describe('a file that is no usable picture is refused by name and leaves nothing behind', () => {
  const table: readonly (readonly [string, string, string, () => Promise<Buffer>, RegExp])[] = [
    ['zero bytes', 'empty.jpg', 'file_empty', async () => Buffer.alloc(0), /^empty\.jpg is empty \(0 bytes\)/],
    [
      'a text with a picture name',
      'notes.jpg',
      'not_a_picture',
      async () => Buffer.from('Meeting at nine.'),
      /^notes\.jpg is not a picture/,
    ],
    [
      'a JPEG cut off in the middle',
      'cut.jpg',
      'picture_damaged',
      async () => (await smallJpeg()).subarray(0, 9000),
      /^cut\.jpg is damaged or incomplete/,
    ],
    [
      'a JPEG of which only the start is left',
      'stub.jpg',
      'picture_damaged',
      async () => (await smallJpeg()).subarray(0, 120),
      /^stub\.jpg is damaged/,
    ],
    [
      'a PNG with a damaged body',
      'hurt.png',
      'picture_damaged',
      async () => {
        const png = await (await picture(await teapot(450, 300))).png().toBuffer();
        png.fill(0x5a, 2000, 4000);
        return png;
      },
      /^hurt\.png is damaged/,
    ],
    [
      '1 x 1 pixel',
      'dot.png',
      'picture_too_small',
      async () =>
        sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
          .png()
          .toBuffer(),
      /^dot\.png is only 1 x 1 pixels/,
    ],
    [
      '300 megapixels',
      'wall.jpg',
      'picture_too_large',
      async () => announcing(await smallJpeg(), 20_000, 15_000),
      /^wall\.jpg has 300 megapixels; up to 250/,
    ],
    [
      'a strip of two and a half million pixels',
      'strip.png',
      'picture_too_large',
      async () => {
        const png = await (await picture(await teapot(450, 300))).png().toBuffer();
        png.writeUInt32BE(2_500_000, 16);
        png.writeUInt32BE(64, 20);
        png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
        return png;
      },
      /^strip\.png has 2500000 pixels on one side; up to 65535 are possible\./,
    ],
    [
      'a HEIC that ends early',
      'phone.heic',
      'picture_damaged',
      async () => readFileSync(new URL('fixtures/teapot.heic', import.meta.url)).subarray(0, 6000),
      /^phone\.heic is damaged/,
    ],
  ];
  test.each(table)('%s', async (_, name, code, make, says) => {
    const problem = await refusal(name, await make());
    expect(problem.code).toBe(code);
    expect(problem.message).toMatch(says);
    expect(problem.message).toContain('Nothing was charged.');
    expect(problem.left).toEqual([]);
  });

  test('a file that is not there', async () => {
    const folder = temporaryFolder();
    const result = await darkroom().inspect(inspectJob(join(folder, 'gone.jpg'), folder));
    expect(problemOf(result, folder, 'gone.jpg')).toMatchObject({ code: 'file_missing', left: [] });
  });

  test('a file that this user may not read', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'private.jpg');
    writeFileSync(path, await smallJpeg());
    chmodSync(path, 0o000);
    // Root may read everything: become somebody who may not.
    const result = await asOrdinaryUser(folder, () => darkroom().inspect(inspectJob(path, folder)));
    expect(problemOf(result, folder, 'private.jpg')).toMatchObject({ code: 'permission_denied', left: [] });
  });
});

describe('unusual pictures that do work', () => {
  const accepted = async (name: string, content: Buffer) => {
    const folder = temporaryFolder();
    const path = join(folder, name);
    writeFileSync(path, content);
    const result = await darkroom().inspect(inspectJob(path, folder));
    if (!result.ok) throw new Error(result.error.message);
    const screen = await sharp(join(folder, 'screen.webp')).metadata();
    return { ...result.value, screen };
  };

  test('a PNG with the name of a JPEG is taken for what it is', async () => {
    const png = await (await picture(await teapot(450, 300))).png().toBuffer();
    expect(await accepted('renamed.jpg', png)).toMatchObject({ format: 'png', width: 450, height: 300 });
  });

  test('CMYK is converted', async () => {
    const cmyk = await (await picture(await teapot(450, 300))).toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const { screen, format } = await accepted('print.jpg', cmyk);
    expect({ format, space: screen.space, channels: screen.channels }).toEqual({ format: 'jpeg', space: 'srgb', channels: 3 });
  });

  test('channels that somebody saved beside the colours are no transparency', async () => {
    const tiff = await (await picture(await teapot(450, 300))).tiff({ compression: 'none' }).toBuffer();
    const directory = tiff.readUInt32LE(4);
    for (let n = 0; n < tiff.readUInt16LE(directory); n++) {
      const entry = directory + 2 + 12 * n;
      // What its pixels mean: instead of three colours, black to white, and two channels more.
      if (tiff.readUInt16LE(entry) === 262) tiff.writeUInt16LE(1, entry + 8);
    }
    expect(await sharp(tiff).metadata()).toMatchObject({ space: 'b-w', channels: 3 });
    const { screen, width } = await accepted('selections.tif', tiff);
    expect({ width, hasAlpha: screen.hasAlpha }).toEqual({ width: 450, hasAlpha: false });
  });

  test('of an animation the first frame is used, and how many there are is said', async () => {
    const frame = (colour: string) =>
      sharp({ create: { width: 64, height: 48, channels: 3, background: colour } })
        .png()
        .toBuffer();
    const gif = await sharp([await frame('red'), await frame('blue'), await frame('lime')], { join: { animated: true } })
      .gif()
      .toBuffer();
    expect(await accepted('waving.gif', gif)).toMatchObject({ format: 'gif', frames: 3, width: 64, height: 48 });
  });

  test('HEIC from a phone', async () => {
    const heic = readFileSync(new URL('fixtures/teapot.heic', import.meta.url));
    expect(await accepted('phone.heic', heic)).toMatchObject({ format: 'heic', width: 480, height: 320, bitDepth: 8 });
  });

  test('harmless extra bytes after the picture are no damage', async () => {
    expect(await accepted('trailing.jpg', Buffer.concat([await smallJpeg(), Buffer.alloc(300, 0x20)]))).toMatchObject({ format: 'jpeg' });
  });
});

describe('an export that cannot succeed', () => {
  async function prepared(): Promise<{ folder: string; path: string; room: Darkroom }> {
    const folder = temporaryFolder();
    const path = join(folder, 'teapot.jpg');
    await (await picture(await teapot(450, 300))).jpeg({ quality: 92 }).toFile(path);
    return { folder, path, room: darkroom() };
  }
  const job = (path: string, outPath: string) => ({
    photoId: 'P1',
    path,
    folder: sharedCache(),
    recipe: withPaper(),
    backgroundPath: null,
    logoPath: null,
    outPath,
  });
  /** The code, once the sentence has named the file, said that nothing was charged, and said what to do. */
  function codeOf(result: Result<unknown>): string {
    if (result.ok) return 'ok';
    const { code, message, file } = result.error;
    expect(message).toContain(file ?? 'a file');
    expect(message).toMatch(/Nothing was charged[.;] \S.+\.$/);
    return code;
  }

  test('disk full: the partial file is removed', async () => {
    const { folder, path, room } = await prepared();
    const disk = fullDisk(folder);
    const result = await room.export(job(path, join(disk, 'finished.jpg')));
    expect(codeOf(result)).toBe('disk_full');
    expect(readdirSync(disk)).toEqual([]);
    expect(readdirSync(sharedCache()).filter((name) => name.startsWith('rows-'))).toEqual([]);
  });

  test('a folder that is not there', async () => {
    const { folder, path, room } = await prepared();
    expect(codeOf(await room.export(job(path, join(folder, 'nowhere', 'finished.jpg'))))).toBe('output_failed');
  });

  test('a folder that may not be written to', async () => {
    const { folder, path, room } = await prepared();
    const locked = join(folder, 'locked');
    mkdirSync(locked, { mode: 0o555 });
    // The cut-out is made first, by who may read the model.
    expect(codeOf(await room.export(job(path, join(folder, 'first.jpg'))))).toBe('ok');
    const result = await asOrdinaryUser(folder, () => room.export(job(path, join(locked, 'finished.jpg'))));
    expect(codeOf(result)).toBe('output_denied');
  });

  test('the background picture is gone', async () => {
    const { folder, path, room } = await prepared();
    const recipe = withPaper({ background: { kind: 'file', fileId: 'B1' } });
    const result = await room.export({ ...job(path, join(folder, 'out.jpg')), recipe, backgroundPath: join(folder, 'beach.jpg') });
    expect(codeOf(result)).toBe('background_missing');
    expect(result).toMatchObject({ error: { file: 'beach.jpg' } });
    expect(existsSync(join(folder, 'out.jpg'))).toBe(false);
  });

  test('the background picture is damaged', async () => {
    const { folder, path, room } = await prepared();
    writeFileSync(join(folder, 'beach.jpg'), readFileSync(path).subarray(0, 5000));
    const recipe = withPaper({ background: { kind: 'file', fileId: 'B1' } });
    const result = await room.export({ ...job(path, join(folder, 'out.jpg')), recipe, backgroundPath: join(folder, 'beach.jpg') });
    expect(codeOf(result)).toBe('background_unreadable');
  });

  test('the logo is no picture', async () => {
    const { folder, path, room } = await prepared();
    writeFileSync(join(folder, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><broken');
    const recipe = withPaper({
      logo: { fileId: 'L1', position: { kind: 'anchor', anchor: 'top-left' }, size: 0.2, opacity: 1, margin: 0.03 },
    });
    const result = await room.export({ ...job(path, join(folder, 'out.jpg')), recipe, logoPath: join(folder, 'logo.svg') });
    expect(codeOf(result)).toBe('logo_unreadable');
  });

  test('a photo with nothing in it', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'wall.png');
    await sharp({ create: { width: 640, height: 480, channels: 3, background: '#8c8c8c' } })
      .png()
      .toFile(path);
    const result = await darkroom().export(job(path, join(folder, 'out.jpg')));
    expect(codeOf(result)).toBe('nothing_found');
    expect(existsSync(join(folder, 'out.jpg'))).toBe(false);
  });

  test('a photo that was deleted after its cut-out was made', async () => {
    const { folder, path, room } = await prepared();
    copyFileSync(path, join(folder, 'other.jpg'));
    const result = await room.export(job(join(folder, 'deleted.jpg'), join(folder, 'out.jpg')));
    expect(codeOf(result)).toBe('file_missing');
    expect(result).toMatchObject({ error: { file: 'deleted.jpg' } });
  });
});

/** A small disk that is full: a real one where this user may mount, else a name that leads to the device that is always full. */
function fullDisk(folder: string): string {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', disk], { stdio: 'ignore' });
    onTestFinished(() => void execFileSync('umount', [disk]));
  } catch {
    symlinkSync('/dev/full', join(disk, 'finished.jpg'));
  }
  return disk;
}

async function asOrdinaryUser<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  // The folder has to be reachable for that user, or the test would see the wrong refusal.
  chmodSync(folder, 0o777);
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
