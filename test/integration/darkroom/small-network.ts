/**
 * A network of ISNet's operators, small enough for a test: two convolutions, halved and enlarged, joined, added, answered as logits. It
 * is written as ISNet was published: sizes worked out while it runs, casts, operators out of order.
 */
import { TYPE } from '../../../electron/darkroom/matte/onnx-fields.mjs';
import { floatTensor } from '../../../electron/darkroom/matte/onnx-network.mjs';

type Network = Parameters<typeof import('../../../electron/darkroom/matte/onnx-network.mjs').writeNetwork>[0];
type Operator = Network['operators'][number];
type Tensor = ReturnType<typeof floatTensor>;

/** Numbers from -1 to 1, the same every time (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  };
}

/** Weights by kernel, input channel, row and column. */
export type Weigh = (layer: string, kernel: number, channel: number, row: number, column: number) => number;

/** What each convolution has besides its weights. */
export type Offset = (layer: string, kernel: number) => number;

const int64 = (values: readonly number[]): Tensor => {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [n, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value), 8 * n);
  return { type: TYPE.int64, dims: [values.length], bytes };
};

const operator = (op: string, inputs: readonly string[], output: string, attributes: Operator['attributes'] = {}): Operator => ({
  op,
  inputs,
  output,
  attributes,
});

/** @param side of the square pictures that it takes, a multiple of 8 */
export function smallNetwork(side: number, weigh: Weigh, offset: Offset = () => 0): Network {
  const constants = new Map<string, Tensor>();
  const conv = (
    layer: string,
    from: string,
    [channels, kernels]: readonly [number, number],
    how: Partial<Record<'strides' | 'dilations', number>> = {},
  ) => {
    const { strides = 1, dilations = 1 } = how;
    const values: number[] = [];
    for (let k = 0; k < kernels; k++)
      for (let c = 0; c < channels; c++) for (let y = 0; y < 3; y++) for (let x = 0; x < 3; x++) values.push(weigh(layer, k, c, y, x));
    constants.set(`${layer}.w`, floatTensor([kernels, channels, 3, 3], values));
    constants.set(
      `${layer}.b`,
      floatTensor(
        [kernels],
        Array.from({ length: kernels }, (_, k) => offset(layer, k)),
      ),
    );
    const pads = Array(4).fill(dilations);
    return operator('Conv', [from, `${layer}.w`, `${layer}.b`], layer, {
      dilations: [dilations, dilations],
      group: 1,
      kernel_shape: [3, 3],
      pads,
      strides: [strides, strides],
    });
  };
  const linear = { coordinate_transformation_mode: 'half_pixel', mode: 'linear' };
  const enlarged = (name: string, from: string, to: number): Operator[] => [
    operator('Shape', [from], `${name} shape`),
    operator('Constant', [], `${name} 0`, { value: int64([0]) }),
    operator('Constant', [], `${name} 2`, { value: int64([2]) }),
    operator('Slice', [`${name} shape`, `${name} 0`, `${name} 2`, `${name} 0`], `${name} begin`),
    operator('Constant', [], `${name} sides`, { value: int64([to, to]) }),
    operator('Concat', [`${name} begin`, `${name} sides`], `${name} size`, { axis: 0 }),
    operator('Resize', [`${name} in`, '', '', `${name} size`], `${name} out`, linear),
  ];
  const operators = [
    conv('first', 'input', [3, 4], { strides: 2 }),
    conv('a', 'first', [4, 4]),
    operator('Relu', ['a'], 'A'),
    operator('MaxPool', ['A'], 'pooled', { ceil_mode: 1, kernel_shape: [2, 2], pads: [0, 0, 0, 0], strides: [2, 2] }),
    conv('b', 'pooled', [4, 6], { dilations: 2 }),
    operator('Relu', ['b'], 'B'),
    operator('Cast', ['B'], 'up in', { to: TYPE.float }),
    ...enlarged('up', 'B', side / 2),
    operator('Concat', ['up out', 'A'], 'both', { axis: 1 }),
    conv('c', 'both', [10, 4]),
    operator('Relu', ['c'], 'C'),
    operator('Add', ['C', 'A'], 'sum'),
    conv('last', 'sum', [4, 1]),
    operator('Cast', ['last'], 'whole in', { to: TYPE.float }),
    ...enlarged('whole', 'last', side),
    operator('Sigmoid', ['whole out'], 'output'),
  ];
  return {
    operators,
    constants,
    input: { name: 'input', type: TYPE.float, dims: [1, 3, side, side] },
    output: { name: 'output', type: TYPE.float, dims: [1, 1, side, side] },
  };
}
