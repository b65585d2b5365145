/** The network itself: loading one of its graphs, and asking it about one picture. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import type { Raster } from '../files/raster.ts';

/** Input and output sides that exist. The small one is four times as fast and sees the whole; the large one sees detail. */
export type ModelSize = 512 | 1024;

/** All of them, the small one first. */
export const SIZES: readonly ModelSize[] = [512, 1024];

/**
 * @param threads how many cores one inference may use
 * @param keepsBuffers whether the runtime's arena keeps every buffer it ever needed: a few per cent faster. In floats it doubles the memory; in eight
 *   bits it is 16 MB.
 * @param where it runs: `webgpu` is the graphics processor, by Vulkan, Metal or Direct3D; only in a process that may crash (gpu-worker.ts)
 *
 * Throws what the library throws; where there is no graphics processor, that.
 */
export function loadNetwork(
  path: string,
  threads: number,
  keepsBuffers = false,
  where: 'cpu' | 'webgpu' = 'cpu',
): Promise<InferenceSession> {
  return InferenceSession.create(path, {
    executionProviders: [where],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: keepsBuffers,
    graphOptimizationLevel: 'all',
    // Waiting threads sleep instead of spinning, and work is cut into small pieces: the studio stays responsive meanwhile, and a
    // core that is busy elsewhere does not hold the others up.
    extra: { session: { intra_op: { allow_spinning: '0' }, dynamic_block_base: '4' } },
    // What goes wrong is said as a Problem; the library's own lines say it again, less clearly.
    logSeverityLevel: 4,
  });
}

/**
 * Hashing runs beside loading; what the hash says about the files comes first.
 *
 * @param proof rejects when the files are not what they should be; then that is thrown. @returns what `loading` does
 */
export async function provenSession(proof: Promise<void>, loading: Promise<InferenceSession>): Promise<InferenceSession> {
  const loaded = loading.then(
    (session) => ({ session }),
    (error: unknown) => ({ error }),
  );
  try {
    await proof;
  } catch (error) {
    // It would keep the damaged file open, which on Windows then cannot be replaced.
    const wrong = await loaded;
    if ('session' in wrong) await wrong.session.release();
    throw error;
  }
  const outcome = await loaded;
  if ('error' in outcome) throw outcome.error;
  return outcome.session;
}

/** @param picture RGB, sRGB, size x size (stretched). @returns size * size bytes: 0 background, 255 subject. */
export async function askNetwork(session: InferenceSession, size: number, picture: Raster): Promise<Uint8Array> {
  const area = size * size;
  // One picture in, one matte out; what they are called is the publisher's.
  const [from = '', to = ''] = [session.inputNames[0], session.outputNames[0]];
  const answer = await session.run({ [from]: takesBytes(session) ? inBlocks(picture, size) : inFloats(picture, size) });
  const values = answer[to]?.data;
  if (!(values instanceof Float32Array) || values.length !== area) throw new Error('the network answered in another shape');
  const matte = new Uint8Array(area);
  for (let i = 0; i < area; i++) matte[i] = Math.min(255, Math.max(0, Math.round((values[i] as number) * 255)));
  return matte;
}

/** The eight-bit network does (quantise-network.mjs). */
function takesBytes(session: InferenceSession): boolean {
  const [input] = session.inputMetadata;
  return input?.isTensor === true && input.type === 'uint8';
}

/** Typed arrays are dense: an index inside them always holds a number. */
function inFloats({ data }: Raster, size: number): Tensor {
  const area = size * size;
  const input = new Float32Array(3 * area);
  const { mean, scale } = manifest.input;
  for (let i = 0, p = 0; i < area; i++, p += 3) {
    input[i] = ((data[p] as number) - mean) / scale;
    input[area + i] = ((data[p + 1] as number) - mean) / scale;
    input[2 * area + i] = ((data[p + 2] as number) - mean) / scale;
  }
  return new Tensor('float32', input, [1, 3, size, size]);
}

/** Of each 2 x 2 pixels the upper two, then the lower two. */
function inBlocks({ data }: Raster, size: number): Tensor {
  const row = 3 * size;
  const half = size / 2;
  const input = new Uint8Array(row * size);
  let to = 0;
  for (let y = 0; y < size; y += 2) {
    for (let x = 0, upper = y * row; x < half; x++, upper += 6) {
      for (let n = 0; n < 6; n++) input[to++] = data[upper + n] as number;
      for (let n = 0; n < 6; n++) input[to++] = data[upper + row + n] as number;
    }
  }
  return new Tensor('uint8', input, [1, half, half, 12]);
}
