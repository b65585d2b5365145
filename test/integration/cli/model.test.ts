/** `backlot model`: which network finds the subject, the user's own in its place, and back. No server is asked. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { problemOutput } from '../../../cli/outcome.ts';
import { commands } from '../../../cli/program.ts';
import { networkFindingCar } from '../darkroom/own-networks.ts';
import { backlot } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'backlot-cli-model-'));
const models = join(folder, 'models');
const env = { ...process.env, BACKLOT_CACHE: folder, BACKLOT_DATA: join(folder, 'data') };
const file = join(folder, 'u2net.onnx');

beforeAll(async () => {
  mkdirSync(models);
  writeFileSync(file, await networkFindingCar('U2-Net'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const output = commands.find(({ name }) => name === 'model')?.output;

it('takes in a network of the user’s, shows it, and goes back', async () => {
  const used = await backlot(env, 'model', '--use', file, '--licence', 'Apache-2.0', '--json');
  expect(used).toMatchObject({ code: 0, err: '' });
  expect(output?.parse(JSON.parse(used.out))).toMatchObject({
    kind: 'own',
    own: { family: 'U2-Net', licence: 'Apache-2.0', name: 'u2net.onnx' },
  });
  const shown = await backlot(env, 'model');
  expect(shown).toMatchObject({ code: 0, err: '' });
  expect(shown.out).toMatch(/^Your own: U2-Net\n.+\n {2}File: u2net\.onnx\n {2}Licence: Apache-2\.0\n {2}SHA-256: [\da-f]{64}\n/);
  const left = await backlot(env, 'model', '--remove', '--json');
  expect(output?.parse(JSON.parse(left.out))).toEqual({ kind: 'none' });
  expect(readdirSync(models)).toEqual([]);
});

it('says what is missing or wrong, and changes nothing', async () => {
  const nameless = await backlot(env, 'model', '--use', file, '--json');
  expect(nameless.code).toBe(1);
  expect(problemOutput.parse(JSON.parse(nameless.out)).problem).toMatchObject({ code: 'own_network_licence', file: 'u2net.onnx' });
  expect((await backlot(env, 'model', '--use', file, '--remove')).code).toBe(2);
  expect(readdirSync(models)).toEqual([]);
});
