/**
 * The network on the graphics processor. It runs in a process of its own (gpu-worker.ts), as a driver may crash or never answer; whatever
 * becomes of that process, the processor answers in its place and nobody hears of it.
 */
import type { Raster } from '../files/raster.ts';
import { type ModelSize, SIZES } from './network.ts';
import { type Ask, objection, type Trial, tryBoth } from './trial.ts';

/** One picture for one graph. */
export interface GpuLook {
  /** The graph's file; proven by whoever asks. */
  readonly path: string;
  readonly size: number;
  /** RGB, sRGB, size x size. */
  readonly picture: Raster;
}

/** The way to that process. */
export interface GpuDoor {
  /** size * size bytes. Rejects when there is no graphics processor that can do it, or its process crashed or never answered. */
  look(what: GpuLook): Promise<Uint8Array>;
  /** Nobody asks for now: the process may go, and starts again when it is asked. */
  leave(): void;
}

/** What asking needs. */
interface GpuParts {
  readonly door: GpuDoor;
  /** The file of the graph of that size. Rejects when it is not what it has to be. */
  readonly graph: (size: ModelSize) => Promise<string>;
  /** The photo that is shipped. */
  readonly sample: (size: ModelSize) => Promise<Raster>;
  /** It failed so often that it is not asked any more. */
  readonly givenUp: () => void;
  /** How long a look may take once the shaders are there; ten seconds when not given. */
  readonly withinMs?: number;
}

/** A tenth of a second is usual; a system that resets its driver takes a few seconds for it. */
const WITHIN_MS = 10_000;
/** A device is lost when the machine sleeps, or its driver is renewed; that is no reason to do without it for good. */
const MOST_FAILURES = 3;

/** The graphics processor of a machine where it was found to be of use. */
export class Gpu {
  readonly #parts: GpuParts;
  /** Sizes whose shaders are there: until then a look would take seconds. */
  readonly #ready = new Set<ModelSize>();
  readonly #warming = new Set<ModelSize>();
  #failures = 0;
  /** What was asked before it is not heard any more. */
  #round = 0;

  constructor(parts: GpuParts) {
    this.#parts = parts;
  }

  /** Whether it would answer at once: it does one after the other, and compiling shaders takes seconds. */
  isReady(size: ModelSize): boolean {
    return this.#ready.has(size) && this.#warming.size === 0;
  }

  /** Loads the graph and has its shaders compiled, meanwhile. */
  warm(size: ModelSize): void {
    if (this.#failures >= MOST_FAILURES || this.#ready.has(size) || this.#warming.has(size)) return;
    this.#warming.add(size);
    void this.#compile(size);
  }

  /** size * size bytes; null: it is not ready, or failed, and the processor has to answer. */
  async matte(size: ModelSize, picture: Raster): Promise<Uint8Array | null> {
    if (!this.isReady(size)) {
      this.warm(size);
      return null;
    }
    const late = Promise.withResolvers<never>();
    const limit = setTimeout(() => late.reject(new Error('the graphics processor did not answer')), this.#parts.withinMs ?? WITHIN_MS);
    try {
      const { door, graph } = this.#parts;
      return await Promise.race([graph(size).then((path) => door.look({ path, size, picture })), late.promise]);
    } catch {
      this.#failed(size);
      return null;
    } finally {
      clearTimeout(limit);
    }
  }

  /** Lets its process go; asked again, it is warmed again. */
  leave(): void {
    this.#round += 1;
    this.#ready.clear();
    this.#parts.door.leave();
  }

  async #compile(size: ModelSize): Promise<void> {
    const { door, graph, sample } = this.#parts;
    const round = this.#round;
    // What is wrong with the files is said by the processor, which needs them, too.
    const path = await graph(size).catch(() => null);
    const answered =
      path === null
        ? null
        : await sample(size)
            .then((picture) => door.look({ path, size, picture }))
            .then(
              () => true,
              () => false,
            );
    this.#warming.delete(size);
    if (round !== this.#round) return;
    if (answered === true) this.#ready.add(size);
    else if (answered === false) this.#failed(size);
  }

  /** Its process may be another one by now, in which no size is ready. */
  #failed(size: ModelSize): void {
    this.#round += 1;
    this.#ready.clear();
    this.#failures += 1;
    if (this.#failures === MOST_FAILURES) this.#parts.givenUp();
    else this.warm(size);
  }
}

/** How the two are held against each other. */
interface GpuTrial extends Pick<GpuParts, 'door' | 'graph' | 'sample'> {
  /** The network as it is used without. */
  readonly usual: (size: ModelSize, picture: Raster) => Promise<Uint8Array>;
  /** Called before each look. Throws when something else is to be done. */
  readonly step: () => void;
  /** Milliseconds, from wherever. */
  readonly now: () => number;
}

/**
 * Both are asked about the sample, first at the small size; what is no use there is not asked for more. At the large one other limits of a
 * driver count, so that one does not speak for the other.
 *
 * @returns what was found at the last size that was tried. Rejects when it does not run, or `step` throws
 */
export async function holdGpuTrial({ door, graph, sample, usual, step, now }: GpuTrial): Promise<Trial> {
  let trial: Trial | null = null;
  for (const size of SIZES) {
    const picture = await sample(size);
    const path = await graph(size);
    const candidate: Ask = (seen) => {
      step();
      return door.look({ path, size, picture: seen });
    };
    // Compiles the shaders; and where nothing answers, nothing else is asked.
    await candidate(picture);
    const asked: Ask = (seen) => {
      step();
      return usual(size, seen);
    };
    trial = await tryBoth({ usual: asked, candidate }, picture, now);
    if (objection(trial) !== null) return trial;
  }
  if (trial === null) throw new Error('there is no size to try');
  return trial;
}
