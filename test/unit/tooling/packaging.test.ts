import { expect, it } from 'vitest';
import { builderArguments } from '../../../scripts/packaging/arguments.mjs';
import type { ElectronRuntime } from '../../../scripts/setup/electron.mjs';

const official: ElectronRuntime = { version: '45.4.1', folder: '/runtime', executable: '/runtime/electron', source: 'official' };
const fallback: ElectronRuntime = { ...official, version: '42.0.0', source: 'fallback' };
const usual = ['--publish=never', '-c.electronVersion=45.4.1'];

it('packs an unpacked folder with the runtime at hand', () => {
  expect(builderArguments([], official, 'linux')).toEqual(['--dir', ...usual, '-c.electronDist=/runtime']);
});

it('passes on what is to be made', () => {
  expect(builderArguments(['--linux', 'deb', '--output', 'there'], official, 'linux')).toEqual([
    '--linux',
    'deb',
    ...usual,
    '-c.electronDist=/runtime',
    '-c.directories.output=there',
  ]);
});

it('packs no Linux runtime for another system', () => {
  expect(builderArguments(['--win', 'nsis'], official, 'linux')).toEqual(['--win', 'nsis', ...usual]);
});

it('refuses the fallback runtime unless it is asked for by name', () => {
  expect(() => builderArguments([], fallback)).toThrow('nothing was packed');
  expect(builderArguments(['--allow-fallback-runtime'], fallback)).toContain('-c.electronVersion=42.0.0');
});

it('keeps what is ours to itself', () => {
  expect(builderArguments(['--with-model', '--linux', 'deb'], official, 'linux')).toEqual([
    '--linux',
    'deb',
    ...usual,
    '-c.electronDist=/runtime',
  ]);
});
