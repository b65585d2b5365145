/** The kernels of a convolution as plain numbers, and the first one's for blocks of pixels. */
import { floatsOf } from './onnx-network.mjs';

/** @typedef {import('./onnx-network.mjs').Operator} Operator */
/** @typedef {import('./onnx-network.mjs').Tensor} Tensor */
/** `count` kernels one after the other, and how they lie. @typedef {{ readonly count: number, readonly values: Float32Array, readonly dims: readonly number[] }} Kernels */

/**
 * Those of a convolution.
 * @param {Tensor} weights @returns {Kernels}
 */
export const kernelsOf = (weights) => ({ count: weights.dims[0] ?? 0, values: floatsOf(weights), dims: weights.dims });

/**
 * 3 x 3 kernels at every second pixel as 2 x 2 kernels on blocks of 2 x 2: the block above reaches one row up, the own block to the row
 * below.
 * @param {Kernels} kernels @param {Operator['attributes']} attributes
 * @returns {Kernels}
 */
export function onBlocks({ count, values, dims }, { strides, pads }) {
  const [, channels = 0, height, width] = dims;
  if (String(strides) !== '2,2' || String(pads) !== '1,1,1,1' || height !== 3 || width !== 3)
    throw new Error('The network begins with another convolution.');
  const out = new Float32Array(count * 4 * channels * 4);
  for (let kernel = 0; kernel < count; kernel += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      for (let ky = 0; ky < 3; ky += 1) {
        for (let kx = 0; kx < 3; kx += 1) {
          // Rows -1, 0, 1 of the pixel are: the lower one of the block above, the upper and the lower one of the own block.
          const [block, row] = [ky === 0 ? 0 : 1, ky === 1 ? 0 : 1];
          const [blockX, column] = [kx === 0 ? 0 : 1, kx === 1 ? 0 : 1];
          const to = (2 * row + column) * channels + channel;
          out[((kernel * 4 * channels + to) * 2 + block) * 2 + blockX] = values[((kernel * channels + channel) * 3 + ky) * 3 + kx] ?? 0;
        }
      }
    }
  }
  return { count, values: out, dims: [count, 4 * channels, 2, 2] };
}
