/**
 * Taking in a published network: it is proven by its digest, converted, tried on a photo whose matte is known, and only then put in
 * place. Whatever fails, the folder holds what it held before.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import { readRegularFile } from '../files/regular-file.ts';
import { writeDurably } from '../files/write-out.ts';
import type { Adopted, ModelFile, OnProgress, WholeDarkroom } from '../port.ts';
import { DarkroomError, firstLine, refuse, systemCode } from '../problems.ts';
import { agreement } from './agreement.ts';
import { recordIn } from './model-files.ts';
import { convertModel } from './model-onnx.mjs';
import { askNetwork, loadNetwork, type ModelSize } from './network.ts';
import { sampleMatte, samplePicture } from './sample.ts';

interface AdoptParts {
  readonly modelDir: string;
  /** Where the sample photo and its exact matte lie. */
  readonly samples: URL;
  readonly threads: number;
}

/** The published one is 179 MB; nothing near this is read. */
const LARGEST_BYTES = 1_000_000_000;
/** Intersection over union with the exact matte: the published network reaches 0.979 at 512 pixels and 0.992 at 1024. */
const LEAST_IOU = 0.95;
const SIZES: readonly ModelSize[] = [512, 1024];

/** What was converted and is not in place yet; a process that died left it. Fetching is one at a time, so it is nobody's. */
const UNDER_WAY = '.adopting-';

/** Throws DarkroomError: model_source_unreadable, model_source_wrong, model_unfit, model_not_kept. */
export async function adopt(
  parts: AdoptParts,
  { path, sha256 }: Parameters<WholeDarkroom['adopt']>[0],
  onProgress: OnProgress,
): Promise<Adopted> {
  const published = await readPublished(path);
  if (createHash('sha256').update(published).digest('hex') !== sha256) throw refuse('model_source_wrong', path);
  onProgress(0.2);
  const { modelDir } = parts;
  const underWay = join(modelDir, `${UNDER_WAY}${process.pid}`);
  try {
    await clear(modelDir);
    await mkdir(underWay, { recursive: true });
    const files = await writeFiles(underWay, convert(published, path));
    onProgress(0.6);
    for (const [n, size] of SIZES.entries()) {
      await tryOut(parts, join(underWay, fileOf(size)), size, path);
      onProgress(0.7 + 0.1 * n);
    }
    const record: Adopted = { source: sha256, files };
    await rm(recordIn(modelDir), { force: true });
    for (const { file } of files) await rename(join(underWay, file), join(modelDir, file));
    await writeDurably(join(underWay, 'record'), [Buffer.from(`${JSON.stringify(record, null, 2)}\n`)]);
    await rename(join(underWay, 'record'), recordIn(modelDir));
    return record;
  } catch (error) {
    throw keeping(error, modelDir);
  } finally {
    await clear(modelDir).catch(() => undefined);
  }
}

async function readPublished(path: string): Promise<Buffer> {
  try {
    return await readRegularFile(path, async (file, { size }) => {
      if (size > LARGEST_BYTES) throw refuse('model_source_wrong', path);
      return file.readFile();
    });
  } catch (error) {
    if (error instanceof DarkroomError) throw error;
    throw refuse('model_source_unreadable', path, systemCode(error), error);
  }
}

function convert(published: Buffer, path: string): ReturnType<typeof convertModel> {
  try {
    return convertModel(published);
  } catch (error) {
    throw refuse(
      'model_unfit',
      path,
      `is not a network that Backlot can use (${error instanceof Error ? firstLine(error.message) : ''})`,
      error,
    );
  }
}

async function writeFiles(folder: string, converted: ReturnType<typeof convertModel>): Promise<ModelFile[]> {
  const files: ModelFile[] = [];
  for (const { file, size } of manifest.files) {
    const bytes = size === null ? converted.weights : converted.graph(size, manifest.weightsFile);
    files.push({ file, bytes: bytes.length, sha256: await writeDurably(join(folder, file), [bytes]) });
  }
  return files;
}

const fileOf = (size: ModelSize): string => manifest.files.find((file) => file.size === size)?.file ?? '';

/** Loads it as the darkroom would, and holds what it finds in the sample against the truth. */
async function tryOut({ samples, threads }: AdoptParts, graph: string, size: ModelSize, path: string): Promise<void> {
  const iou = await agreementAt(graph, size, samples, threads).catch((error: unknown) => {
    throw refuse('model_unfit', path, `does not run here (${error instanceof Error ? firstLine(error.message) : ''})`, error);
  });
  if (iou < LEAST_IOU)
    throw refuse(
      'model_unfit',
      path,
      `failed its self-test: it found ${Math.floor(iou * 100)} % of the car in a sample photo at ${size} pixels`,
    );
}

async function agreementAt(graph: string, size: ModelSize, samples: URL, threads: number): Promise<number> {
  const [picture, truth] = await Promise.all([samplePicture(samples, size), sampleMatte(samples, size)]);
  const session = await loadNetwork(graph, threads);
  try {
    return agreement(await askNetwork(session, size, picture), truth);
  } finally {
    await session.release();
  }
}

async function clear(modelDir: string): Promise<void> {
  const left = await readdir(modelDir).catch(() => []);
  for (const name of left) if (name.startsWith(UNDER_WAY)) await rm(join(modelDir, name), { recursive: true, force: true });
}

/** What went wrong while writing, in the model's words and not in those of a photo. */
function keeping(error: unknown, modelDir: string): DarkroomError {
  const cause = error instanceof DarkroomError ? error.cause : error;
  if (error instanceof DarkroomError && (error.problem.code === 'model_unfit' || systemCode(cause) === '')) return error;
  const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemCode(cause));
  return refuse('model_not_kept', modelDir, full ? 'the disk is full' : `${modelDir} cannot be written to (${systemCode(cause)})`, error);
}
