import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureSystem } from '../../../scripts/setup/system.mjs';

let programs = '';
beforeEach(() => {
  programs = mkdtempSync(join(tmpdir(), 'backlot-programs-'));
});
afterEach(() => rmSync(programs, { recursive: true, force: true }));

const ensure = (host: { platform?: NodeJS.Platform; isRoot?: boolean } = {}) =>
  ensureSystem({
    executable: null,
    programs: ['pdftotext'],
    log: () => undefined,
    host: { platform: 'linux', isRoot: false, path: programs, ...host },
  });

describe('system packages', () => {
  it('does nothing when all is there', async () => {
    writeFileSync(join(programs, 'pdftotext'), '');
    await expect(ensure()).resolves.toBeUndefined();
  });

  it('tells whoever is not root the one command', async () => {
    writeFileSync(join(programs, 'apt-get'), '');
    await expect(ensure()).rejects.toThrow('sudo apt-get install -y --no-install-recommends poppler-utils');
  });

  it('names the packages where there is no apt-get', async () => {
    await expect(ensure({ isRoot: true })).rejects.toThrow('on Debian: poppler-utils');
  });

  it.each(['darwin', 'win32'] as const)('needs nothing on %s', async (platform) => {
    await expect(ensure({ platform })).resolves.toBeUndefined();
  });
});
