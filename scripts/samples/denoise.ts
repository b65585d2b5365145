/**
 * Takes the grain of few light samples away without touching texture or edges: an edge-avoiding a-trous wavelet filter
 * (Dammertz et al. 2010) over the light that fell on matte surfaces, guided by direction, distance and outline; the colour
 * of the surfaces is multiplied back in afterwards. What glossy surfaces mirror is filtered lightly by itself.
 */
export interface Layers {
  readonly width: number;
  readonly height: number;
  /** Each width * height * 4, as gpu.mjs describes them. */
  readonly light: Float32Array;
  readonly falling: Float32Array;
  readonly colour: Float32Array;
  readonly facing: Float32Array;
}

/** @returns linear light, width * height * 3. */
export function denoised(layers: Layers): Float32Array {
  const { width, height, light, falling, colour } = layers;
  const count = width * height;
  let matte: Float32Array<ArrayBufferLike> = new Float32Array(count * 3);
  let mirrored: Float32Array<ArrayBufferLike> = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) {
      matte[i * 3 + c] = at(falling, i * 4 + c);
      mirrored[i * 3 + c] = at(light, i * 4 + c) - at(falling, i * 4 + c) * at(colour, i * 4 + c);
    }
  }
  for (const [pass, step] of [1, 2, 4, 8].entries()) matte = filtered(matte, layers, step, 1.1 / 2 ** (pass * 0.6));
  for (const step of [1, 2, 4]) mirrored = filtered(mirrored, layers, step, 0.4 / Math.sqrt(step));
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) matte[i * 3 + c] = Math.max(0, at(matte, i * 3 + c) * at(colour, i * 4 + c) + at(mirrored, i * 3 + c));
  }
  return matte;
}

const KERNEL = [1 / 16, 1 / 4, 3 / 8, 1 / 4, 1 / 16] as const;

/** One pass over every `step`-th neighbour. `range`: how far apart, in stops, light still counts as the same light. */
function filtered(source: Float32Array, { width, height, light, falling, facing }: Layers, step: number, range: number): Float32Array {
  const out = new Float32Array(source.length);
  const stops = smoothedStops(source, width, height);
  const tight = 1 / (2 * range * range);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let [r, g, b, sum] = [0, 0, 0, 0];
      const distance = at(falling, i * 4 + 3);
      for (let ky = -2; ky <= 2; ky++) {
        const ny = y + ky * step;
        if (ny < 0 || ny >= height) continue;
        for (let kx = -2; kx <= 2; kx++) {
          const nx = x + kx * step;
          if (nx < 0 || nx >= width) continue;
          const n = ny * width + nx;
          const apart = at(stops, n) - at(stops, i);
          const outline = (at(light, n * 4 + 3) - at(light, i * 4 + 3)) * 5;
          const depth = (at(falling, n * 4 + 3) - distance) / (0.02 * distance * Math.sqrt(step));
          const turn =
            at(facing, n * 4) * at(facing, i * 4) +
            at(facing, n * 4 + 1) * at(facing, i * 4 + 1) +
            at(facing, n * 4 + 2) * at(facing, i * 4 + 2);
          const own = at(facing, i * 4) ** 2 + at(facing, i * 4 + 1) ** 2 + at(facing, i * 4 + 2) ** 2;
          const bent = Math.max(0, own - turn) * 24;
          const kernel = (KERNEL[ky + 2] ?? 0) * (KERNEL[kx + 2] ?? 0);
          const weight = kernel * Math.exp(-apart * apart * tight - outline * outline - 0.5 * depth * depth - bent) + (n === i ? 1e-6 : 0);
          r += weight * at(source, n * 3);
          g += weight * at(source, n * 3 + 1);
          b += weight * at(source, n * 3 + 2);
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

/** Brightness in stops, of 3 x 3 means: comparing single noisy pixels would keep the noise. */
function smoothedStops(source: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(width * height);
  const grey = (i: number): number => 0.3 * at(source, i * 3) + 0.6 * at(source, i * 3 + 1) + 0.1 * at(source, i * 3 + 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      let count = 0;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++)
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++, count++) sum += grey(ny * width + nx);
      out[y * width + x] = Math.log2(0.03 + Math.max(0, sum / count));
    }
  }
  return out;
}

/** Typed arrays are dense: an index inside them always holds a number. */
const at = (values: Float32Array, index: number): number => values[index] as number;
