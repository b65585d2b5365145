/** A picture's matte after each step of the darkroom, with the truth beside it, all at the size at which edges are worked out. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import sharp from 'sharp';
import { GUIDE_LONG_EDGE, makeCutout } from '../../electron/darkroom/cutout/cutout.ts';
import { type Raster, within } from '../../electron/darkroom/files/raster.ts';
import { readRaster } from '../../electron/darkroom/files/read-raster.ts';
import { openSource } from '../../electron/darkroom/files/source.ts';
import type { Model, ModelSize } from '../../electron/darkroom/matte/model.ts';
import { askNetwork, loadNetwork } from '../../electron/darkroom/matte/network.ts';
import { type Answering, matteAt, segment } from '../../electron/darkroom/matte/segment.ts';
import manifest from '../../resources/models/manifest.json' with { type: 'json' };

/** In the order in which they are taken: the network's two looks, what is made of both, and the finished edges. */
export const STEPS = ['small', 'large', 'combined', 'edges'] as const;
export type Step = (typeof STEPS)[number];

/** Everything of one size. */
export interface Stepped {
  readonly guide: Raster;
  readonly truth: Uint8Array;
  readonly mattes: Readonly<Record<Step, Uint8Array>>;
}

/** In what the network reckons; which of them a machine uses is found by a trial (choose-network.ts). */
export const ARITHMETICS = ['floats', 'eight-bit'] as const;
export type Arithmetic = (typeof ARITHMETICS)[number];

/** Backlot's own network in an arithmetic that is said, whatever this machine would choose. */
export class NetworkIn {
  readonly #arithmetic: Arithmetic;
  readonly #modelDir: string;
  readonly #sessions = new Map<string, Promise<InferenceSession>>();

  /** @param modelDir a folder in which both lie, as the set-up leaves it */
  constructor(arithmetic: Arithmetic, modelDir: string) {
    this.#arithmetic = arithmetic;
    this.#modelDir = modelDir;
  }

  /** What its answers are kept under. */
  async fingerprint(): Promise<string> {
    return this.#arithmetic === 'floats' ? manifest.source.sha256 : manifest.int8.sha256;
  }

  /** See `Model.matte`. Throws what the runtime throws, of a file that is missing, too. */
  async matte(size: ModelSize, picture: Raster): Promise<Uint8Array> {
    const isInt8 = this.#arithmetic === 'eight-bit';
    const file = isInt8 ? manifest.int8.file : `isnet-${size}.onnx`;
    const session = this.#sessions.get(file) ?? loadNetwork(join(this.#modelDir, file), 2, isInt8);
    this.#sessions.set(file, session);
    return askNetwork(await session, size, picture);
  }

  async close(): Promise<void> {
    for (const session of await Promise.all(this.#sessions.values())) await session.release();
    this.#sessions.clear();
  }
}

/** The network with a memory on disk: a change of the edges asks it nothing anew. */
export class KeptAnswers {
  readonly #model: Pick<Model, 'fingerprint' | 'matte'>;
  readonly #folder: string;

  /** @param folder made when it is not there; its files are named by what was asked and by the network that answered */
  constructor(model: Pick<Model, 'fingerprint' | 'matte'>, folder: string) {
    this.#model = model;
    this.#folder = folder;
  }

  /** The answer about a square picture, see `Model.matte`. */
  async matte(size: ModelSize, picture: Raster): Promise<Uint8Array> {
    const network = await this.#model.fingerprint();
    const digest = createHash('sha256').update(network).update(picture.data).digest('hex').slice(0, 32);
    const file = join(this.#folder, `${digest}-${size}.png`);
    if (existsSync(file))
      return sharp(await readFile(file))
        .toColourspace('b-w')
        .raw()
        .toBuffer();
    const answer = await this.#model.matte(size, picture, network);
    await mkdir(this.#folder, { recursive: true });
    await writeFile(
      file,
      await sharp(answer, { raw: { width: size, height: size, channels: 1 } })
        .png()
        .toBuffer(),
    );
    return answer;
  }
}

const NOTHING_KEPT = { network: '', matte: async () => null, keepMatte: async () => undefined };

/**
 * @param photo a path; sRGB, no transparency
 * @param truth its exact matte as an image, of any size
 */
export async function takeSteps(model: Answering, photo: string, truth: string): Promise<Stepped> {
  const source = await openSource(photo);
  const guide = await readRaster(source, within(source, GUIDE_LONG_EDGE));
  const looks = new Map<ModelSize, Uint8Array>();
  const listening: Answering = {
    matte: async (size, picture, network) => {
      const answer = await model.matte(size, picture, network);
      // What comes after may go on working in the answer itself; `slice` of a Buffer would be no copy.
      looks.set(size, Uint8Array.from(answer));
      return answer;
    },
  };
  const whole = await segment(listening, source, async () => guide, NOTHING_KEPT, 'full');
  const at = (side: number, data: Uint8Array): Promise<Uint8Array> => matteAt({ side, data }, guide);
  const look = (size: ModelSize): Promise<Uint8Array> => at(size, looks.get(size) ?? new Uint8Array(size * size));
  const combined = await at(whole.side, whole.data);
  return {
    guide,
    truth: await sharp(truth).resize(guide.width, guide.height, { fit: 'fill' }).toColourspace('b-w').raw().toBuffer(),
    mattes: { small: await look(512), large: await look(1024), combined, edges: makeCutout(guide, combined, []).alpha },
  };
}
