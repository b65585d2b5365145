/** From light to a photograph: lens fall-off, film curve, sensor noise, sRGB, JPEG. */
import sharp from 'sharp';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** @param light linear RGBA, as gpu.mjs writes it. */
export async function developPhoto(light: Float32Array, cover: Float32Array, size: Size, exposure: number, path: string): Promise<void> {
  const gain = 2 ** exposure;
  const pixels = new Uint8Array(size.width * size.height * 3);
  const random = generator(size.width * 7 + size.height);
  const reach = Math.hypot(size.width, size.height) / 2;
  const calm = denoised(light, cover, size);
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i++) {
      const off = Math.hypot(x - size.width / 2, y - size.height / 2) / reach;
      const lens = gain * (1 - 0.2 * off * off);
      // Shot noise is one thing for all colours less than it is not: mostly grey, a little coloured.
      const grey = random() * 0.9;
      for (let c = 0; c < 3; c++) {
        const value = curve((calm[i * 3 + c] ?? 0) * lens);
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

export async function writeMatte(cover: Float32Array, size: Size, path: string): Promise<void> {
  const grey = new Uint8Array(size.width * size.height);
  for (let i = 0; i < grey.length; i++) grey[i] = Math.round(255 * (cover[i * 4 + 3] ?? 0));
  await sharp(grey, { raw: { ...size, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toFile(path);
}

/** A filmic curve (Hable's shape by Narkowicz' fit, 2015), then sRGB. */
function curve(x: number): number {
  const v = x * 0.62;
  const mapped = Math.min(1, Math.max(0, (v * (2.51 * v + 0.03)) / (v * (2.43 * v + 0.59) + 0.14)));
  return mapped <= 0.0031308 ? 12.92 * mapped : 1.055 * mapped ** (1 / 2.4) - 0.055;
}

/**
 * Takes the grain of few light samples away: a bilateral filter that compares a slightly blurred picture, so that grain does not
 * count as detail, and that never mixes the subject with its surroundings.
 */
function denoised(light: Float32Array, cover: Float32Array, size: Size): Float32Array {
  const { width, height } = size;
  const out = new Float32Array(width * height * 3);
  const guide = calmLuminance(light, cover, size);
  const radius = 4;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const own = guide[i] ?? 0;
      const inside = cover[i * 4 + 3] ?? 0;
      // The subject keeps more of its texture than the room around it.
      const range = inside > 0.5 ? 0.1 : 0.16;
      const spread = inside > 0.5 ? 0.3 : 0.09;
      let [r, g, b, sum] = [0, 0, 0, 0];
      for (let ny = Math.max(0, y - radius); ny <= Math.min(height - 1, y + radius); ny++) {
        for (let nx = Math.max(0, x - radius); nx <= Math.min(width - 1, x + radius); nx++) {
          const n = ny * width + nx;
          const apart = ((guide[n] ?? 0) - own) / range;
          const edge = ((cover[n * 4 + 3] ?? 0) - inside) * 6;
          const weight = Math.exp(-0.5 * apart * apart - edge * edge - spread * ((nx - x) ** 2 + (ny - y) ** 2));
          r += weight * (light[n * 4] ?? 0);
          g += weight * (light[n * 4 + 1] ?? 0);
          b += weight * (light[n * 4 + 2] ?? 0);
          sum += weight;
        }
      }
      out[i * 3] = r / sum;
      out[i * 3 + 1] = g / sum;
      out[i * 3 + 2] = b / sum;
    }
  }
  return out;
}

/** Log luminance, averaged over 5 x 5 pixels on the same side of the subject's edge. */
function calmLuminance(light: Float32Array, cover: Float32Array, { width, height }: Size): Float32Array {
  const out = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const inside = cover[i * 4 + 3] ?? 0;
      let [total, sum] = [0, 0];
      for (let ny = Math.max(0, y - 2); ny <= Math.min(height - 1, y + 2); ny++) {
        for (let nx = Math.max(0, x - 2); nx <= Math.min(width - 1, x + 2); nx++) {
          const n = ny * width + nx;
          const edge = ((cover[n * 4 + 3] ?? 0) - inside) * 6;
          const weight = Math.exp(-edge * edge - 0.25 * ((nx - x) ** 2 + (ny - y) ** 2));
          total += weight * (0.3 * (light[n * 4] ?? 0) + 0.6 * (light[n * 4 + 1] ?? 0) + 0.1 * (light[n * 4 + 2] ?? 0));
          sum += weight;
        }
      }
      out[i] = Math.log2(0.02 + total / sum);
    }
  }
  return out;
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
