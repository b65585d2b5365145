/**
 * A picture that lies in a file, row by row: as large as it likes, only the rows that are worked on are in memory. The pixels stand there
 * bare, so that any row is found by its number and the encoders read them from top to bottom.
 */
import { randomUUID } from 'node:crypto';
import { readSync, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import { DarkroomError, MAX_PIXELS, problem, systemCode, writeProblem } from '../problems.ts';
import type { PixelShape } from './raster.ts';
import { frameTiff } from './tiff.ts';

/** What a process that ended in the middle of its work left behind is taken away after so long. */
const LEFT_BEHIND_MS = 86_400_000;
const NAMES = /^rows-.*\.(v|tif)$/;

/** Samples of some rows, as many as they have. */
type Samples = Uint8Array | Uint16Array;

/** Where such files are made, and the picture that they are made for: what a sentence names when the disk fails. */
export interface Workplace {
  readonly folder: string;
  readonly picture: string;
}

/** A picture's rows in a file of its own. Whoever made it removes it. Every method throws DarkroomError when the disk fails. */
export class RowFile {
  readonly shape: PixelShape;
  readonly #path: string;
  readonly #file: FileHandle;
  /** Bytes before the first row. */
  readonly #start: number;
  readonly #picture: string;

  private constructor(shape: PixelShape, { path, file, picture }: Opened, start: number) {
    this.shape = shape;
    this.#path = path;
    this.#file = file;
    this.#start = start;
    this.#picture = picture;
  }

  /** An empty one. Rows that are never written are nothing (zeros). */
  static async create(place: Workplace, shape: PixelShape): Promise<RowFile> {
    const opened = await openNew(place, 'tif');
    const { start, head, tail, tailAt } = frameTiff(shape);
    const made = new RowFile(shape, opened, start);
    await made.#guarded(async () => {
      await opened.file.write(head, 0, head.length, 0);
      await opened.file.write(tail, 0, tail.length, tailAt);
    });
    return made;
  }

  /**
   * What a pipeline yields, decoded from top to bottom without ever being whole in memory.
   * @throws what the pipeline throws when it is not for the disk; Error when its samples are not those of `shape`, or as many
   */
  static async decode(place: Workplace, pipeline: Sharp, shape: PixelShape): Promise<RowFile> {
    const opened = await openNew(place, 'v');
    const decoded = new RowFile(shape, opened, V_HEADER);
    try {
      await pipeline.toFile(opened.path);
      const { buffer } = await opened.file.read(Buffer.alloc(V_HEADER), 0, V_HEADER, 0);
      if (!isOfShape(buffer, shape)) throw new Error('decoded to another shape than was asked for');
      return decoded;
    } catch (error) {
      await decoded.remove();
      const full = error instanceof Error && DISK_FULL.test(error.message);
      throw full ? new DarkroomError(problem('disk_full', place.picture), error) : error;
    }
  }

  /** Reads rows into `samples`, which has room for just those. */
  async read(rows: Rows, samples: Samples): Promise<void> {
    await this.#guarded(async () => {
      const { bytes, at } = this.#place(rows, samples);
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await this.#file.read(bytes, done, bytes.length - done, at + done);
        if (bytesRead === 0) throw new Error(`rows end at byte ${at + done}`);
        done += bytesRead;
      }
    });
  }

  /** Writes rows, all of them in `samples`. */
  async write(rows: Rows, samples: Samples): Promise<void> {
    await this.#guarded(async () => {
      const { bytes, at } = this.#place(rows, samples);
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, at + done);
        done += bytesWritten;
      }
    });
  }

  /**
   * For threads of this process, which read and write by themselves until `work` is done. What they fail by on the disk is said as ever;
   * anything else they throw is thrown on.
   */
  async lend<T>(work: (file: LentFile) => Promise<T>): Promise<T> {
    try {
      return await work({ fd: this.#file.fd, start: this.#start, shape: this.shape });
    } catch (error) {
      throw systemCode(error) === '' ? error : new DarkroomError(writeProblem(error, this.#picture), error);
    }
  }

  /** A pipeline that reads it from top to bottom. The file has to stay until that is done. */
  pipeline(): Sharp {
    return sharp(this.#path, { limitInputPixels: MAX_PIXELS, sequentialRead: true });
  }

  /** The samples of some rows, in memory of their own. */
  async samples(from: number, to: number): Promise<Samples> {
    const { width, channels, depth } = this.shape;
    const count = (to - from) * width * channels;
    const samples = depth === 16 ? new Uint16Array(count) : new Uint8Array(count);
    await this.read({ from, to }, samples);
    return samples;
  }

  /** Closes it and takes it away. */
  async remove(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw new DarkroomError(writeProblem(error, this.#picture), error);
    }
  }

  #place(rows: Rows, samples: Samples): Place {
    return placeIn({ start: this.#start, shape: this.shape }, rows, samples);
  }
}

/** What a thread needs of a file that lies open in this process. */
export interface LentFile {
  readonly fd: number;
  /** Bytes before the first row. */
  readonly start: number;
  readonly shape: PixelShape;
}

/** Reads rows into `samples`, which has room for just those, and keeps the thread until it is done. Throws what the system says. */
export function readLent(file: LentFile, rows: Rows, samples: Samples): void {
  const { bytes, at } = placeIn(file, rows, samples);
  for (let done = 0; done < bytes.length; ) {
    const count = readSync(file.fd, bytes, done, bytes.length - done, at + done);
    if (count === 0) throw new Error(`rows end at byte ${at + done}`);
    done += count;
  }
}

/** Likewise writes rows, all of them in `samples`. */
export function writeLent(file: LentFile, rows: Rows, samples: Samples): void {
  const { bytes, at } = placeIn(file, rows, samples);
  for (let done = 0; done < bytes.length; ) done += writeSync(file.fd, bytes, done, bytes.length - done, at + done);
}

interface Place {
  readonly bytes: Uint8Array;
  /** In the file. */
  readonly at: number;
}

function placeIn({ start, shape }: Omit<LentFile, 'fd'>, { from, to }: Rows, samples: Samples): Place {
  const { width, height, channels, depth } = shape;
  const row = (width * channels * depth) / 8;
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  if (from < 0 || to > height || bytes.length !== (to - from) * row) throw new Error(`rows ${from} to ${to} and ${bytes.length} bytes`);
  return { bytes, at: start + from * row };
}

/** A picture of libvips: a header, and then its bare rows. */
const V_HEADER = 64;

/** Width, height, channels and the kind of sample, as that header has them (libvips, `vips__read_header_bytes`). */
function isOfShape(header: Buffer, { width, height, channels, depth }: PixelShape): boolean {
  const found = [4, 8, 12, 20].map((at) => header.readInt32LE(at));
  return found.join() === [width, height, channels, depth === 16 ? USHORT : UCHAR].join();
}

const UCHAR = 0;
const USHORT = 2;

/** In the words of the system, which is all that the library hands on. */
const DISK_FULL = /no space left|not enough space|disk quota|file too large/i;

interface Opened {
  readonly path: string;
  readonly file: FileHandle;
  readonly picture: string;
}

async function openNew({ folder, picture }: Workplace, ending: 'v' | 'tif'): Promise<Opened> {
  try {
    await mkdir(folder, { recursive: true });
    await sweep(folder);
    const path = join(folder, `rows-${randomUUID()}.${ending}`);
    return { path, file: await open(path, 'wx+'), picture };
  } catch (error) {
    throw new DarkroomError(writeProblem(error, picture), error);
  }
}

/** Two programs may work in one folder: only what is old was left behind. */
async function sweep(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((name) => NAMES.test(name))) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > LEFT_BEHIND_MS) await rm(path, { force: true });
  }
}
