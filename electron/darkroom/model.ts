/** The segmentation network: proven by its hash before it is used, loaded once, run one picture at a time. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import manifest from '../../resources/models/manifest.json' with { type: 'json' };
import { refuse } from './problems.ts';
import type { Raster } from './raster.ts';

/** Input and output sides that exist. The small one is four times as fast and sees the whole; the large one sees detail. */
export type ModelSize = 512 | 1024;

export interface Model {
  /** Changes when the network does: part of every key under which a matte is kept. */
  readonly fingerprint: string;
  /** Loads ahead of the first picture. Never rejects; the picture that needs the model says what is wrong. */
  warm(size: ModelSize): void;
  /** @param picture RGB, sRGB, size x size (stretched). @returns size * size bytes: 0 background, 255 subject. */
  matte(size: ModelSize, picture: Raster): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** @param threads how many cores one inference may use */
export function openModel(modelDir: string, threads: number): Model {
  const sessions = new Map<ModelSize, Promise<InferenceSession>>();
  let proven: Promise<void> | null = null;
  /** The network's activations are large: two pictures at once would double them and be no faster. */
  let turn: Promise<unknown> = Promise.resolve();

  function session(size: ModelSize): Promise<InferenceSession> {
    const known = sessions.get(size);
    if (known !== undefined) return known;
    proven ??= prove(modelDir);
    const loading = provenSession(proven, load(modelDir, size, threads));
    sessions.set(size, loading);
    // A set-up that was repaired meanwhile must be seen: failures are not kept.
    loading.catch(() => {
      sessions.delete(size);
      proven = null;
    });
    return loading;
  }

  return {
    fingerprint: fingerprint(),
    warm: (size) => void session(size).catch(() => undefined),
    async matte(size, picture) {
      const loaded = await session(size);
      const run = turn.then(() => infer(loaded, size, picture));
      turn = run.catch(() => undefined);
      return run;
    },
    async close() {
      const open = await Promise.allSettled(sessions.values());
      await turn;
      for (const outcome of open) if (outcome.status === 'fulfilled') await outcome.value.release();
      sessions.clear();
    },
  };
}

/** Hashing runs beside loading; what the hash says about the files comes first. */
async function provenSession(proof: Promise<void>, loading: Promise<InferenceSession>): Promise<InferenceSession> {
  const loaded = loading.then(
    (session) => ({ session }),
    (error: unknown) => ({ error }),
  );
  await proof;
  const outcome = await loaded;
  if ('error' in outcome) throw outcome.error;
  return outcome.session;
}

const fingerprint = (): string =>
  createHash('sha256')
    .update(manifest.files.map((file) => file.sha256).join(' '))
    .digest('hex')
    .slice(0, 16);

async function load(modelDir: string, size: ModelSize, threads: number): Promise<InferenceSession> {
  const path = join(modelDir, `isnet-${size}.onnx`);
  try {
    return await InferenceSession.create(path, {
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
  } catch (error) {
    // What is missing is said by the proof; here the files exist and are not what they should be.
    throw refuse('model_damaged', path, '', error);
  }
}

async function prove(modelDir: string): Promise<void> {
  for (const file of manifest.files) {
    const path = join(modelDir, file.file);
    let actual: string;
    try {
      actual = await sha256OfFile(path);
    } catch (error) {
      throw refuse('model_missing', path, '', error);
    }
    if (actual !== file.sha256) throw refuse('model_damaged', path);
  }
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

async function infer(session: InferenceSession, size: ModelSize, picture: Raster): Promise<Uint8Array> {
  const area = size * size;
  const input = new Float32Array(3 * area);
  const { mean, scale } = manifest.input;
  for (let i = 0, p = 0; i < area; i++, p += 3) {
    input[i] = ((picture.data[p] as number) - mean) / scale;
    input[area + i] = ((picture.data[p + 1] as number) - mean) / scale;
    input[2 * area + i] = ((picture.data[p + 2] as number) - mean) / scale;
  }
  const answer = await session.run({ [manifest.input.name]: new Tensor('float32', input, [1, 3, size, size]) });
  const values = answer[manifest.output]?.data;
  if (!(values instanceof Float32Array) || values.length !== area) throw new Error('the network answered in another shape');
  const matte = new Uint8Array(area);
  for (let i = 0; i < area; i++) matte[i] = Math.min(255, Math.max(0, Math.round((values[i] as number) * 255)));
  return matte;
}
