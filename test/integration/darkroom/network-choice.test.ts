/** Which network a machine uses, and that it is remembered, found anew when its reasons change, and given up when it fails. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { choiceIn, chooseNetwork, giveUpInt8, type Recipe } from '../../../electron/darkroom/matte/choose-network.ts';
import { Model, NetworkReplaced } from '../../../electron/darkroom/matte/model.ts';
import { askNetwork, loadNetwork } from '../../../electron/darkroom/matte/network.ts';
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import { FASTER, RANGES, SOURCE, sha256, smallMachine } from './small-machine.ts';

let here: ReturnType<typeof smallMachine>;
beforeEach(() => {
  here = smallMachine();
});

const int8File = (): string => join(here.modelDir, manifest.int8.file);

describe('the choice', () => {
  test('faster and the same: made, used, kept under its own name, and not tried again', async () => {
    const { parts, held, fp32 } = here;
    const chosen = await chooseNetwork(parts(FASTER));
    expect(chosen).toMatchObject({ kind: 'int8', path: int8File() });
    expect(chosen.fingerprint).not.toBe(fp32.fingerprint);
    expect(await chooseNetwork(parts(new Error('not again')))).toEqual(chosen);
    expect(await chooseNetwork(parts(new Error('nor with other threads'), { threads: 1 }))).toEqual(chosen);
    expect(held).toEqual([sha256(readFileSync(int8File()))]);
    expect(readFileSync(choiceIn(here.modelDir), 'utf8')).toContain(process.arch);
  });

  test.each([
    ['slower', { ...FASTER, candidateMs: 500 }],
    ['another matte', { ...FASTER, difference: 0.05 }],
    ['does not run', new Error('no such instruction')],
  ])('%s: in single precision, and not tried again', async (_why, trial) => {
    const { parts, held, fp32 } = here;
    expect(await chooseNetwork(parts(trial))).toEqual(fp32);
    expect(await chooseNetwork(parts(FASTER))).toEqual(fp32);
    expect(held).toHaveLength(1);
  });

  test('another processor, other ranges or a damaged record: tried again', async () => {
    const { parts, held, modelDir } = here;
    await chooseNetwork(parts(FASTER));
    const record = readFileSync(choiceIn(modelDir), 'utf8');
    writeFileSync(choiceIn(modelDir), record.replace(process.arch, 'another one'));
    await chooseNetwork(parts(FASTER));
    writeFileSync(choiceIn(modelDir), record.slice(0, 40));
    await chooseNetwork(parts(FASTER));
    const recipe: Recipe = { measuredOn: [SOURCE], ranges: RANGES.with(1, [0, 3]), published: { source: '', int8: manifest.int8 } };
    await chooseNetwork(parts(FASTER, { recipe }));
    expect(held).toHaveLength(4);
    expect(held[3]).not.toBe(held[0]);
  });

  test('a file that is not the one that was tried is made anew', async () => {
    const { parts, held } = here;
    const chosen = await chooseNetwork(parts(FASTER));
    writeFileSync(int8File(), 'torn');
    expect(await chooseNetwork(parts(FASTER))).toEqual(chosen);
    expect(held).toHaveLength(2);
    expect(sha256(readFileSync(int8File()))).toBe(held[0]);
  });

  test('weights on which nothing was measured, or of which it comes out differently than published: in single precision', async () => {
    const { parts, held, fp32 } = here;
    const foreign: Recipe = { measuredOn: [], ranges: RANGES, published: { source: '', int8: manifest.int8 } };
    expect(await chooseNetwork(parts(FASTER, { recipe: foreign }))).toEqual(fp32);
    const other: Recipe = { measuredOn: [SOURCE], ranges: RANGES, published: { source: SOURCE, int8: manifest.int8 } };
    expect(await chooseNetwork(parts(FASTER, { recipe: other }))).toEqual(fp32);
    expect(held).toEqual([]);
  });

  test('damaged weights are said and nothing is decided by them', async () => {
    const { parts, modelDir } = here;
    rmSync(join(modelDir, 'isnet.weights'));
    await expect(chooseNetwork(parts(FASTER))).rejects.toMatchObject({ problem: { code: 'model_missing' } });
    writeFileSync(join(modelDir, 'isnet.weights'), 'others');
    await expect(chooseNetwork(parts(FASTER))).rejects.toMatchObject({ problem: { code: 'model_damaged' } });
  });
});

describe('after it failed', () => {
  /** A process that is gone left its mark. */
  async function leftBehind(): Promise<void> {
    const gone = spawn(process.execPath, ['-e', '']);
    await new Promise((ended) => gone.once('exit', ended));
    writeFileSync(join(here.modelDir, `.int8-at-work-${gone.pid}`), '');
  }

  test('a process that crashed of it is the last one that used it', async () => {
    const { parts, fp32 } = here;
    await chooseNetwork(parts(FASTER));
    await leftBehind();
    expect(await chooseNetwork(parts(FASTER, { afterCrash: true }))).toEqual(fp32);
    expect(await chooseNetwork(parts(FASTER))).toEqual(fp32);
  });

  test('one that was ended, or crashed of something else, is not', async () => {
    const { parts } = here;
    const chosen = await chooseNetwork(parts(FASTER));
    await leftBehind();
    expect(await chooseNetwork(parts(FASTER))).toEqual(chosen);
    expect(await chooseNetwork(parts(FASTER, { afterCrash: true }))).toEqual(chosen);
  });

  test('one that cannot be loaded any more gives way: the work is told to begin again under the other name', async () => {
    const { parts, fp32, modelDir } = here;
    const model = new Model(parts(FASTER));
    const before = await model.fingerprint();
    rmSync(int8File());
    const picture = { data: new Uint8Array(3 * 512 * 512), width: 512, height: 512 };
    await expect(model.matte(512, picture, before)).rejects.toBeInstanceOf(NetworkReplaced);
    expect([before, await model.fingerprint()]).toEqual([expect.not.stringContaining(fp32.fingerprint), fp32.fingerprint]);
    expect(await model.matte(512, picture, fp32.fingerprint)).toHaveLength(512 * 512);
    await model.close();
    expect(readFileSync(choiceIn(modelDir), 'utf8')).toContain('does not run');
  });

  test('given up, it stays so', async () => {
    const { parts, fp32 } = here;
    await chooseNetwork(parts(FASTER));
    await giveUpInt8(parts(FASTER));
    expect(await chooseNetwork(parts(FASTER))).toEqual(fp32);
  });
});

test('both are asked about the same picture and answer nearly the same', async () => {
  const { parts, modelDir } = here;
  const chosen = await chooseNetwork(parts(FASTER));
  if (chosen.kind !== 'int8') throw new Error('not chosen');
  const data = Uint8Array.from({ length: 3 * 512 * 512 }, (_, n) => (n * 7 + (n >> 9) * 13) % 256);
  const mattes: Uint8Array[] = [];
  for (const path of [join(modelDir, 'isnet-512.onnx'), chosen.path]) {
    const session = await loadNetwork(path, 2);
    mattes.push(await askNetwork(session, 512, { data, width: 512, height: 512 }));
    await session.release();
  }
  const [one = new Uint8Array(), other = new Uint8Array()] = mattes;
  expect(one.reduce((sum, value, n) => sum + Math.abs(value - (other[n] ?? 0)), 0) / one.length / 255).toBeLessThan(0.01);
});
