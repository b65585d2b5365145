import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../electron/darkroom/matte/model-folder.ts';
import { cacheDir } from '../../../scripts/setup/places.mjs';

const own = join(homedir(), '.cache', 'backlot');

describe('where downloads are kept', () => {
  it.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, string]>([
    ['nothing named', {}, 'linux', own],
    ['a folder named', { XDG_CACHE_HOME: '/elsewhere' }, 'linux', join('/elsewhere', 'backlot')],
    ['named as nothing', { XDG_CACHE_HOME: '' }, 'linux', own],
    ['a relative folder', { XDG_CACHE_HOME: 'here' }, 'linux', own],
    ['our own name for it', { XDG_CACHE_HOME: '/elsewhere', BACKLOT_CACHE: '/chosen' }, 'linux', '/chosen'],
    ['our own name, empty', { BACKLOT_CACHE: '' }, 'linux', own],
    ['macOS', { XDG_CACHE_HOME: '/elsewhere' }, 'darwin', join(homedir(), 'Library', 'Caches', 'Backlot')],
  ])('%s: set-up and studio agree', (_, environment, platform, folder) => {
    expect(cacheDir(environment, platform)).toBe(folder);
    expect(cacheFolder(environment, platform)).toBe(folder);
  });
});
