/**
 * Gaussian blur, separable; pixels beyond the rim are those of the rim.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';

/** How far the kernel reaches, in standard deviations: beyond lies a hundredth of it. */
const REACH = 2.6;

/** @param sigma in pixels. @returns a new plane of the same size */
export function gaussianBlur(plane: Float32Array, { width, height }: Size, sigma: number): Float32Array {
  const kernel = kernelOf(sigma);
  const reach = (kernel.length - 1) / 2;
  const rows = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++)
        sum += (kernel[k + reach] as number) * (plane[start + Math.min(width - 1, Math.max(0, x + k))] as number);
      rows[start + x] = sum;
    }
  }
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    const to = out.subarray(y * width, (y + 1) * width);
    for (let k = -reach; k <= reach; k++) {
      const weight = kernel[k + reach] as number;
      const from = Math.min(height - 1, Math.max(0, y + k)) * width;
      for (let x = 0; x < width; x++) to[x] = (to[x] as number) + weight * (rows[from + x] as number);
    }
  }
  return out;
}

function kernelOf(sigma: number): Float32Array {
  const reach = Math.max(1, Math.ceil(REACH * sigma));
  const kernel = new Float32Array(2 * reach + 1);
  for (let k = -reach; k <= reach; k++) kernel[k + reach] = Math.exp((-k * k) / (2 * sigma * sigma));
  const sum = kernel.reduce((all, value) => all + value, 0);
  return kernel.map((value) => value / sum);
}
