/** The segmentation network: proven by its hash before it is used, loaded once, run one picture at a time. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { Raster } from '../files/raster.ts';
import type { ModelFile } from '../port.ts';
import { refuse } from '../problems.ts';
import { expectedFiles } from './model-files.ts';
import { askNetwork, loadNetwork, type ModelSize } from './network.ts';

export type { ModelSize } from './network.ts';

/** The loaded network. */
export class Model {
  readonly #modelDir: string;
  readonly #threads: number;
  readonly #trusted: ReadonlySet<string>;
  readonly #sessions = new Map<ModelSize, Promise<InferenceSession>>();
  #proven: Promise<void> | null = null;
  #expected: readonly ModelFile[] | null = null;
  /** The network's activations are large: two pictures at once would double them and be no faster. */
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * @param threads how many cores one inference may use
   * @param trusted what the files may have been made from, besides those that the manifest lists (see `expectedFiles`)
   */
  constructor(modelDir: string, threads: number, trusted: ReadonlySet<string> = new Set()) {
    this.#modelDir = modelDir;
    this.#threads = threads;
    this.#trusted = trusted;
  }

  /** Changes when the network's files do: part of every key under which a matte is kept. */
  get fingerprint(): string {
    return fingerprintOf(this.#files());
  }

  /** Loads ahead of the first picture. Never rejects; the picture that needs the model says what is wrong. */
  warm(size: ModelSize): void {
    this.#session(size).catch(() => undefined);
  }

  /** @param picture RGB, sRGB, size x size (stretched). @returns size * size bytes: 0 background, 255 subject. */
  async matte(size: ModelSize, picture: Raster): Promise<Uint8Array> {
    const loaded = await this.#session(size);
    const run = this.#turn.then(() => askNetwork(loaded, size, picture));
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /** Other files are there from now on. */
  async replaced(): Promise<void> {
    await this.close();
    this.#proven = null;
    this.#expected = null;
  }

  /** Lets the network go once the picture it works on is done; asked again, it is loaded again. */
  async close(): Promise<void> {
    const open = await Promise.allSettled(this.#sessions.values());
    await this.#turn;
    for (const outcome of open) if (outcome.status === 'fulfilled') await outcome.value.release();
    this.#sessions.clear();
  }

  #files(): readonly ModelFile[] {
    this.#expected ??= expectedFiles(this.#modelDir, this.#trusted);
    return this.#expected;
  }

  #session(size: ModelSize): Promise<InferenceSession> {
    const known = this.#sessions.get(size);
    if (known !== undefined) return known;
    this.#proven ??= prove(this.#modelDir, this.#files());
    const loading = provenSession(this.#proven, load(this.#modelDir, size, this.#threads));
    this.#sessions.set(size, loading);
    // A set-up that was repaired meanwhile must be seen: failures are not kept.
    loading.catch(() => {
      this.#sessions.delete(size);
      this.#proven = null;
      this.#expected = null;
    });
    return loading;
  }
}

/** Hashing runs beside loading; what the hash says about the files comes first. */
async function provenSession(proof: Promise<void>, loading: Promise<InferenceSession>): Promise<InferenceSession> {
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

const fingerprintOf = (files: readonly ModelFile[]): string =>
  createHash('sha256')
    .update(files.map((file) => file.sha256).join(' '))
    .digest('hex')
    .slice(0, 16);

async function load(modelDir: string, size: ModelSize, threads: number): Promise<InferenceSession> {
  const path = join(modelDir, `isnet-${size}.onnx`);
  try {
    return await loadNetwork(path, threads);
  } catch (error) {
    // What is missing is said by the proof; here the files exist and are not what they should be.
    throw refuse('model_damaged', path, '', error);
  }
}

async function prove(modelDir: string, files: readonly ModelFile[]): Promise<void> {
  for (const file of files) {
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
