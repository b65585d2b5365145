/** When the eight-bit network, or the graphics processor, is used: the verdict of the trial, and how the trial is held. */
import { describe, expect, test } from 'vitest';
import { objection, tryBoth } from '../../../electron/darkroom/matte/trial.ts';

describe('the verdict', () => {
  const good = { usualMs: 400, candidateMs: 150, difference: 0.001, flipped: 0.0005 };
  test.each([
    ['faster and the same', {}, null],
    ['as fast', { candidateMs: 400 }, 'no faster'],
    ['hardly faster', { candidateMs: 370 }, 'no faster'],
    ['faster by a tenth and a little', { candidateMs: 355 }, null],
    ['a mean difference of one in a hundred', { difference: 0.01 }, null],
    ['a larger one', { difference: 0.0101 }, 'another matte'],
    ['one pixel in fifty on the other side', { flipped: 0.02 }, 'another matte'],
    ['slower and another one: what is wrong counts', { candidateMs: 900, difference: 0.2 }, 'another matte'],
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
    const usual = network('usual', [0, 255, 255, 100], 9000, 400, 420);
    const candidate = network('candidate', [0, 255, 204, 151], 9000, 700, 150);
    const trial = await tryBoth({ usual, candidate }, picture, () => ms);
    expect(asked).toEqual(['usual', 'candidate', 'usual', 'candidate', 'usual', 'candidate']);
    expect(trial).toEqual({ usualMs: 400, candidateMs: 150, difference: (51 + 51) / 4 / 255, flipped: 0.25 });
  });

  test('a network that fails fails the trial', async () => {
    const usual = async () => new Uint8Array(4);
    const candidate = () => Promise.reject(new Error('no such instruction'));
    await expect(tryBoth({ usual, candidate }, picture, () => 0)).rejects.toThrow('no such instruction');
  });
});
