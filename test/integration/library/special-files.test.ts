/** What is not a file with a picture in it is refused at once, by name, and takes nothing along: no thread waits, nothing is copied. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openStudioFolder, type StudioFolder } from './studio-folder.ts';

/** The start of a real picture, so that only the kind of file decides. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

// Windows has no such files.
describe.runIf(process.platform !== 'win32')('special files', () => {
  let studio: StudioFolder;
  beforeAll(() => {
    studio = openStudioFolder();
  });
  afterAll(() => studio.close());

  const at = (name: string): string => join(studio.photos, name);
  const pipe = (name: string): string => {
    execFileSync('mkfifo', [at(name)]);
    return at(name);
  };

  test('more pipes than threads that read files, chosen as logos, hold up nothing', async () => {
    const pipes = Array.from({ length: 6 }, (_, n) => pipe(`logo-${n}.png`));
    const { added, problems } = await studio.assets.addPaths('logo', pipes);
    expect(added).toEqual([]);
    expect(problems.map(({ code, file }) => ({ code, file }))).toEqual(
      pipes.map((_, n) => ({ code: 'not_a_file', file: `logo-${n}.png` })),
    );
    expect(existsSync(studio.folders.assets) ? readdirSync(studio.folders.assets) : []).toEqual([]);
  });

  test.each(['/dev/zero', '/dev/null', '/dev/random'])('the device %s is no background', async (device) => {
    const link = at(`${device.split('/').at(-1)}.png`);
    symlinkSync(device, link);
    for (const path of [device, link]) {
      const { problems } = await studio.assets.addPaths('background', [path]);
      expect(problems).toMatchObject([{ code: 'not_a_file' }]);
    }
  });

  test('a socket, a pipe and a device that were chosen as photos are named; in a folder they are passed over', async () => {
    const folder = at('shoot');
    mkdirSync(folder);
    const server = createServer().listen(join(folder, 'a.jpg'));
    onTestFinished(() => void server.close());
    await new Promise((listening) => server.once('listening', listening));
    execFileSync('mkfifo', [join(folder, 'b.jpg')]);
    const chosen = await studio.library.importPaths([join(folder, 'a.jpg'), join(folder, 'b.jpg'), '/dev/zero']);
    expect(chosen.problems.map(({ code, file }) => [code, file])).toEqual([
      ['not_a_file', 'a.jpg'],
      ['not_a_file', 'b.jpg'],
      ['not_a_file', 'zero'],
    ]);
    expect(chosen.problems[0]?.message).toContain('It was not imported');
    expect(await studio.library.importPaths([folder])).toMatchObject({ imported: [], problems: [] });
  });

  test('a file larger than any picture is refused by its size, without being read to its end', async () => {
    const path = at('sparse.png');
    writeFileSync(path, PNG);
    truncateSync(path, 9_000_000_000);
    expect((await studio.library.importPaths([path])).problems).toMatchObject([{ code: 'file_too_large', file: 'sparse.png' }]);
    expect((await studio.assets.addPaths('logo', [path])).problems).toMatchObject([{ code: 'file_too_large', file: 'sparse.png' }]);
  });

  test('the darkroom refuses them too, wherever a path comes from', async () => {
    const path = pipe('photo.jpg');
    const outPath = at('out.png');
    const processed = await studio.darkroom.process({ path, chain: [{ kind: 'flip' }], files: {}, outPath, screen: null });
    expect(processed).toMatchObject({ ok: false, error: { code: 'not_a_picture', file: 'photo.jpg' } });
    const inspected = await studio.darkroom.inspect({ path: '/dev/zero', thumbPath: at('t.webp'), screenPath: at('s.webp') });
    expect(inspected).toMatchObject({ ok: false, error: { code: 'not_a_picture' } });
  });
});
