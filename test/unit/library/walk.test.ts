import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hasPictureSignature } from '../../../electron/library/recognise.ts';
import { type Walk, walk } from '../../../electron/library/walk.ts';

let root: string;
const at = (...parts: string[]): string => join(root, ...parts);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'backlot-walk-'));
  mkdirSync(at('shoot', 'second'), { recursive: true });
  for (const name of ['IMG_10.jpg', 'IMG_2.jpg', '.hidden.jpg', 'notes.txt']) writeFileSync(at('shoot', name), 'x');
  writeFileSync(at('shoot', 'second', 'IMG_1.jpg'), 'x');
  writeFileSync(at('loose.png'), 'x');
});
afterEach(() => {
  for (const folder of [at('shoot'), at('shoot', 'second')]) chmodSync(folder, 0o755);
  rmSync(root, { recursive: true, force: true });
});

describe('walking what was dropped', () => {
  test('folders to the end, in natural order, without hidden files', async () => {
    const { candidates, problems } = await walk([at('shoot')]);
    expect(candidates.map(({ name }) => name)).toEqual(['IMG_2.jpg', 'IMG_10.jpg', 'notes.txt', 'IMG_1.jpg']);
    expect(new Set(candidates.map(({ folder }) => folder))).toEqual(new Set([at('shoot')]));
    expect(problems).toEqual([]);
  });

  test('a file chosen by itself belongs to no folder', async () => {
    expect((await walk([at('loose.png')])).candidates).toEqual([{ path: at('loose.png'), name: 'loose.png', folder: null, chosen: true }]);
  });

  test('the same file twice is one candidate', async () => {
    expect((await walk([at('shoot'), at('shoot', 'IMG_2.jpg'), at('shoot')])).candidates).toHaveLength(4);
  });

  test('a link that leads in a circle ends', async () => {
    symlinkSync(at('shoot'), at('shoot', 'second', 'again'));
    expect((await walk([at('shoot')])).candidates).toHaveLength(4);
  });

  test('a link to nowhere is passed over', async () => {
    symlinkSync(at('gone'), at('shoot', 'dangling.jpg'));
    const { candidates, problems } = await walk([at('shoot')]);
    expect(candidates.map(({ name }) => name)).not.toContain('dangling.jpg');
    expect(problems).toEqual([]);
  });

  test('what does not exist is named', async () => {
    expect((await walk([at('nowhere.jpg')])).problems).toMatchObject([{ code: 'file_missing', file: 'nowhere.jpg' }]);
  });

  test.runIf(process.geteuid?.() !== undefined)('a folder that may not be read is named and does not stop the rest', async () => {
    chmodSync(root, 0o755);
    chmodSync(at('shoot', 'second'), 0o000);
    const { candidates, problems } = await walkWithoutRights([at('shoot')]);
    expect(problems).toMatchObject([{ code: 'folder_unreadable', file: 'second' }]);
    expect(candidates).toHaveLength(3);
  });

  test.runIf(process.geteuid?.() !== undefined)('a chosen folder that may not be read is named as one, with the way on', async () => {
    chmodSync(root, 0o755);
    chmodSync(at('shoot'), 0o000);
    const { candidates, problems } = await walkWithoutRights([at('shoot'), at('loose.png')]);
    expect(problems).toEqual([
      {
        code: 'folder_unreadable',
        file: 'shoot',
        message: 'The folder shoot may not be read by this user. Nothing was imported from it. Change its permissions, then try again.',
      },
    ]);
    expect(candidates).toMatchObject([{ name: 'loose.png' }]);
  });
});

/** Root may read everything, so permissions are tried by a process that has given that right up. */
async function walkWithoutRights(paths: readonly string[]): Promise<Walk> {
  if (process.geteuid?.() !== 0) return walk(paths);
  const module = JSON.stringify(new URL('../../../electron/library/walk.ts', import.meta.url).href);
  const script = `import(${module}).then(async ({ walk }) => console.log(JSON.stringify(await walk(${JSON.stringify(paths)}))))`;
  const rights = ['--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-dac_override,-dac_read_search'];
  const output = await new Promise<string>((resolve, reject) =>
    execFile('setpriv', [...rights, process.execPath, '-e', script], (error, stdout) => (error ? reject(error) : resolve(stdout))),
  );
  // The script prints what walk answers.
  return JSON.parse(output) as Walk;
}

describe('recognising pictures by their first bytes', () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
  test.each([
    ['JPEG', '\xff\xd8\xff\xe0', true],
    ['PNG', '\x89PNG\r\n\x1a\n', true],
    ['GIF', 'GIF89a', true],
    ['WebP', 'RIFF\0\0\0\0WEBP', true],
    ['WAV', 'RIFF\0\0\0\0WAVE', false],
    ['TIFF, little-endian', 'II*\0', true],
    ['TIFF, big-endian', 'MM\0*', true],
    ['HEIC', '\0\0\0\x18ftypheic', true],
    ['AVIF', '\0\0\0\x18ftypavif', true],
    ['MP4', '\0\0\0\x18ftypisom', false],
    ['text', 'hello, world', false],
    ['nothing', '', false],
  ])('%s', (_name, head, expected) => expect(hasPictureSignature(bytes(head))).toBe(expected));
});
