import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderName, placeCopy, saveCopy } from '../../../electron/library/output.ts';

let root: string;
let source: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'backlot-output-'));
  source = join(root, 'result.jpg');
  writeFileSync(source, 'finished');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const save = () => saveCopy({ source, outputFolder: join(root, 'out'), collection: 'Shoot 12', name: 'IMG_0042.HEIC' });

describe('the copy in the output folder', () => {
  test('is named after the photo, with the format of the result', async () => {
    expect(await save()).toEqual({ ok: true, value: join(root, 'out', 'Shoot 12', 'IMG_0042-1.jpg') });
  });

  test('never overwrites: the next one gets the next number', async () => {
    mkdirSync(join(root, 'out', 'Shoot 12'), { recursive: true });
    writeFileSync(join(root, 'out', 'Shoot 12', 'IMG_0042-1.jpg'), 'somebody else’s');
    expect(await save()).toMatchObject({ value: join(root, 'out', 'Shoot 12', 'IMG_0042-2.jpg') });
    expect(await save()).toMatchObject({ value: join(root, 'out', 'Shoot 12', 'IMG_0042-3.jpg') });
    expect(readFileSync(join(root, 'out', 'Shoot 12', 'IMG_0042-1.jpg'), 'utf8')).toBe('somebody else’s');
  });

  test('takes no second space on the same file system', async () => {
    const saved = await save();
    expect(saved.ok && statSync(saved.value).ino).toBe(statSync(source).ino);
  });

  test.runIf(process.platform === 'linux')('copies where the other file system allows no link', async () => {
    const memory = mkdtempSync('/dev/shm/backlot-output-');
    try {
      const saved = await saveCopy({ source, outputFolder: memory, collection: 'A', name: 'b.jpg' });
      expect(saved).toEqual({ ok: true, value: join(memory, 'A', 'b-1.jpg') });
      expect(readFileSync(join(memory, 'A', 'b-1.jpg'), 'utf8')).toBe('finished');
    } finally {
      rmSync(memory, { recursive: true });
    }
  });

  test('after an interruption the one that is there already is found by its content, behind others of its name', async () => {
    const job = { source, outputFolder: join(root, 'out'), collection: 'Shoot 12', name: 'IMG_0042.HEIC' };
    mkdirSync(join(root, 'out', 'Shoot 12'), { recursive: true });
    writeFileSync(join(root, 'out', 'Shoot 12', 'IMG_0042-1.jpg'), 'another');
    const first = await placeCopy(job, true);
    expect(first).toEqual({ ok: true, value: join(root, 'out', 'Shoot 12', 'IMG_0042-2.jpg') });
    expect(await placeCopy(job, true)).toEqual(first);
    expect(readdirSync(join(root, 'out', 'Shoot 12'))).toHaveLength(2);
    expect(await placeCopy(job)).toMatchObject({ value: join(root, 'out', 'Shoot 12', 'IMG_0042-3.jpg') });
  });

  test('that cannot be saved is a problem which names photo, folder and way on', async () => {
    writeFileSync(join(root, 'out'), 'a file, not a folder');
    const saved = await save();
    expect(saved).toMatchObject({ ok: false, error: { code: 'copy_not_saved', file: 'IMG_0042.HEIC' } });
    expect(!saved.ok && saved.error.message).toContain('is safe in the library');
    expect(readdirSync(root).sort()).toEqual(['out', 'result.jpg']);
  });
});

describe('folder names', () => {
  test.each([
    ['Shoot 12', 'Shoot 12'],
    ['a/b\\c:d', 'a_b_c_d'],
    ['..', '_'],
    ['CON', 'CON_'],
    ['trailing. ', 'trailing'],
    ['', '_'],
    ['with\0null', 'with_null'],
  ])('%j -> %j', (name, expected) => expect(folderName(name)).toBe(expected));
});
