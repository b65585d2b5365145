/** The record of the user's own network is followed, whoever writes it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeAtomically } from '../../../electron/darkroom/files/write-out.ts';
import { leaveOwn } from '../../../electron/darkroom/matte/own-model.ts';
import { type Kept, ownRecordIn } from '../../../electron/darkroom/matte/own-record.ts';
import { NetworkWatch } from '../../../electron/weights/network-watch.ts';
import type { OwnNetwork } from '../../../shared/ipc/model.ts';

const parent = mkdtempSync(join(tmpdir(), 'backlot-watch-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const kept = (sha256: string): Kept => ({
  own: { name: `${sha256}.onnx`, sha256, bytes: 1, licence: 'MIT', family: 'U2-Net', iou: 0.9, timesAsLong: null },
  reading: { family: 'U2-Net', input: 'x', output: 'y', side: 320, mean: [0, 0, 0], deviation: [1, 1, 1], logits: false },
});
const write = (folder: string, network: Kept): Promise<void> => writeAtomically(ownRecordIn(folder), Buffer.from(JSON.stringify(network)));

function watching(folder: string) {
  const heard: (OwnNetwork | null)[] = [];
  const watch = new NetworkWatch(folder, (own) => heard.push(own));
  return { heard, watch };
}

test('what another process writes, replaces and removes is heard of, each once', async () => {
  // It is not there yet, as before anything was ever fetched.
  const folder = join(parent, 'new', 'models');
  const { heard, watch } = watching(folder);
  watch.begin();
  expect([watch.own, heard]).toEqual([null, []]);
  await write(folder, kept('one'));
  await expect.poll(() => heard).toEqual([kept('one').own]);
  writeFileSync(join(folder, 'isnet.weights'), 'another file of the folder');
  await write(folder, kept('one'));
  await write(folder, kept('two'));
  await expect.poll(() => heard.at(-1)).toEqual(kept('two').own);
  await leaveOwn(folder);
  await expect.poll(() => heard.at(-1)).toBeNull();
  expect(heard.map((own) => own?.sha256 ?? null)).toEqual(['one', 'two', null]);
  expect(watch.own).toBeNull();
  watch.end();
});

test('where nothing can be watched, and after the end, it is seen when somebody looks', async () => {
  const file = join(parent, 'a-file');
  writeFileSync(file, '');
  const nowhere = watching(join(file, 'models'));
  nowhere.watch.begin();
  expect([nowhere.watch.own, nowhere.heard]).toEqual([null, []]);
  const folder = join(parent, 'models');
  const { heard, watch } = watching(folder);
  watch.begin();
  watch.end();
  await write(folder, kept('three'));
  watch.look();
  watch.look();
  expect(heard).toEqual([kept('three').own]);
});
