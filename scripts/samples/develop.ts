/** From light to a photograph: lens fall-off, film curve, sensor noise, sRGB, JPEG. */
import sharp from 'sharp';
import type { Layers } from './denoise.ts';
import { denoised } from './denoise.ts';
import type { Hair } from './strands.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Writes the light as a JPEG. `exposure`: in stops; `path` is overwritten; `hair` is drawn over the layers, null without any. */
export async function developPhoto(layers: Layers, hair: Hair | null, exposure: number, path: string): Promise<void> {
  const size = { width: layers.width, height: layers.height };
  const gain = 2 ** exposure;
  const pixels = new Uint8Array(size.width * size.height * 3);
  const random = generator(size.width * 7 + size.height);
  const calm = denoised(layers);
  if (hair !== null)
    for (let i = 0; i < calm.length; i++) calm[i] = (calm[i] ?? 0) * (1 - (hair.cover[Math.floor(i / 3)] ?? 0)) + (hair.light[i] ?? 0);
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i++) {
      const lens = gain * fallOff(i, size);
      // Shot noise is one thing for all colours less than it is not: mostly grey, a little coloured.
      const grey = random() * 0.9;
      for (let c = 0; c < 3; c++) {
        const value = filmCurve((calm[i * 3 + c] ?? 0) * lens);
        const sensor = (grey + random() * 0.45) * (0.0035 + 0.006 * Math.sqrt(value) * (1 - value));
        pixels[i * 3 + c] = Math.round(255 * Math.min(1, Math.max(0, value + sensor)));
      }
    }
  }
  const exif = {
    IFD0: { Software: 'Backlot sample renderer', ImageDescription: 'A rendered picture, not a photograph', Orientation: '1' },
  };
  await sharp(pixels, { raw: { ...size, channels: 3 } })
    .withIccProfile('srgb')
    .withExifMerge(exif)
    .jpeg({ quality: 90, mozjpeg: true })
    .toFile(path);
}

/** The picture without noise, and only where panes are (the map's second channel): as large as the rest it would be many times the bytes. */
export async function developClosed(layers: Layers, cover: Float32Array, exposure: number, path: string): Promise<void> {
  const size = { width: layers.width, height: layers.height };
  const pixels = new Uint8Array(3 * size.width * size.height);
  const calm = denoised(layers);
  for (let i = 0; i < pixels.length; i++) {
    const pixel = Math.floor(i / 3);
    if ((cover[4 * pixel + 1] ?? 0) > 0) pixels[i] = Math.round(255 * filmCurve((calm[i] ?? 0) * 2 ** exposure * fallOff(pixel, size)));
  }
  await sharp(pixels, { raw: { ...size, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toFile(path);
}

/** A channel of what a pass of maps drew, as a grey picture. */
export async function writeMap(cover: Float32Array, channel: 0 | 1 | 3, size: Size, path: string): Promise<void> {
  const grey = new Uint8Array(size.width * size.height);
  for (let i = 0; i < grey.length; i++) grey[i] = Math.round(255 * (cover[i * 4 + channel] ?? 0));
  await sharp(grey, { raw: { ...size, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toFile(path);
}

/** How much less light the lens lets through towards the corners. */
function fallOff(pixel: number, { width, height }: Size): number {
  const off = Math.hypot((pixel % width) - width / 2, Math.floor(pixel / width) - height / 2) / (Math.hypot(width, height) / 2);
  return 1 - 0.2 * off * off;
}

/** A filmic curve (Hable's shape by Narkowicz' fit, 2015), then sRGB. */
export function filmCurve(x: number): number {
  const v = x * 0.62;
  const mapped = Math.min(1, Math.max(0, (v * (2.51 * v + 0.03)) / (v * (2.43 * v + 0.59) + 0.14)));
  return mapped <= 0.0031308 ? 12.92 * mapped : 1.055 * mapped ** (1 / 2.4) - 0.055;
}

/** Normally distributed numbers, the same ones every time (mulberry32, Box and Muller). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
