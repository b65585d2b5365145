/** What a machine draws with, as a name that changes with its drivers. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { graphicsOf } from '../../../electron/darkroom/matte/graphics.ts';
import backlot from '../../../package.json' with { type: 'json' };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'backlot-graphics-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function manifest(folder: string, name: string, text = '{}'): string {
  mkdirSync(join(root, folder), { recursive: true });
  const path = join(root, folder, name);
  writeFileSync(path, text);
  return path;
}

describe('on Linux', () => {
  const here = (environment: NodeJS.ProcessEnv = {}): string | null => graphicsOf({ platform: 'linux', environment, root });

  test('there is nothing without a driver for Vulkan, and a folder or a text is none', () => {
    // The user's own drivers are looked for wherever the system's are.
    const own = here();
    mkdirSync(join(root, 'etc/vulkan/icd.d'), { recursive: true });
    manifest('usr/share/vulkan/icd.d', 'readme.txt');
    expect(here()).toBe(own);
    expect(here({ VK_DRIVER_FILES: join(root, 'gone.json') })).toBeNull();
    expect(here({ VK_DRIVER_FILES: '' })).toBeNull();
  });

  test('a driver that comes, goes or is replaced changes the name, and so does another version of Backlot', () => {
    const path = manifest('usr/share/vulkan/icd.d', 'radeon_icd.json');
    const names = [here()];
    expect(here()).toBe(names[0]);
    expect(names[0]).toContain(`Backlot ${backlot.version}`);
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    names.push(here());
    manifest('etc/vulkan/icd.d', 'nvidia_icd.json');
    names.push(here());
    writeFileSync(path, '{"file_format_version": "1.0.1"}');
    names.push(here());
    expect(new Set(names).size).toBe(4);
  });

  test('where the environment names drivers, those count alone', () => {
    manifest('usr/share/vulkan/icd.d', 'radeon_icd.json');
    const [one, other] = [manifest('opt', 'one.json'), manifest('opt', 'other.json')];
    const name = here({ VK_ICD_FILENAMES: [one, other].join(delimiter) });
    expect(name).toContain('one.json');
    expect(name).toContain('other.json');
    expect(name).not.toContain('radeon');
    expect(here({ VK_DRIVER_FILES: one, VK_ICD_FILENAMES: other })).toBe(here({ VK_DRIVER_FILES: one }));
  });
});

test('on Windows the store of drivers counts, and without it there is nothing', () => {
  const here = (): string | null => graphicsOf({ platform: 'win32', environment: { SystemRoot: join(root, 'Windows') }, root });
  expect(here()).toBeNull();
  const store = 'Windows/System32/DriverStore/FileRepository';
  mkdirSync(join(root, store, 'nv_dispi.inf_amd64_0123456789abcdef'), { recursive: true });
  const before = here();
  expect(before).not.toBeNull();
  mkdirSync(join(root, store, 'nv_dispi.inf_amd64_fedcba9876543210'));
  expect(here()).not.toBe(before);
});

test('macOS always has Metal, and an unknown system nothing', () => {
  expect(graphicsOf({ platform: 'darwin', root })).toContain('Metal');
  expect(graphicsOf({ platform: 'freebsd', root })).toBeNull();
});
