import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockGaps } from '../../../scripts/lint/lock-gaps.mjs';
import { missingPackages } from '../../../scripts/setup/dependencies.mjs';
import { root } from '../../../scripts/setup/places.mjs';

const read = (name: string) => readFileSync(join(root, name), 'utf8');
const manifest: Record<string, Record<string, string>> = JSON.parse(read('package.json'));
const lock: { packages: Record<string, { version?: string; integrity?: string; resolved?: string; os?: string[] }> } = JSON.parse(
  read('package-lock.json'),
);

describe('package.json', () => {
  it('names exact versions only', () => {
    const inexact = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] }).filter(
      ([, version]) => !/^(npm:(@[^@/]+\/)?[^@]+@)?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version),
    );
    expect(inexact).toEqual([]);
  });
});

describe('package-lock.json', () => {
  it('names no registry, so that any registry will do', () => {
    expect(Object.keys(lock.packages).filter((path) => lock.packages[path]?.resolved !== undefined)).toEqual([]);
  });

  it('locks what package.json asks for', () => {
    expect(lock.packages['']).toMatchObject({ dependencies: manifest['dependencies'], devDependencies: manifest['devDependencies'] });
  });

  it('holds the digest of every package that can be installed here', () => {
    const open = Object.entries(lock.packages).filter(
      ([path, entry]) => path !== '' && entry.integrity === undefined && (entry.os === undefined || entry.os.includes('linux')),
    );
    // Builds for rarer Linux systems that no registry at hand carried when the lock was written.
    expect(open.map(([path]) => path).filter((path) => !/-(musl|gnu|gnueabihf|musleabihf)$/.test(path))).toEqual([]);
  });

  it('leaves out no optional package of another system, which npm ci would refuse', () => {
    expect(lockGaps(lock)).toEqual([]);
  });
});

describe('lockGaps', () => {
  it('fills in the systems that were left out', () => {
    const gaps = lockGaps({
      packages: {
        'node_modules/a': {
          version: '1.0.0',
          dev: true,
          optionalDependencies: { '@a/linux-x64-musl': '1.0.0', '@a/win32-arm64': '1.0.0', '@a/linux-x64': '1.0.0' },
        },
        'node_modules/@a/linux-x64': { version: '1.0.0' },
      },
    });
    expect(gaps).toEqual([
      {
        path: 'node_modules/@a/linux-x64-musl',
        entry: { version: '1.0.0', cpu: ['x64'], dev: true, libc: ['musl'], optional: true, os: ['linux'] },
      },
      { path: 'node_modules/@a/win32-arm64', entry: { version: '1.0.0', cpu: ['arm64'], dev: true, optional: true, os: ['win32'] } },
    ]);
  });
});

describe('missingPackages', () => {
  const installed = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };
  const cases: [string, Parameters<typeof missingPackages>[0], string[]][] = [
    ['nothing when all is there', { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } }, []],
    ['another version', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }, ['node_modules/a']],
    ['another content', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } }, ['node_modules/a']],
    ['an absent package', { 'node_modules/b': { version: '1.0.0' } }, ['node_modules/b']],
    [
      'an absent package for this system',
      { 'node_modules/b': { optional: true, os: [process.platform], cpu: [process.arch] } },
      ['node_modules/b'],
    ],
    ['no package for another system', { 'node_modules/b': { optional: true, os: ['beos'], cpu: [process.arch] } }, []],
  ];
  it.each(cases)('finds %s', (_what, locked, expected) => {
    expect(missingPackages(locked, installed)).toEqual(expected);
  });
});
