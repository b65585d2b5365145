/** Asking a network that the user added: the picture in its size and numbers, its answer as a matte. */
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import type { Raster } from '../files/raster.ts';
import { resizeRaster } from '../files/read-raster.ts';
import type { ModelSize } from './network.ts';
import type { Reading } from './network-families.ts';

/**
 * @param picture RGB, sRGB, size x size (stretched). @returns size * size bytes: 0 background, 255 subject.
 * @throws Error when it does not run, or answers in another shape
 */
export async function askOwn(session: InferenceSession, reading: Reading, size: ModelSize, picture: Raster): Promise<Uint8Array> {
  const side = reading.side ?? size;
  const { data } = await resizeRaster(picture, { width: side, height: side }, 'cubic');
  const input = new Tensor('float32', planesOf(data, reading), [1, 3, side, side]);
  const answer = await session.run({ [reading.input]: input }, [reading.output]);
  const values = answer[reading.output]?.data;
  if (!(values instanceof Float32Array) || values.length !== side * side) throw new Error('the network answered in another shape');
  const matte = new Uint8Array(values.length);
  for (let i = 0; i < matte.length; i++) {
    // Typed arrays are dense: an index inside them always holds a number. What is no number is no subject.
    const value = values[i] as number;
    const share = reading.logits ? 1 / (1 + Math.exp(-value)) : value;
    matte[i] = Number.isNaN(share) ? 0 : Math.min(255, Math.max(0, Math.round(255 * share)));
  }
  return side === size ? matte : resized(matte, side, size);
}

/** Red, then green, then blue, each brought to the network's numbers. */
export function planesOf(pixels: ArrayLike<number>, { mean, deviation }: Pick<Reading, 'mean' | 'deviation'>): Float32Array<ArrayBuffer> {
  const area = pixels.length / 3;
  const planes = new Float32Array(pixels.length);
  for (const channel of [0, 1, 2] as const) {
    const scale = 1 / (255 * deviation[channel]);
    const offset = mean[channel] / deviation[channel];
    for (let i = 0; i < area; i++) planes[channel * area + i] = (pixels[3 * i + channel] as number) * scale - offset;
  }
  return planes;
}

async function resized(matte: Uint8Array, side: number, size: number): Promise<Uint8Array> {
  return sharp(matte, { raw: { width: side, height: side, channels: 1 } })
    .resize(size, size, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}
