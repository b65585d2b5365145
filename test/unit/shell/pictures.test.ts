import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PictureFile } from '../../../electron/library/pictures.ts';
import { bundleResponder, parseRange, pictureResponder } from '../../../electron/shell/pictures.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';

const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
let folder: string;
let asked: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-pictures-'));
  mkdirSync(join(folder, 'bundle', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.json'), '{"token":"t"}');
  writeFileSync(join(folder, 'bundle', 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'bundle', 'assets', 'app-1a2b.js'), 'export {};');
  writeFileSync(join(folder, 'picture.webp'), '0123456789');
  writeFileSync(join(folder, 'notes.txt'), 'text');
  writeFileSync(join(folder, 'empty.png'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const picture = (address: string, init?: RequestInit): Promise<Response> => {
  const file = (name: string, mime = 'image/webp') => ok({ path: join(folder, name), mime });
  const find = async (kind: string, wanted: string): Promise<Result<PictureFile>> => {
    asked.push(`${kind}/${wanted}`);
    if (wanted === id) return file('picture.webp');
    if (wanted === 'GONE') return file('gone.webp');
    if (wanted === 'TEXT') return file('notes.txt', 'application/octet-stream');
    if (wanted === 'EMPTY') return file('empty.png', 'image/png');
    if (wanted === 'FAULT') throw new Error('the library is closed');
    return fail({ code: 'picture_unknown', message: 'There is no such picture.' });
  };
  return pictureResponder(find, 'app://backlot')(new Request(address, init));
};

describe('pictures by id', () => {
  test('a known id answers the file with its type, its length and a cache by revision', async () => {
    const answer = await picture(`photo://thumb/${id}?rev=3`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/webp');
    expect(answer.headers.get('content-length')).toBe('10');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(answer.headers.get('access-control-allow-origin')).toBe('app://backlot');
    expect(await answer.text()).toBe('0123456789');
  });

  test('without a revision nothing is cached', async () => {
    expect((await picture(`photo://current/${id}`)).headers.get('cache-control')).toBe('no-store');
  });

  test('a range answers that part', async () => {
    const answer = await picture(`photo://full/${id}?rev=1`, { headers: { Range: 'bytes=2-4' } });
    expect([answer.status, answer.headers.get('content-range'), await answer.text()]).toEqual([206, 'bytes 2-4/10', '234']);
  });

  test('a range outside the file is refused with its size', async () => {
    const answer = await picture(`photo://full/${id}?rev=1`, { headers: { Range: 'bytes=20-' } });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  });

  test.each(['photo://thumb/UNKNOWN', 'photo://thumb/GONE', 'photo://thumb/TEXT', 'photo://thumb/FAULT'])(
    '%s is a 404',
    async (address) => {
      expect((await picture(address)).status).toBe(404);
    },
  );

  test.each([
    'photo://thumb/%2Fetc%2Fpasswd',
    'photo://thumb/..%2f..%2fsecret.json',
    'photo://thumb/a/b',
    'photo://thumb//etc/passwd',
    'photo://thumb/',
    `photo://elsewhere/${id}`,
    `photo://thumb/${'x'.repeat(65)}`,
  ])('%s is a 404 without asking the library', async (address) => {
    asked = [];
    expect((await picture(address)).status).toBe(404);
    expect(asked).toEqual([]);
  });

  test('only reading is possible', async () => {
    expect((await picture(`photo://thumb/${id}`, { method: 'POST', body: 'x' })).status).toBe(404);
    const head = await picture(`photo://thumb/${id}?rev=1`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
  });

  test('an empty file is an empty answer', async () => {
    expect(await (await picture('photo://asset/EMPTY?rev=1')).text()).toBe('');
  });
});

describe('the bundle', () => {
  const bundle = (address: string): Promise<Response> => bundleResponder(join(folder, 'bundle'))(new Request(address));

  test('the page carries the content security policy', async () => {
    const answer = await bundle('app://backlot/');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  });

  test('files with a hash in their name are kept', async () => {
    expect((await bundle('app://backlot/assets/app-1a2b.js')).headers.get('cache-control')).toContain('immutable');
  });

  test.each([
    'app://backlot/..%2fsecret.json',
    'app://backlot/%2e%2e/secret.json',
    'app://backlot/..%5csecret.json',
    'app://backlot/%00',
    'app://backlot/%',
    'app://elsewhere/index.html',
    'app://backlot/assets',
  ])('%s is a 404', async (address) => {
    expect((await bundle(address)).status).toBe(404);
  });
});

test.each([
  ['bytes=0-0', 0, 0],
  ['bytes=5-', 5, 9],
  ['bytes=-3', 7, 9],
  ['bytes=-100', 0, 9],
  ['bytes=3-100', 3, 9],
])('range %s of ten bytes is %i to %i', (header, start, end) => {
  expect(parseRange(header, 10)).toEqual({ start, end });
});

test.each(['bytes=', 'bytes=-', 'bytes=5-4', 'bytes=10-', 'lines=1-2', 'bytes=1-2,4-5', 'bytes=-0'])(
  'range %s cannot be satisfied',
  (header) => {
    expect(parseRange(header, 10)).toBeNull();
  },
);
