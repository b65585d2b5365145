/** When the eight-bit network is used: the verdict of the trial, and how the trial is held. */
import { describe, expect, test } from 'vitest';
import { objection, tryBoth } from '../../../electron/darkroom/matte/trial.ts';

describe('the verdict', () => {
  const good = { fp32Ms: 400, int8Ms: 150, difference: 0.001, flipped: 0.0005 };
  test.each([
    ['faster and the same', {}, null],
    ['as fast', { int8Ms: 400 }, 'no faster'],
    ['hardly faster', { int8Ms: 370 }, 'no faster'],
    ['faster by a tenth and a little', { int8Ms: 355 }, null],
    ['a mean difference of one in a hundred', { difference: 0.01 }, null],
    ['a larger one', { difference: 0.0101 }, 'another matte'],
    ['one pixel in fifty on the other side', { flipped: 0.02 }, 'another matte'],
    ['slower and another one: what is wrong counts', { int8Ms: 900, difference: 0.2 }, 'another matte'],
    ['a matte that is no number', { difference: Number.NaN }, 'another matte'],
  ] as const)('%s', (_what, change, expected) => {
    expect(objection({ ...good, ...change })).toBe(expected);
  });
});

describe('the trial', () => {
  const picture = { data: new Uint8Array(12), width: 2, height: 2 };

  test('both are asked in turns, the first time does not count, the best does', async () => {
    let ms = 0;
    const asked: string[] = [];
    const network =
      (name: string, matte: readonly number[], ...took: number[]) =>
      async () => {
        asked.push(name);
        ms += took.shift() ?? 0;
        return Uint8Array.from(matte);
      };
    const fp32 = network('fp32', [0, 255, 255, 100], 9000, 400, 420);
    const int8 = network('int8', [0, 255, 204, 151], 9000, 700, 150);
    const trial = await tryBoth({ fp32, int8 }, picture, () => ms);
    expect(asked).toEqual(['fp32', 'int8', 'fp32', 'int8', 'fp32', 'int8']);
    expect(trial).toEqual({ fp32Ms: 400, int8Ms: 150, difference: (51 + 51) / 4 / 255, flipped: 0.25 });
  });

  test('a network that fails fails the trial', async () => {
    const fp32 = async () => new Uint8Array(4);
    const int8 = () => Promise.reject(new Error('no such instruction'));
    await expect(tryBoth({ fp32, int8 }, picture, () => 0)).rejects.toThrow('no such instruction');
  });
});
