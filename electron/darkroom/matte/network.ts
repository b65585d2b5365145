/** The network itself: loading one of its graphs, and asking it about one picture. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import type { Raster } from '../files/raster.ts';

/** Input and output sides that exist. The small one is four times as fast and sees the whole; the large one sees detail. */
export type ModelSize = 512 | 1024;

/** @param threads how many cores one inference may use. Throws what the library throws. */
export function loadNetwork(path: string, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(path, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // The arena keeps every buffer it ever needed: off costs a few per cent and halves the memory.
    enableCpuMemArena: false,
    graphOptimizationLevel: 'all',
    // Waiting threads sleep instead of spinning, and work is cut into small pieces: the studio stays responsive meanwhile, and a
    // core that is busy elsewhere does not hold the others up.
    extra: { session: { intra_op: { allow_spinning: '0' }, dynamic_block_base: '4' } },
    // What goes wrong is said as a Problem; the library's own lines say it again, less clearly.
    logSeverityLevel: 4,
  });
}

/** @param picture RGB, sRGB, size x size (stretched). @returns size * size bytes: 0 background, 255 subject. */
export async function askNetwork(session: InferenceSession, size: ModelSize, picture: Raster): Promise<Uint8Array> {
  const area = size * size;
  const input = new Float32Array(3 * area);
  const { mean, scale } = manifest.input;
  for (let i = 0, p = 0; i < area; i++, p += 3) {
    input[i] = ((picture.data[p] as number) - mean) / scale;
    input[area + i] = ((picture.data[p + 1] as number) - mean) / scale;
    input[2 * area + i] = ((picture.data[p + 2] as number) - mean) / scale;
  }
  // One picture in, one matte out; what they are called is the publisher's.
  const [from = '', to = ''] = [session.inputNames[0], session.outputNames[0]];
  const answer = await session.run({ [from]: new Tensor('float32', input, [1, 3, size, size]) });
  const values = answer[to]?.data;
  if (!(values instanceof Float32Array) || values.length !== area) throw new Error('the network answered in another shape');
  const matte = new Uint8Array(area);
  for (let i = 0; i < area; i++) matte[i] = Math.min(255, Math.max(0, Math.round((values[i] as number) * 255)));
  return matte;
}
