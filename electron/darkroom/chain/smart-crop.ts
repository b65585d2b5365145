/** Cutting a picture to a shape around what draws the eye. */
import type { Sharp } from 'sharp';
import type { Size } from '../../../shared/edit/placement.ts';
import type { CropBox } from '../../../shared/edit/processing/cropping.ts';
import { bestWindow, saliency } from './saliency.ts';

/** Long enough to tell a car from a wall. */
const LOOK_LONG_EDGE = 200;

/**
 * The largest part of that shape, where it shows most of what draws the eye: the picture is cut along one side only.
 * @param input the picture, `size` pixels large
 */
export async function smartWindow(input: Sharp, size: Size, shape: Size): Promise<CropBox> {
  const k = Math.min(size.width / shape.width, size.height / shape.height);
  const width = Math.min(size.width, Math.max(1, Math.round(shape.width * k)));
  const height = Math.min(size.height, Math.max(1, Math.round(shape.height * k)));
  const scale = Math.min(1, LOOK_LONG_EDGE / Math.max(size.width, size.height));
  const small = { width: Math.max(1, Math.round(size.width * scale)), height: Math.max(1, Math.round(size.height * scale)) };
  const eye = saliency(await labPlanes(input, small), small);
  const across = width < size.width;
  const weights = new Float64Array(across ? small.width : small.height);
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      const at = across ? x : y;
      // Typed arrays are dense: an index inside them always holds a number.
      weights[at] = (weights[at] as number) + (eye[y * small.width + x] as number);
    }
  }
  const from = Math.round(bestWindow(weights, Math.max(1, Math.round((across ? width : height) * scale))) / scale);
  return { left: across ? Math.min(size.width - width, from) : 0, top: across ? 0 : Math.min(size.height - height, from), width, height };
}

/** Lightness and both colours, each a plane; what is transparent counts as white. */
async function labPlanes(input: Sharp, { width, height }: Size): Promise<Float32Array[]> {
  const { data, info } = await input
    .flatten({ background: '#ffffff' })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('lab')
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  const values = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  return [0, 1, 2].map((plane) => Float32Array.from({ length: width * height }, (_, at) => values[at * info.channels + plane] ?? 0));
}
