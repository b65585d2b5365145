import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FilesSetAside } from '../../../electron/shell/set-aside.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-set-aside-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => new FilesSetAside(folder, () => '/pictures/Backlot');
const place = (name: string, seconds = 1000): void => {
  writeFileSync(join(folder, name), 'damaged');
  utimesSync(join(folder, name), seconds, seconds);
};

describe('files that were set aside', () => {
  test.each([
    ['library.db.damaged-2026-11-23T090000.000Z', 'library', 'Add your folders again'],
    ['applying.db.damaged-2026-11-23T090000.000Z', 'applying', 'comes back by itself'],
    ['paid-work.db.damaged-2026-11-23T090000.000Z', 'paid-work', 'filed by itself'],
    ['outbox.db.damaged-2026-11-23T090000.000Z', 'outbox', 'Look at Invoices before you order again'],
    ['settings.json.unreadable', 'settings', '/pictures/Backlot'],
  ])('%s: says where it is, what is untouched and what next', (name, about, next) => {
    place(name);
    const [notice, ...others] = open().list();
    expect(others).toEqual([]);
    expect(notice?.about).toBe(about);
    for (const text of [name, folder, 'untouched', next]) expect(notice?.message).toContain(text);
  });

  test('nothing else in the data folder is one', () => {
    for (const name of ['library.db', 'library.db.damaged-2026-11-23T090000.000Z-wal', 'settings.json', 'cache.db']) place(name);
    expect(open().list()).toEqual([]);
  });

  test('each is said until it is dismissed, also after a restart; the file stays', () => {
    place('settings.json.unreadable', 1000);
    place('library.db.damaged-2026-11-23T090000.000Z', 2000);
    const [settings, library] = open().list();
    expect(open().dismiss(settings?.id ?? '')).toEqual([library]);
    expect(open().list()).toEqual([library]);
    expect(open().locate(library?.id ?? '')).toBe(join(folder, 'library.db.damaged-2026-11-23T090000.000Z'));
    expect(open().locate(settings?.id ?? '')).toBeNull();
  });

  test('the same file damaged another time is said again', () => {
    place('settings.json.unreadable', 1000);
    open().dismiss(open().list()[0]?.id ?? '');
    place('settings.json.unreadable', 3000);
    expect(open().list()).toHaveLength(1);
  });

  test('what nobody was told about cannot be dismissed, and an unreadable list of dismissals shows them again', () => {
    expect(open().dismiss('library.db 1')).toEqual([]);
    place('settings.json.unreadable');
    open().dismiss(open().list()[0]?.id ?? '');
    writeFileSync(join(folder, 'dismissed-notices.json'), '[');
    expect(open().list()).toHaveLength(1);
  });
});
