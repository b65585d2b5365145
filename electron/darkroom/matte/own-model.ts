/**
 * The user's own network: examined, tried on a photo whose matte is known, and only then kept, under the name of its digest. Its record is
 * written last and removed first, so a network is used or it is not.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { readRegularFile } from '../files/regular-file.ts';
import { writeAtomically } from '../files/write-out.ts';
import type { OnProgress } from '../port.ts';
import { DarkroomError, firstLine, refuse, systemCode } from '../problems.ts';
import { agreement } from './agreement.ts';
import { type Examined, examineNetwork, NotRun } from './examine-network.ts';
import { loadNetwork, type ModelSize } from './network.ts';
import { type Reading, readingsOf } from './network-families.ts';
import { askOwn } from './own-network.ts';
import { type Kept, keptOwn, ownPath, ownRecordIn } from './own-record.ts';
import { sampleMatte, samplePicture } from './sample.ts';

/** What taking one in needs. */
export interface OwnParts {
  readonly modelDir: string;
  /** Where the sample photo and its exact matte lie. */
  readonly samples: URL;
  readonly threads: number;
  /** Milliseconds, from wherever. */
  readonly now: () => number;
  /** Best time of Backlot's own network for the same picture; null when it is not there. */
  readonly builtInMs: (size: ModelSize) => Promise<number | null>;
}

/** BiRefNet in single precision is just below 1 GB. */
const LARGEST_BYTES = 1_500_000_000;
/** Intersection over union with the exact matte of the sample. Backlot's own reaches 0.992; a network that finds cars at all is well above this. */
const LEAST_IOU = 0.85;
/** The size that is exported. */
const TRIED_AT: ModelSize = 1024;
const ROUNDS = 2;
/** Longer texts are no names of licences. */
const LONGEST_LICENCE = 200;

const NAMES = /^own-[\da-f]{64}\.onnx$/;

/** Takes one in. @param licence as the user names it; null: not at all. Throws DarkroomError of the codes own_network_…; nothing is changed then. */
export async function keepOwn(parts: OwnParts, path: string, licence: string | null, onProgress: OnProgress): Promise<Kept> {
  const file = await readWhole(path);
  const { examined, readings } = examine(file, path);
  const named = examined.licence ?? (licence?.trim() || null);
  if (named === null) throw refuse('own_network_licence', path);
  onProgress(0.1);
  const { modelDir } = parts;
  const sha256 = createHash('sha256').update(file).digest('hex');
  const inUse = keptOwn(modelDir);
  const target = ownPath(modelDir, { sha256 });
  try {
    await mkdir(modelDir, { recursive: true });
    await writeAtomically(target, file);
    onProgress(0.2);
    const { reading, iou, ms } = await tryReadings(parts, target, readings, path, onProgress);
    const builtInMs = await parts.builtInMs(TRIED_AT);
    const timesAsLong = builtInMs === null ? null : ms / builtInMs;
    const { family } = reading;
    const own = { name: basename(path), sha256, bytes: file.length, licence: named.slice(0, LONGEST_LICENCE), family, iou, timesAsLong };
    const kept: Kept = { own, reading };
    await writeAtomically(ownRecordIn(modelDir), Buffer.from(`${JSON.stringify(kept, null, 2)}\n`));
    await sweep(modelDir, sha256);
    return kept;
  } catch (error) {
    if (inUse?.own.sha256 !== sha256) await rm(target, { force: true }).catch(() => undefined);
    throw notKept(error, path);
  }
}

/** Goes back to Backlot's own network. */
export async function leaveOwn(modelDir: string): Promise<void> {
  await rm(ownRecordIn(modelDir), { force: true });
  await sweep(modelDir, null);
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    return await readRegularFile(path, async (file, { size }) => {
      if (size > LARGEST_BYTES) throw refuse('own_network_refused', path, `is larger than ${LARGEST_BYTES / 1e9} GB`);
      return file.readFile();
    });
  } catch (error) {
    if (error instanceof DarkroomError) throw error;
    const code = systemCode(error);
    throw refuse('own_network_unreadable', path, code === '' ? '' : ` (${code})`, error);
  }
}

function examine(file: Buffer, path: string): { readonly examined: Examined; readonly readings: readonly Reading[] } {
  try {
    const examined = examineNetwork(file);
    return { examined, readings: readingsOf(examined) };
  } catch (error) {
    if (error instanceof NotRun) throw refuse('own_network_refused', path, error.message);
    throw error;
  }
}

interface Tried {
  readonly reading: Reading;
  readonly iou: number;
  /** Best time. */
  readonly ms: number;
}

/** Asks it in every way that its shapes allow, and takes the one that finds the most. */
async function tryReadings(
  parts: OwnParts,
  target: string,
  readings: readonly Reading[],
  path: string,
  onProgress: OnProgress,
): Promise<Tried> {
  const session = await loadNetwork(target, parts.threads).catch((error: unknown) => {
    throw doesNotRun(error, path);
  });
  try {
    const tried: Tried[] = [];
    for (const [n, reading] of readings.entries()) {
      tried.push(await tryOne(parts, session, reading, path));
      onProgress(0.2 + (0.6 * (n + 1)) / readings.length);
    }
    const best = tried.reduce((one, other) => (other.iou > one.iou ? other : one));
    if (best.iou < LEAST_IOU)
      throw refuse(
        'own_network_unfit',
        path,
        `found ${Math.floor(best.iou * 100)} % of the car in a sample photo; ${LEAST_IOU * 100} % are needed`,
      );
    return best;
  } finally {
    await session.release();
  }
}

async function tryOne({ samples, now }: OwnParts, session: InferenceSession, reading: Reading, path: string): Promise<Tried> {
  const [picture, truth] = await Promise.all([samplePicture(samples, TRIED_AT), sampleMatte(samples, TRIED_AT)]);
  try {
    let ms = Number.POSITIVE_INFINITY;
    let iou = 0;
    for (let n = 0; n < ROUNDS; n++) {
      const start = now();
      iou = agreement(await askOwn(session, reading, TRIED_AT, picture), truth);
      ms = Math.min(ms, now() - start);
    }
    return { reading, iou, ms };
  } catch (error) {
    throw doesNotRun(error, path);
  }
}

const doesNotRun = (error: unknown, path: string): DarkroomError =>
  refuse('own_network_unfit', path, `does not run here (${error instanceof Error ? firstLine(error.message) : ''})`, error);

/** Takes away networks that no record names. A file that is still open elsewhere is taken away the next time. */
async function sweep(modelDir: string, sha256: string | null): Promise<void> {
  const stays = sha256 === null ? null : basename(ownPath(modelDir, { sha256 }));
  for (const name of await readdir(modelDir).catch(() => []))
    if (NAMES.test(name) && name !== stays) await rm(join(modelDir, name), { force: true }).catch(() => undefined);
}

/** What went wrong while writing, in the network's words and not in those of a photo. */
function notKept(error: unknown, path: string): unknown {
  const cause = error instanceof DarkroomError ? error.cause : error;
  const code = systemCode(cause);
  if ((error instanceof DarkroomError && error.problem.code.startsWith('own_network_')) || code === '') return error;
  const why = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) ? 'the disk is full' : `the folder of models cannot be written to (${code})`;
  return refuse('own_network_not_kept', path, why, error);
}
