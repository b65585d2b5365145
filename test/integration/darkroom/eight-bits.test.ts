/** The network cleaned and in eight bits, on a small one of the same operators, run by the runtime that runs the real one. */
import { createHash } from 'node:crypto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { cleanNetwork } from '../../../electron/darkroom/matte/clean-network.mjs';
import { readNetwork, writeNetwork } from '../../../electron/darkroom/matte/onnx-network.mjs';
import { quantiseNetwork, rangedMaps } from '../../../electron/darkroom/matte/quantise-network.mjs';
import { random, smallNetwork, type Weigh } from './small-network.ts';

const SIDE = 64;
type Network = Parameters<typeof writeNetwork>[0];
type Ranges = Parameters<typeof quantiseNetwork>[1];

/** The same picture in both forms. @param byte of a pixel and colour */
function pictureOf(width: number, height: number, byte: (x: number, y: number, colour: number) => number) {
  const floats = new Float32Array(3 * width * height);
  const blocks = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let colour = 0; colour < 3; colour++) {
        const value = byte(x, y, colour);
        floats[(colour * height + y) * width + x] = (value - 128) / 256;
        blocks[(((y >> 1) * (width >> 1) + (x >> 1)) * 4 + 2 * (y & 1) + (x & 1)) * 3 + colour] = value;
      }
  return {
    floats: new Tensor('float32', floats, [1, 3, height, width]),
    blocks: new Tensor('uint8', blocks, [1, height / 2, width / 2, 12]),
  };
}

async function answer(network: Network, input: Tensor): Promise<Float32Array> {
  const session = await InferenceSession.create(writeNetwork(network), { logSeverityLevel: 4 });
  const { [session.outputNames[0] ?? '']: matte } = await session.run({ [session.inputNames[0] ?? '']: input });
  await session.release();
  if (!(matte?.data instanceof Float32Array)) throw new Error('no floats were answered');
  return matte.data;
}

function noise(seed: number): { weigh: Weigh; offset: (layer: string, kernel: number) => number } {
  const next = random(seed);
  return { weigh: () => 0.35 * next(), offset: () => 0.1 * next() };
}

describe('cleaning', () => {
  const { weigh, offset } = noise(1);
  const published = smallNetwork(SIDE, weigh, offset);
  const grain = random(2);
  const bytes = Array.from({ length: 3 * 4 * SIDE * SIDE }, () => Math.floor(128 + 127 * grain()));
  const picture = pictureOf(SIDE, SIDE, (x, y, colour) => bytes[3 * (y * SIDE + x) + colour] ?? 0);

  test('the answer is the same bit for bit, and only seven kinds of operators are left', async () => {
    const clean = cleanNetwork(published);
    expect(await answer(clean, picture.floats)).toEqual(await answer(published, picture.floats));
    const kinds = new Set(clean.operators.map(({ op }) => op));
    expect([...kinds].toSorted()).toEqual(['Add', 'Concat', 'Conv', 'MaxPool', 'Relu', 'Resize', 'Sigmoid']);
  });

  test('it comes out the same from whichever size and order it was published in', () => {
    const { operators } = smallNetwork(2 * SIDE, weigh);
    const other = { ...published, operators: operators.toReversed(), input: { ...published.input, dims: [1, 3, 2 * SIDE, 2 * SIDE] } };
    expect(writeNetwork(cleanNetwork(other)).equals(writeNetwork(cleanNetwork(published)))).toBe(true);
  });

  test('it takes pictures of other sizes and shapes', async () => {
    const wide = pictureOf(2 * SIDE, SIDE, (x, y) => (x * y) % 256);
    expect(await answer(cleanNetwork(published), wide.floats)).toHaveLength(2 * SIDE * SIDE);
  });

  test.each([
    ['another operator', (o: Network['operators'][number]) => (o.op === 'Relu' ? { ...o, op: 'Elu' } : o)],
    ['another way of enlarging', (o: Network['operators'][number]) => (o.op === 'Resize' ? { ...o, attributes: { mode: 'nearest' } } : o)],
    [
      'another factor',
      (o: Network['operators'][number]) => (o.output === 'first' ? { ...o, attributes: { ...o.attributes, strides: [4, 4] } } : o),
    ],
    ['groups', (o: Network['operators'][number]) => (o.op === 'Conv' ? { ...o, attributes: { ...o.attributes, group: 2 } } : o)],
  ])('%s is refused', (_what, change) => {
    expect(() => cleanNetwork({ ...published, operators: published.operators.map(change) })).toThrow();
  });

  test('what is written is read again as it was', () => {
    const clean = cleanNetwork(published);
    expect(readNetwork(writeNetwork(clean), Buffer.alloc(0))).toEqual(clean);
  });
});

describe('in eight bits', () => {
  /** Passes the red of the upper left pixel of each block on as it is: every step of it is a whole byte. */
  const passOn: Weigh = (layer, kernel, channel, row, column) =>
    kernel === 0 && channel === (layer === 'c' ? 6 : 0) && row === 1 && column === 1 ? (layer === 'last' ? 64 : 1) : 0;
  /** Steps of 1/256 everywhere, the sum in twice as large ones. */
  const wholeBytes: Ranges = [
    [-128 / 256, 127 / 256],
    [0, 255 / 256],
    [0, 255 / 256],
    [0, 255 / 256],
    [0, 255 / 128],
  ];
  const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

  test('the first convolution ranges, five maps and no others', () => {
    expect(rangedMaps(cleanNetwork(smallNetwork(SIDE, passOn)))).toEqual(['first', 'A', 'B', 'C', 'sum']);
    expect(() => quantiseNetwork(cleanNetwork(smallNetwork(SIDE, passOn)), wholeBytes.slice(1))).toThrow('4');
  });

  // Red (p - 128) / 256 goes round twice, is doubled by the sum and times 64 by the last: (p - 128) / 2 when above 0, plus the offset.
  test.each([
    ['nothing of it', 0, 0, 0],
    ['the fine answer, to a 64th', 129, 0.015625, 0.515625],
    ['the fine answer below zero', 100, -1.25, -1.25],
    ['the coarse answer, to an eighth', 140, 0.125, 6.125],
    ['the coarse answer below zero', 128, -7.25, -7.25],
    ['what is beyond ends at 16', 255, 0, 15.875],
  ])('%s', async (_what, red, offset, expected) => {
    const network = quantiseNetwork(cleanNetwork(smallNetwork(SIDE, passOn, (layer) => (layer === 'last' ? offset : 0))), wholeBytes);
    const { blocks } = pictureOf(SIDE, SIDE, (_x, _y, colour) => (colour === 0 ? red : 200));
    const found = await answer(network, blocks);
    expect(found).toHaveLength(SIDE * SIDE);
    // Away from the rim, where the enlargement sees the picture alone.
    expect(found[(SIDE / 2) * SIDE + SIDE / 2]).toBeCloseTo(sigmoid(expected), 7);
  });

  test('what it answers is near what the network answers, at every place of the picture', async () => {
    const { weigh, offset } = noise(3);
    const clean = cleanNetwork(smallNetwork(SIDE, weigh, offset));
    const { floats, blocks } = pictureOf(SIDE, 2 * SIDE, (x, y, colour) => (17 * x + 5 * y * (colour + 1)) % 256);
    const ranges: Ranges = [
      [-1.5, 1.5],
      [0, 2.5],
      [0, 2.5],
      [0, 4],
      [0, 5],
    ];
    const [exact, found] = [await answer(clean, floats), await answer(quantiseNetwork(clean, ranges), blocks)];
    const apart = exact.map((value, n) => Math.abs(value - (found[n] ?? 0)));
    expect(Math.max(...apart)).toBeLessThan(0.06);
    expect(apart.reduce((sum, value) => sum + value, 0) / apart.length).toBeLessThan(0.01);
  });

  test('the file is the same on every machine; whoever changes it changes MAKING too', () => {
    const { weigh, offset } = noise(4);
    const network = quantiseNetwork(cleanNetwork(smallNetwork(SIDE, weigh, offset)), wholeBytes);
    expect(createHash('sha256').update(writeNetwork(network)).digest('hex')).toBe(
      'b9738cb8c029c8281bd3d2afb4697c55633236ee992e258ceb94dc2bf292e120',
    );
  });
});
