/** The segmentation network: proven, chosen for this machine, loaded once, run one picture at a time. */
import { basename, join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { NetworkInUse } from '../../../shared/ipc/model.ts';
import type { Raster } from '../files/raster.ts';
import { refuse } from '../problems.ts';
import {
  type ChoosingParts,
  type Chosen,
  chooseGpu,
  chooseNetwork,
  fingerprintsKept,
  fp32Of,
  giveUpGpu,
  giveUpInt8,
} from './choose-network.ts';
import { Gpu, type GpuDoor, holdGpuTrial } from './gpu.ts';
import { proveFiles } from './model-files.ts';
import { askNetwork, loadNetwork, type ModelSize, provenSession, SIZES } from './network.ts';
import { askOwn } from './own-network.ts';
import { type Kept, keptOwn, ownFingerprint, ownPath } from './own-record.ts';
import { RunMark } from './run-mark.ts';
import { samplePicture } from './sample.ts';

export type { ModelSize } from './network.ts';

/** The work is begun again: with another network, whose mattes are kept under another name. */
export class NetworkReplaced extends Error {}

/** What is asked: a network of Backlot's own, or the user's. */
type Asked = Chosen | { readonly kind: 'own'; readonly fingerprint: string; readonly path: string; readonly kept: Kept };

/** What a choice needs; what is left out is as the repository has it. */
type ModelParts = Pick<ChoosingParts, 'modelDir' | 'threads'> & Partial<ChoosingParts> & { readonly gpu?: GpuDoor | null };

/** The trial of the graphics processor makes way for something else. */
class MadeWay extends Error {}

const isOnGpu = (asked: Asked): boolean => asked.kind === 'fp32' && asked.onGpu;

/** In single precision each size has a file of its own. */
const graphFile = (size: ModelSize): string => `isnet-${size}.onnx`;

const SAMPLES = new URL('../../../resources/samples/', import.meta.url);

/** The loaded network. */
export class Model {
  readonly #parts: ChoosingParts;
  readonly #mark: RunMark;
  readonly #door: GpuDoor | null;
  readonly #gpu: Gpu | null;
  readonly #sessions = new Map<string, Promise<InferenceSession>>();
  /** Among Backlot's own. */
  #choice: Promise<Asked> | null = null;
  /** Name of the user's network that is, or would be, asked; null: Backlot's own. */
  #own: string | null = null;
  #proof: Promise<void> | null = null;
  /** The network's activations are large: two pictures at once would double them and be no faster. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ trusted = new Set(), samples = SAMPLES, afterCrash = false, gpu = null, ...parts }: ModelParts) {
    this.#parts = { ...parts, trusted, samples, afterCrash };
    this.#mark = new RunMark(parts.modelDir);
    this.#door = gpu;
    const givenUp = (): void => void giveUpGpu(this.#parts);
    this.#gpu = gpu === null ? null : new Gpu({ door: gpu, graph: this.#provenGraph, sample: this.#sample, givenUp });
  }

  /** Name of the user's network that is used from now on; null: Backlot's own. Another process may have decided it: it is read anew. */
  ownName(): string | null {
    return this.#lookForOwn().name;
  }

  /** Of the network that is used here, and so part of every key under which a matte is kept. Never rejects. */
  async fingerprint(): Promise<string> {
    const { modelDir, trusted } = this.#parts;
    // What is missing is said by the picture that needs it; one whose matte is kept does not.
    const chosen = await this.#chosen().catch(() => fp32Of(modelDir, trusted));
    return chosen.fingerprint;
  }

  /** The other names under which mattes of this machine may be kept, for when the network itself is not there. */
  async otherFingerprints(): Promise<string[]> {
    const used = await this.fingerprint();
    return fingerprintsKept(this.#parts).filter((name) => name !== used);
  }

  /** Loads ahead of the first picture. Never rejects; the picture that needs the model says what is wrong. */
  warm(size: ModelSize): void {
    void this.#chosen()
      .then(async (asked) => {
        // Shaders are compiled for every size; what a graph of the processor holds in memory is only loaded when it is wanted.
        if (isOnGpu(asked)) for (const each of SIZES) this.#gpu?.warm(each);
        await this.#session(asked, size);
      })
      .catch(() => undefined);
  }

  /**
   * Tries, once for each driver, network and version of Backlot, whether the graphics processor answers the same and sooner; from the next start on it
   * is asked then. For when nothing else is to do.
   *
   * @param isWanted asked before each look: whether to make way; then it is tried another time. @param onStep called before each look
   */
  async tryGpu(isWanted: () => boolean, onStep: () => void): Promise<void> {
    const door = this.#door;
    const asked = await this.#chosen().catch(() => null);
    if (door === null || asked === null || asked.kind === 'own' || isOnGpu(asked)) return;
    const step = (): void => {
      if (isWanted()) throw new MadeWay();
      onStep();
    };
    const usual = (size: ModelSize, picture: Raster): Promise<Uint8Array> => this.matte(size, picture, asked.fingerprint);
    await chooseGpu(this.#parts, async () => {
      try {
        const parts = { door, graph: this.#provenGraph, sample: this.#sample, usual, step };
        return await holdGpuTrial({ ...parts, now: () => performance.now() });
      } catch (error) {
        // In the second case something else is wrong, of which the trial says nothing.
        if (error instanceof MadeWay || error instanceof NetworkReplaced) return null;
        throw error;
      } finally {
        door.leave();
      }
    });
  }

  /**
   * @param picture RGB, sRGB, size x size (stretched). @param network under whose name (`fingerprint`) the answer is kept
   * @returns size * size bytes: 0 background, 255 subject.
   * @throws NetworkReplaced when another one is used by now: the eight-bit one failed, or somebody took one in or gave it up
   */
  async matte(size: ModelSize, picture: Raster, network: string): Promise<Uint8Array> {
    // It is loaded while another picture still has its turn.
    const ahead = await this.#named(network);
    if (!this.#isReadyOnGpu(ahead, size)) await this.#session(ahead, size);
    const run = this.#turn.then(async () => {
      const asked = await this.#named(network);
      const sooner = isOnGpu(asked) ? await this.#gpu?.matte(size, picture) : null;
      return sooner ?? this.#ask(asked, await this.#session(asked, size), size, picture);
    });
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /** Which network answers here. Throws DarkroomError when the choice cannot be made. */
  async inUse(): Promise<NetworkInUse> {
    const chosen = await this.#chosen();
    if (chosen.kind === 'own') return { kind: 'own', own: chosen.kept.own };
    return { kind: chosen.kind === 'int8' ? 'eight-bit' : 'float' };
  }

  /** Best time of Backlot's own network for a picture, in milliseconds; null when it is not there. */
  async builtInMs(size: ModelSize, now: () => number): Promise<number | null> {
    const { modelDir, threads, samples } = this.#parts;
    try {
      const chosen = await chooseNetwork(this.#parts);
      const path = chosen.kind === 'int8' ? chosen.path : join(modelDir, graphFile(size));
      const session = await loadNetwork(path, threads, chosen.kind === 'int8');
      const picture = await samplePicture(samples, size);
      try {
        let best = Number.POSITIVE_INFINITY;
        for (let n = 0; n < 2; n++) {
          const start = now();
          await askNetwork(session, size, picture);
          best = Math.min(best, now() - start);
        }
        return best;
      } finally {
        await session.release();
      }
    } catch {
      return null;
    }
  }

  /** Other files are there from now on. */
  async replaced(): Promise<void> {
    await this.close();
    this.#choice = null;
    this.#proof = null;
  }

  /** Lets the network go once the picture it works on is done; asked again, it is loaded again. */
  close(): Promise<void> {
    const open = [...this.#sessions.values()];
    this.#sessions.clear();
    this.#gpu?.leave();
    const released = this.#turn.then(async () => {
      for (const outcome of await Promise.allSettled(open)) if (outcome.status === 'fulfilled') await outcome.value.release();
    });
    this.#turn = released.catch(() => undefined);
    return released;
  }

  #isReadyOnGpu(asked: Asked, size: ModelSize): boolean {
    return isOnGpu(asked) && this.#gpu?.isReady(size) === true;
  }

  readonly #sample = (size: ModelSize): Promise<Raster> => samplePicture(this.#parts.samples, size);

  /** What the graphics processor is given is proven as what the processor loads. */
  readonly #provenGraph = async (size: ModelSize): Promise<string> => {
    const { modelDir, trusted } = this.#parts;
    await this.#prove(fp32Of(modelDir, trusted));
    return join(modelDir, graphFile(size));
  };

  #prove({ files }: Extract<Chosen, { kind: 'fp32' }>): Promise<void> {
    const proof = this.#proof ?? proveFiles(this.#parts.modelDir, files);
    this.#proof = proof;
    proof.catch(() => {
      if (this.#proof === proof) this.#proof = null;
    });
    return proof;
  }

  /** The network of that name. Throws NetworkReplaced when that is not the one in use. */
  async #named(network: string): Promise<Asked> {
    const asked = await this.#chosen();
    if (asked.fingerprint !== network) throw new NetworkReplaced('another network is used by now');
    return asked;
  }

  async #chosen(): Promise<Asked> {
    const { kept, name } = this.#lookForOwn();
    if (kept !== null && name !== null) return { kind: 'own', fingerprint: name, path: ownPath(this.#parts.modelDir, kept.own), kept };
    if (this.#choice !== null) return this.#choice;
    const choice: Promise<Asked> = chooseNetwork(this.#parts);
    this.#choice = choice;
    // A set-up that was repaired meanwhile must be seen: failures are not kept.
    choice.catch(() => {
      if (this.#choice === choice) this.#choice = null;
    });
    return choice;
  }

  /** What the record says now. The network before it is let go: it may be a gigabyte, and Windows keeps a file that is open. */
  #lookForOwn(): { readonly kept: Kept | null; readonly name: string | null } {
    const kept = keptOwn(this.#parts.modelDir);
    const name = kept === null ? null : ownFingerprint(kept);
    if (name !== this.#own) {
      this.#own = name;
      void this.close().catch(() => undefined);
    }
    return { kept, name };
  }

  async #ask(asked: Asked, session: InferenceSession, size: ModelSize, picture: Raster): Promise<Uint8Array> {
    if (asked.kind === 'int8') return this.#marked(session, size, picture);
    if (asked.kind === 'fp32') return askNetwork(session, size, picture);
    const { name } = asked.kept.own;
    return askOwn(session, asked.kept.reading, size, picture).catch((error: unknown) => {
      throw refuse('own_network_failed', name, '', error);
    });
  }

  async #marked(session: InferenceSession, size: ModelSize, picture: Raster): Promise<Uint8Array> {
    this.#mark.begin();
    try {
      return await askNetwork(session, size, picture);
    } catch {
      await this.#fallBack();
      throw new NetworkReplaced('the eight-bit network failed');
    } finally {
      this.#mark.end();
    }
  }

  async #fallBack(): Promise<void> {
    const { modelDir, trusted } = this.#parts;
    await giveUpInt8(this.#parts);
    this.#choice = Promise.resolve(fp32Of(modelDir, trusted));
  }

  #session(chosen: Asked, size: ModelSize): Promise<InferenceSession> {
    // One eight-bit file serves every size.
    const key = chosen.kind === 'fp32' ? graphFile(size) : chosen.path;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const loading =
      chosen.kind === 'fp32' ? this.#loadProven(key, chosen) : chosen.kind === 'own' ? this.#loadOwn(chosen) : this.#loadInt8(chosen.path);
    this.#sessions.set(key, loading);
    loading.catch(() => {
      if (this.#sessions.get(key) === loading) this.#sessions.delete(key);
      this.#proof = null;
      this.#choice = null;
    });
    return loading;
  }

  async #loadInt8(path: string): Promise<InferenceSession> {
    try {
      return await loadNetwork(path, this.#parts.threads, true);
    } catch {
      await this.#fallBack();
      throw new NetworkReplaced('the eight-bit network could not be loaded');
    }
  }

  async #loadOwn({ path, kept }: Extract<Asked, { kind: 'own' }>): Promise<InferenceSession> {
    const proof = proveFiles(this.#parts.modelDir, [{ file: basename(path), bytes: kept.own.bytes, sha256: kept.own.sha256 }]);
    const loading = loadNetwork(path, this.#parts.threads);
    return provenSession(proof, loading).catch((error: unknown) => {
      throw refuse('own_network_failed', kept.own.name, '', error);
    });
  }

  async #loadProven(file: string, chosen: Extract<Chosen, { kind: 'fp32' }>): Promise<InferenceSession> {
    const { modelDir, threads } = this.#parts;
    const path = join(modelDir, file);
    return provenSession(
      this.#prove(chosen),
      loadNetwork(path, threads).catch((error: unknown) => {
        // What is missing is said by the proof; here the files exist and are not what they should be.
        throw refuse('model_damaged', path, '', error);
      }),
    );
  }
}
