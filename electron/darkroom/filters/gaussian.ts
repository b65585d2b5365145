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
  // A row with its ends drawn out, so that every pixel has as many neighbours.
  const line = new Float32Array(width + 2 * reach);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    line.set(plane.subarray(start, start + width), reach);
    line.fill(plane[start] as number, 0, reach);
    line.fill(plane[start + width - 1] as number, reach + width);
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < kernel.length; k++) sum += (kernel[k] as number) * (line[x + k] as number);
      rows[start + x] = sum;
    }
  }
  const out = new Float32Array(plane.length);
  const lines = new Int32Array(kernel.length);
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < lines.length; k++) lines[k] = Math.min(height - 1, Math.max(0, y + k - reach)) * width;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < kernel.length; k++) sum = Math.fround(sum + (kernel[k] as number) * (rows[(lines[k] as number) + x] as number));
      out[y * width + x] = sum;
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
