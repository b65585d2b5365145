import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cipher, SecretFile } from '../../../electron/connection/secrets.ts';
import { SettingsStore } from '../../../electron/storage/settings.ts';
import type { Settings } from '../../../shared/ipc/index.ts';

const defaults: Settings = { theme: 'system', surround: 118, outputFolder: '/pictures', serverUrl: null };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('settings', () => {
  test('are the defaults at first and what was set afterwards, also after a restart', () => {
    const path = join(folder, 'deep', 'settings.json');
    const store = new SettingsStore(path, defaults);
    const heard: Settings[] = [];
    store.onChange((settings) => heard.push(settings));
    expect(store.get()).toEqual(defaults);
    store.set({ theme: 'light', surround: undefined });
    expect(heard).toEqual([{ ...defaults, theme: 'light' }]);
    expect(new SettingsStore(path, defaults).get()).toEqual({ ...defaults, theme: 'light' });
    expect(readdirSync(join(folder, 'deep'))).toEqual(['settings.json']);
  });

  test.each(['', '{"theme":', '{"theme":"pink"}', '[]x', 'null}'])('a file with %j is put aside and the defaults are used', (text) => {
    const path = join(folder, 'settings.json');
    writeFileSync(path, text);
    expect(new SettingsStore(path, defaults).get()).toEqual(defaults);
    expect(readFileSync(`${path}.unreadable`, 'utf8')).toBe(text);
  });

  test('a setting from an older version keeps its value beside new defaults', () => {
    const path = join(folder, 'settings.json');
    writeFileSync(path, '{"surround":40,"formerly":true}');
    expect(new SettingsStore(path, defaults).get()).toEqual({ ...defaults, surround: 40 });
  });
});

describe('secrets', () => {
  const none: Cipher = { available: () => false, encrypt: () => Buffer.alloc(0), decrypt: () => '' };
  const flip = (data: Buffer): Buffer => Buffer.from(data.map((byte) => byte ^ 0x55));
  const keychain: Cipher = { available: () => true, encrypt: (text) => flip(Buffer.from(text)), decrypt: (data) => flip(data).toString() };

  test('without a keychain only the user may read the file', () => {
    const path = join(folder, 'token.json');
    new SecretFile(path, none).write('s3cret');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(new SecretFile(path, none).read()).toBe('s3cret');
  });

  test('with a keychain the file does not hold the secret', () => {
    const path = join(folder, 'token.json');
    new SecretFile(path, keychain).write('s3cret');
    expect(readFileSync(path, 'utf8')).not.toContain('s3cret');
    expect(new SecretFile(path, keychain).read()).toBe('s3cret');
  });

  test('a label stays readable without the keychain', () => {
    const path = join(folder, 'token.json');
    new SecretFile(path, keychain).write('s3cret', 'order 1');
    expect(new SecretFile(path, none).label()).toBe('order 1');
    new SecretFile(path, keychain).write('s3cret');
    expect(new SecretFile(path, none).label()).toBeNull();
  });

  test('a file that was readable for others is replaced by a private one', () => {
    const path = join(folder, 'token.json');
    writeFileSync(path, 'old');
    chmodSync(path, 0o644);
    new SecretFile(path, none).write('new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('absent, damaged and undecipherable count as absent', () => {
    const path = join(folder, 'token.json');
    expect(new SecretFile(path, none).read()).toBeNull();
    writeFileSync(path, '{"how":"keychain"');
    expect(new SecretFile(path, none).read()).toBeNull();
    const broken: Cipher = {
      ...keychain,
      decrypt: () => {
        throw new Error('wrong key');
      },
    };
    new SecretFile(path, keychain).write('s3cret');
    expect(new SecretFile(path, broken).read()).toBeNull();
    expect(existsSync(path)).toBe(true);
  });
});
