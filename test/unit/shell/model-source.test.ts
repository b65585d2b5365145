/** Where an installed app fetches its model: the published release, or what the installation names. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelSource, nameOf, trustedSources } from '../../../electron/darkroom/matte/model-sources.ts';

const published = '60920e99c45464f2ba57bee2ad08c919a52bbf852739e96947fbb4358c0d964a';
const other = 'AB'.repeat(32);
const named = (text: string | undefined, resources: string | null = null) => modelSource({ BACKLOT_MODEL_SOURCE: text }, resources);

let resources: string;
beforeAll(() => {
  resources = mkdtempSync(join(tmpdir(), 'backlot-resources-'));
});
afterAll(() => rmSync(resources, { recursive: true, force: true }));

test('without a word it is the published release, by size and digest', () => {
  for (const nothing of [undefined, '', '  '])
    expect(named(nothing, resources)).toEqual({
      ok: true,
      value: {
        from: { kind: 'address', address: 'https://github.com/danielgatis/rembg/releases/download/v0.0.0/isnet-general-use.onnx' },
        sha256: published,
        bytes: 178_648_008,
      },
    });
});

describe('a mirror or a file', () => {
  const address = (text: string) => ({ kind: 'address', address: text });
  test.each([
    ['https://mirror.example/isnet.onnx', address('https://mirror.example/isnet.onnx'), published, 178_648_008],
    ['http://127.0.0.1:8080/isnet.onnx', address('http://127.0.0.1:8080/isnet.onnx'), published, 178_648_008],
    ['/srv/isnet.onnx', { kind: 'file', path: '/srv/isnet.onnx' }, published, 178_648_008],
    ['{"file":"/srv/isnet.onnx"}', { kind: 'file', path: '/srv/isnet.onnx' }, published, 178_648_008],
    [`{"url":"https://m.example/n","sha256":"${other}"}`, address('https://m.example/n'), other.toLowerCase(), null],
    [`{"url":"https://m.example/n","sha256":"${other}","bytes":7}`, address('https://m.example/n'), other.toLowerCase(), 7],
  ])('%s', (text, from, sha256, bytes) => {
    expect(named(text)).toEqual({ ok: true, value: { from, sha256, bytes } });
  });

  test.each([
    'http://mirror.example/isnet.onnx',
    'ftp://mirror.example/isnet.onnx',
    'file:///srv/isnet.onnx',
    'https://user:word@mirror.example/isnet.onnx',
    'isnet.onnx',
    '{"file":"isnet.onnx"}',
    '{"url":"https://m.example/n","file":"/srv/n"}',
    '{"sha256":"60920e99"}',
    '{"url":"https://m.example/n","sha256":"60920e99"}',
    '{"url":"https://m.example/n","bytes":-1}',
    '{"url":"https://m.example/n","digest":"x"}',
    '{',
  ])('%s says nothing that can be used, and never what it was', (text) => {
    const source = named(text);
    expect(source).toMatchObject({
      ok: false,
      error: { code: 'model_source_invalid', message: expect.stringMatching(/^BACKLOT_MODEL_SOURCE .*https/) },
    });
    expect(JSON.stringify(source)).not.toContain('user:word');
  });

  test('a whole installation names it beside its resources; the environment goes first', () => {
    writeFileSync(join(resources, 'model-source.json'), '{ "url": "https://files.example/isnet.onnx" }\n');
    const installed = modelSource({}, resources);
    expect(installed.ok && nameOf(installed.value)).toBe('files.example');
    const asked = named('/srv/isnet.onnx', resources);
    expect(asked.ok && nameOf(asked.value)).toBe('/srv/isnet.onnx');
  });
});

test('a model may have been made from the published file and from what is named', () => {
  expect([...trustedSources({}, null)]).toEqual([published]);
  expect([...trustedSources({ BACKLOT_MODEL_SOURCE: `{"file":"/srv/n","sha256":"${other}"}` }, null)]).toEqual([
    published,
    other.toLowerCase(),
  ]);
  expect([...trustedSources({ BACKLOT_MODEL_SOURCE: 'nonsense' }, null)]).toEqual([published]);
});
