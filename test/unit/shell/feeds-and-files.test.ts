import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesFromInstance, filesIn } from '../../../electron/shell/passed-files.ts';
import { configuredFeed } from '../../../electron/shell/updater.ts';
import { Log } from '../../../electron/storage/log.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-passed-'));
  writeFileSync(join(folder, 'a.jpg'), 'a');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('where updates come from', () => {
  test.each([
    [undefined, null],
    ['', null],
    ['nonsense', null],
    ['http://updates.example/', null],
    ['ftp://updates.example/', null],
    ['file:///tmp/', null],
    ['https://updates.example/backlot/', 'https://updates.example/backlot/'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/'],
  ])('%s: %s', (address, expected) => {
    expect(configuredFeed({ BACKLOT_UPDATE_FEED: address }, folder)).toBe(expected);
  });

  test('one line beside the program names it, unless the environment does', () => {
    const resources = join(folder, 'resources');
    mkdirSync(resources);
    writeFileSync(join(resources, 'update-feed.txt'), 'https://updates.example/backlot/\n');
    expect(configuredFeed({}, resources)).toBe('https://updates.example/backlot/');
    expect(configuredFeed({ BACKLOT_UPDATE_FEED: '' }, resources)).toBeNull();
  });
});

describe('files handed over on the command line', () => {
  test('existing files and folders are taken, switches and the program itself are not', () => {
    const argv = ['/usr/bin/backlot', '--no-sandbox', '/app', 'a.jpg', folder, 'gone.jpg', '--flag=a.jpg'];
    expect(filesIn(argv, folder, '/app')).toEqual([join(folder, 'a.jpg'), folder]);
  });

  test.each([
    'backlot:x/..',
    'backlot:x/../../..',
    'BACKLOT:x/..',
    'backlot://return/wallet',
    'file:x/..',
    'javascript:x/..',
    'web+backlot:x/..',
    ' backlot:x/..',
  ])('an address (%s) is never taken for a path, even where that path exists', (address) => {
    const here = join(folder, 'here');
    mkdirSync(join(here, 'x'), { recursive: true });
    expect(filesIn(['electron', address, 'x'], here, '/app')).toEqual([join(here, 'x')]);
  });

  test('a drive is not a scheme', () => {
    writeFileSync(join(folder, 'C:photo.jpg'), 'x');
    expect(filesIn(['electron', 'C:photo.jpg'], folder, '/app')).toEqual([join(folder, 'C:photo.jpg')]);
  });

  test.each([null, undefined, 7, {}, { files: 'a' }, { files: [1] }])('a second instance that hands over %j hands over nothing', (data) => {
    expect(filesFromInstance(data)).toEqual([]);
  });
});

describe('the log', () => {
  test('a fault stands in the log under the reference that the user is given', () => {
    const log = new Log(join(folder, 'logs'), () => new Date('2026-11-23T10:00:00Z'));
    const reference = log.fault('wallet.buy', new Error('the cause'));
    log.line('studio', 'two\nlines');
    expect(reference).toMatch(/^[0-9A-Z]+-1$/);
    const text = readFileSync(log.path, 'utf8');
    expect(text).toContain(`2026-11-23T10:00:00.000Z wallet.buy: [${reference}] Error: the cause`);
    expect(text).toContain('studio: two\n    lines\n');
  });

  test('a log that has grown is put aside at the next start', () => {
    const path = join(folder, 'big', 'backlot.log');
    new Log(join(folder, 'big'), () => new Date(0)).line('studio', 'x'.repeat(1_100_000));
    new Log(join(folder, 'big'), () => new Date(0)).line('studio', 'short');
    expect(statSync(path).size).toBeLessThan(100);
    expect(statSync(`${path}.1`).size).toBeGreaterThan(1_000_000);
  });
});
