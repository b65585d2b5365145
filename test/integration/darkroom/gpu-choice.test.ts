/** Whether the graphics processor is used: that what is found is remembered, and that nothing is lost where it fails. */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ChoosingParts, choiceIn, chooseGpu, chooseNetwork, giveUpGpu } from '../../../electron/darkroom/matte/choose-network.ts';
import type { GpuDoor } from '../../../electron/darkroom/matte/gpu.ts';
import { Model } from '../../../electron/darkroom/matte/model.ts';
import { SIZES } from '../../../electron/darkroom/matte/network.ts';
import { samplePicture } from '../../../electron/darkroom/matte/sample.ts';
import { FASTER, smallMachine } from './small-machine.ts';

let here: ReturnType<typeof smallMachine>;
beforeEach(() => {
  here = smallMachine();
});

describe('the graphics processor', () => {
  const graphics = 'one driver';
  const withGpu = (changes: Partial<ChoosingParts> = {}): ChoosingParts => here.parts(FASTER, { graphics, ...changes });
  const notAgain = async (): Promise<never> => {
    throw new Error('tried again');
  };

  test('that answers the same and sooner is asked from the next choice on, with the network in single precision', async () => {
    const int8 = await chooseNetwork(withGpu());
    await chooseGpu(withGpu(), async () => FASTER);
    expect(await chooseNetwork(withGpu())).toEqual({ ...here.fp32, onGpu: true });
    expect(int8).toMatchObject({ kind: 'int8' });
    await chooseGpu(withGpu(), notAgain);
    expect(await chooseNetwork(withGpu())).toEqual({ ...here.fp32, onGpu: true });
    expect(here.held).toHaveLength(1);
  });

  test.each([
    ['no faster', async () => ({ ...FASTER, candidateMs: 390 })],
    ['another matte', async () => ({ ...FASTER, difference: 0.02 })],
    ['does not run', () => Promise.reject(new Error('no adapter, a crash, or no answer in time'))],
  ] as const)('that is or gives "%s" is not, and not tried again', async (why, hold) => {
    const before = await chooseNetwork(withGpu());
    await chooseGpu(withGpu(), hold);
    expect(await chooseNetwork(withGpu())).toEqual(before);
    expect(readFileSync(choiceIn(here.modelDir), 'utf8')).toContain(`"objection": "${why}"`);
    await chooseGpu(withGpu(), notAgain);
    expect(readFileSync(choiceIn(here.modelDir), 'utf8')).toContain(why);
  });

  test('with which a machine came to its end is not tried again', async () => {
    const before = await chooseNetwork(withGpu());
    void chooseGpu(withGpu(), () => new Promise(() => undefined));
    await vi.waitFor(() => expect(readFileSync(choiceIn(here.modelDir), 'utf8')).toContain('not finished'));
    await chooseGpu(withGpu(), notAgain);
    expect(await chooseNetwork(withGpu())).toEqual(before);
    expect(readFileSync(choiceIn(here.modelDir), 'utf8')).toContain('not finished');
  });

  test('whose trial made way is tried another time', async () => {
    await chooseNetwork(withGpu());
    await chooseGpu(withGpu(), async () => null);
    await chooseGpu(withGpu(), async () => FASTER);
    expect(await chooseNetwork(withGpu())).toMatchObject({ kind: 'fp32', onGpu: true });
  });

  test('with another driver, or without one, is not asked; with another driver it is tried anew', async () => {
    const before = await chooseNetwork(withGpu());
    await chooseGpu(withGpu(), async () => FASTER);
    const other = withGpu({ graphics: 'another driver' });
    expect(await chooseNetwork(other)).toEqual(before);
    expect(await chooseNetwork(withGpu({ graphics: null }))).toEqual(before);
    await chooseGpu(withGpu({ graphics: null }), notAgain);
    await chooseGpu(other, async () => ({ ...FASTER, candidateMs: 900 }));
    expect(await chooseNetwork(other)).toEqual(before);
    await chooseGpu(withGpu(), async () => FASTER);
    expect(await chooseNetwork(withGpu())).toMatchObject({ onGpu: true });
  });

  test('that failed too often is given up', async () => {
    const before = await chooseNetwork(withGpu());
    await chooseGpu(withGpu(), async () => FASTER);
    await giveUpGpu(withGpu());
    expect(await chooseNetwork(withGpu())).toEqual(before);
    await chooseGpu(withGpu(), notAgain);
    expect(await chooseNetwork(withGpu())).toEqual(before);
  });

  test('is tried with other weights, and a damaged word about it says nothing about the eight-bit network', async () => {
    const before = await chooseNetwork(withGpu());
    const path = choiceIn(here.modelDir);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"gpu": null', '"gpu": { "graphics": 7 }'));
    expect(await chooseNetwork(withGpu())).toEqual(before);
    expect(here.held).toHaveLength(1);
    await chooseGpu(withGpu(), async () => FASTER);
    writeFileSync(path, readFileSync(path, 'utf8').replace(here.fp32.fingerprint, '0123456789abcdef'));
    expect(await chooseNetwork(withGpu())).toMatchObject({ kind: 'int8' });
    await chooseGpu(withGpu(), async () => FASTER);
    expect(await chooseNetwork(withGpu())).toMatchObject({ onGpu: true });
  });
});

describe('the trial of the graphics processor', () => {
  /** The model of a machine whose graphics processor answers at once what the processor answered. */
  async function model(spoilt = false) {
    const parts = here.parts(FASTER, { graphics: 'one driver' });
    const mattes = new Map<number, Uint8Array>();
    const door: GpuDoor = {
      look: async ({ size }) => (mattes.get(size) ?? new Uint8Array()).map((value) => (spoilt ? 255 - value : value)),
      leave: () => undefined,
    };
    const tried = new Model({ ...parts, gpu: door });
    onTestFinished(() => tried.close());
    for (const size of SIZES)
      mattes.set(size, await tried.matte(size, await samplePicture(parts.samples, size), await tried.fingerprint()));
    return { tried, parts };
  }
  const untilWanted = (looks: number) => {
    let left = looks;
    return () => left-- <= 0;
  };

  test('makes way before any look, and is held another time; the name of mattes changes with the next start', async () => {
    const { tried, parts } = await model();
    const name = await tried.fingerprint();
    for (const looks of [0, 1, 9]) {
      await tried.tryGpu(untilWanted(looks), () => undefined);
      expect(readFileSync(choiceIn(here.modelDir), 'utf8')).toContain('"gpu": null');
    }
    let steps = 0;
    await tried.tryGpu(
      () => false,
      () => (steps += 1),
    );
    expect(steps).toBe(14);
    expect(await tried.fingerprint()).toBe(name);
    expect(await chooseNetwork(parts)).toEqual({ ...here.fp32, onGpu: true });
  });

  test('of one that answers another matte ends with that', async () => {
    const { tried, parts } = await model(true);
    await tried.tryGpu(
      () => false,
      () => undefined,
    );
    expect(readFileSync(choiceIn(here.modelDir), 'utf8')).toContain('another matte');
    expect(await chooseNetwork(parts)).toMatchObject({ kind: 'int8' });
  });
});

describe('a photo, where the graphics processor', () => {
  const picture = { data: new Uint8Array(3 * 512 * 512).fill(90), width: 512, height: 512 };

  /** A machine that uses one: it answers so. */
  async function model(look: GpuDoor['look']) {
    const parts = here.parts(FASTER, { graphics: 'one driver' });
    await chooseNetwork(parts);
    await chooseGpu(parts, async () => FASTER);
    const using = new Model({ ...parts, gpu: { look, leave: () => undefined } });
    onTestFinished(() => using.close());
    return using;
  }

  test('is ready, has its matte of it; where it fails, that of the same network on the processor, under the same name', async () => {
    const marked = new Uint8Array(512 * 512).fill(77);
    let asked = 0;
    const using = await model(async ({ size }) => {
      asked += 1;
      if (asked > 3) throw new Error('device lost');
      return marked.subarray(0, size * size);
    });
    const name = await using.fingerprint();
    expect(name).toBe(here.fp32.fingerprint);
    const first = await using.matte(512, picture, name);
    await vi.waitFor(() => expect(asked).toBe(1));
    expect(await using.matte(512, picture, name)).toEqual(marked);
    expect(await using.matte(512, picture, name)).toEqual(marked);
    expect(await using.matte(512, picture, name)).toEqual(first);
    expect(first).not.toEqual(marked);
    expect(await using.fingerprint()).toBe(name);
  });

  test('fails again and again, has it, and the next start does without', async () => {
    const using = await model(() => Promise.reject(new Error('device lost')));
    const name = await using.fingerprint();
    expect(await using.matte(512, picture, name)).toHaveLength(512 * 512);
    await vi.waitFor(() => expect(readFileSync(choiceIn(here.modelDir), 'utf8')).toContain('failed'));
    expect(await using.matte(512, picture, name)).toHaveLength(512 * 512);
    expect(await chooseNetwork(here.parts(FASTER, { graphics: 'one driver' }))).toMatchObject({ kind: 'int8' });
  });
});
