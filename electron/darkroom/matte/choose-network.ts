/**
 * Which of two networks a machine uses: ISNet in eight bits where a trial on this processor found it faster and its mattes the same,
 * in single precision elsewhere; and that one on the graphics processor, where a trial of that found it faster still. The eight-bit one is made from the proven files when it is first wanted (the set-up of a checkout
 * makes it ahead); what was found is remembered with the processor's name, so that the trial of some seconds is held once.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { env, type InferenceSession } from 'onnxruntime-node';
import { z } from 'zod';
import activations from '../../../resources/models/activation-ranges.json' with { type: 'json' };
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import { writeAtomically } from '../files/write-out.ts';
import type { Adopted, ModelFile } from '../port.ts';
import { expectedModel, fingerprintOf, proveFiles, sha256OfFile } from './model-files.ts';
import { askNetwork, loadNetwork } from './network.ts';
import { MAKING, quantiseModel } from './quantise-network.mjs';
import { RunMark } from './run-mark.ts';
import { samplePicture } from './sample.ts';
import { type Ask, objection, TRIAL_SIZE, type Trial, tryBoth } from './trial.ts';

/** A network of this machine, and what the mattes that it makes are kept under. */
export type Chosen =
  /** `onGpu`: the graphics processor is asked first. */
  | { readonly kind: 'fp32'; readonly fingerprint: string; readonly files: readonly ModelFile[]; readonly onGpu: boolean }
  | { readonly kind: 'int8'; readonly fingerprint: string; readonly path: string };

/** What a choice needs: where the files lie, what they may be made from, and what is known of the process before. */
export interface ChoosingParts {
  readonly modelDir: string;
  /** How many cores one inference may use. */
  readonly threads: number;
  /** What the files may have been made from, besides those that the manifest lists. */
  readonly trusted: ReadonlySet<string>;
  /** The folder of resources/samples. */
  readonly samples: URL;
  /** The process before this one crashed: if it was running the eight-bit network then, that one is not used any more. */
  readonly afterCrash: boolean;
  /** The graphics processor that may be asked (graphics.ts); null or not given: none. */
  readonly graphics?: string | null;
  /** How the eight-bit network is made; as the repository says when not given. */
  readonly recipe?: Recipe;
  /** Holds the trial; on this machine when not given. */
  readonly hold?: (int8: ModelFile) => Promise<Trial>;
}

/** Of what the eight-bit network is made, and which weights it may be made from. */
export interface Recipe {
  /** The ranges were measured on the weights of these sources; on others they would mean nothing. */
  readonly measuredOn: readonly string[];
  readonly ranges: readonly (readonly number[])[];
  /** What the network of the manifest's own files has to come out as. */
  readonly published: { readonly source: string; readonly int8: ModelFile };
}

const RECIPE: Recipe = {
  // The same weights, in half and in single precision.
  measuredOn: [manifest.source.sha256, manifest.release.sha256],
  ranges: activations.ranges,
  published: { source: manifest.source.sha256, int8: manifest.int8 },
};

const modelFile = z.object({ file: z.string(), bytes: z.int().positive(), sha256: z.string().regex(/^[\da-f]{64}$/) });

/** Of the graphics processor. */
const gpuFound = z.object({
  graphics: z.string(),
  /** Null: it is used. `not finished` is written before it is tried: a driver may take the machine along. */
  objection: z.enum(['no faster', 'another matte', 'does not run', 'not finished', 'failed']).nullable(),
  trial: z.object({ cpuMs: z.number(), gpuMs: z.number(), difference: z.number(), flipped: z.number() }).nullable(),
});

/** What was found, for whom, and why. Anything that does not fit is found anew. */
const remembered = z.object({
  machine: z.string(),
  /** Fingerprint of the files in single precision. */
  weights: z.string(),
  /** Of what the eight-bit network is made besides the weights. */
  making: z.string(),
  int8: modelFile.nullable(),
  /** Null: the eight-bit network is used. */
  objection: z.enum(['no faster', 'another matte', 'does not run', 'crashed']).nullable(),
  trial: z.object({ fp32Ms: z.number(), int8Ms: z.number(), difference: z.number(), flipped: z.number() }).nullable(),
  /** Null: it was not tried yet. */
  gpu: gpuFound.nullable().default(null).catch(null),
});
type Remembered = z.infer<typeof remembered>;
type Found = Pick<Remembered, 'int8' | 'objection' | 'trial' | 'gpu'>;
type Key = Pick<Remembered, 'machine' | 'weights' | 'making'>;

/** The record of the choice. */
export const choiceIn = (modelDir: string): string => join(modelDir, 'network.json');

/** What of the recipe goes into the file, as a name. */
const makingOf = ({ ranges }: Recipe): string =>
  createHash('sha256')
    .update(JSON.stringify([MAKING, ranges]))
    .digest('hex')
    .slice(0, 16);

/** In single precision: always there, and what everything else is held against. */
export function fp32Of(modelDir: string, trusted: ReadonlySet<string>): Extract<Chosen, { kind: 'fp32' }> {
  const { files } = expectedModel(modelDir, trusted);
  return { kind: 'fp32', fingerprint: fingerprintOf(files), files, onGpu: false };
}

/** Under what mattes may be kept that were made here before: by either network, while the files of both may be gone. */
export function fingerprintsKept({ modelDir, trusted, recipe = RECIPE }: ChoosingParts): string[] {
  return [fingerprintOf([recipe.published.int8]), fp32Of(modelDir, trusted).fingerprint];
}

/** Throws DarkroomError (model_missing, model_damaged) when the choice has to be made and what it is made from is not there. */
export async function chooseNetwork(parts: ChoosingParts): Promise<Chosen> {
  const { modelDir, trusted, recipe = RECIPE } = parts;
  const model = expectedModel(modelDir, trusted);
  const fp32 = fp32Of(modelDir, trusted);
  if (!recipe.measuredOn.includes(model.source)) return fp32;
  const key = keyOf(fp32, recipe);
  const known = await recall(modelDir, key);
  const found = await findAgain(parts, model, known);
  if (found !== known) await remember(modelDir, key, found);
  if (found.gpu !== null && found.gpu.graphics === parts.graphics && found.gpu.objection === null) return { ...fp32, onGpu: true };
  const { int8, objection: against } = found;
  return int8 === null || against !== null ? fp32 : { kind: 'int8', fingerprint: fingerprintOf([int8]), path: join(modelDir, int8.file) };
}

/** From now on this machine uses the network in single precision. */
export async function giveUpInt8(parts: ChoosingParts): Promise<void> {
  const { modelDir, trusted, recipe = RECIPE } = parts;
  await remember(modelDir, keyOf(fp32Of(modelDir, trusted), recipe), { int8: null, objection: 'does not run', trial: null, gpu: null });
}

/**
 * Tries the graphics processor, once for each driver, network and version of Backlot. What is found counts from the next choice on.
 * Never rejects.
 *
 * @param hold holds the trial; null: it made way for something else, and is held another time
 */
export async function chooseGpu(parts: ChoosingParts, hold: () => Promise<Trial | null>): Promise<void> {
  const { graphics = null } = parts;
  const known = graphics === null ? null : await knownHere(parts);
  if (known === null || graphics === null || known.gpu?.graphics === graphics) return;
  const say = (gpu: Remembered['gpu']): Promise<void> => remember(parts.modelDir, known, { ...known, gpu });
  await say({ graphics, objection: 'not finished', trial: null });
  try {
    const found = await hold();
    if (found === null) return await say(known.gpu);
    const { usualMs: cpuMs, candidateMs: gpuMs, difference, flipped } = found;
    await say({ graphics, objection: objection(found), trial: { cpuMs, gpuMs, difference, flipped } });
  } catch {
    await say({ graphics, objection: 'does not run', trial: null });
  }
}

/** From the next choice on the processor alone is asked. */
export async function giveUpGpu(parts: ChoosingParts): Promise<void> {
  const known = await knownHere(parts);
  if (known?.gpu) await remember(parts.modelDir, known, { ...known, gpu: { ...known.gpu, objection: 'failed' } });
}

const knownHere = ({ modelDir, trusted, recipe = RECIPE }: ChoosingParts): Promise<Remembered | null> =>
  recall(modelDir, keyOf(fp32Of(modelDir, trusted), recipe));

/** What is known, unless the process before crashed of it or its file is another one by now. */
async function findAgain(parts: ChoosingParts, model: Adopted, known: Found | null): Promise<Found> {
  const { modelDir, afterCrash } = parts;
  if (new RunMark(modelDir).wasLeft() && afterCrash)
    return { int8: null, objection: 'crashed', trial: known?.trial ?? null, gpu: known?.gpu ?? null };
  return known !== null && (await isStill(modelDir, known)) ? known : find(parts, model);
}

async function find(parts: ChoosingParts, model: Adopted): Promise<Found> {
  // Before anything is said against the one by what the other answers.
  await proveFiles(parts.modelDir, model.files);
  const int8 = await makeInt8(parts, model);
  if (int8 === null) return { int8, objection: 'does not run', trial: null, gpu: null };
  try {
    const found = await (parts.hold ?? ((file) => holdTrial(parts, file)))(int8);
    const { usualMs: fp32Ms, candidateMs: int8Ms, difference, flipped } = found;
    return { int8, objection: objection(found), trial: { fp32Ms, int8Ms, difference, flipped }, gpu: null };
  } catch {
    return { int8, objection: 'does not run', trial: null, gpu: null };
  }
}

/** The file, proven; null when it comes out differently than it should, or cannot be made of this network. */
async function makeInt8({ modelDir, recipe = RECIPE }: ChoosingParts, model: Adopted): Promise<ModelFile | null> {
  const { int8, source } = recipe.published;
  const expected = model.source === source ? int8.sha256 : null;
  const path = join(modelDir, int8.file);
  if (expected !== null && (await sha256OfFile(path).catch(() => '')) === expected) return int8;
  const [graph, weights] = await Promise.all([TRIAL_GRAPH, manifest.weightsFile].map((file) => readFile(join(modelDir, file))));
  try {
    const made = quantiseModel({ graph: graph ?? Buffer.alloc(0), weights: weights ?? Buffer.alloc(0), ranges: recipe.ranges });
    const sha256 = createHash('sha256').update(made).digest('hex');
    if (expected !== null && sha256 !== expected) return null;
    await writeAtomically(path, made);
    return { file: int8.file, bytes: made.length, sha256 };
  } catch {
    return null;
  }
}

const TRIAL_GRAPH = manifest.files.find(({ size }) => size === TRIAL_SIZE)?.file ?? '';

async function holdTrial({ modelDir, threads, samples }: ChoosingParts, int8: ModelFile): Promise<Trial> {
  const mark = new RunMark(modelDir);
  mark.begin();
  const sessions: InferenceSession[] = [];
  const load = async (file: string, keepsBuffers: boolean): Promise<Ask> => {
    const session = await loadNetwork(join(modelDir, file), threads, keepsBuffers);
    sessions.push(session);
    return (picture) => askNetwork(session, TRIAL_SIZE, picture);
  };
  try {
    const picture = await samplePicture(samples, TRIAL_SIZE);
    const [usual, candidate] = [await load(TRIAL_GRAPH, false), await load(int8.file, true)];
    return await tryBoth({ usual, candidate }, picture, () => performance.now());
  } finally {
    for (const session of sessions) await session.release();
    mark.end();
  }
}

/**
 * For whom something was found: the processor with the runtime, and the networks. Not how many cores one inference may use, which differs between
 * the app, the command line and the tests of one machine: it changes both times alike.
 */
const keyOf = (fp32: Chosen, recipe: Recipe): Key => ({
  machine: [cpus()[0]?.model ?? '', process.arch, process.platform, `onnxruntime ${env.versions.node ?? ''}`].join(', '),
  weights: fp32.fingerprint,
  making: makingOf(recipe),
});

/** Null: nothing was found yet, or for another machine, network or way of making it. */
async function recall(modelDir: string, key: Key): Promise<Remembered | null> {
  try {
    const found = remembered.parse(JSON.parse(await readFile(choiceIn(modelDir), 'utf8')));
    return found.machine === key.machine && found.weights === key.weights && found.making === key.making ? found : null;
  } catch {
    return null;
  }
}

/** What cannot be remembered is found again the next time. */
async function remember(modelDir: string, { machine, weights, making }: Key, found: Found): Promise<void> {
  const record: Remembered = { ...found, machine, weights, making };
  await writeAtomically(choiceIn(modelDir), Buffer.from(`${JSON.stringify(record, null, 2)}\n`)).catch(() => undefined);
}

/** What was decided against stays; what is used has to be the file that was tried. */
const isStill = async (modelDir: string, { int8, objection: against }: Found): Promise<boolean> =>
  against !== null || (int8 !== null && (await sha256OfFile(join(modelDir, int8.file)).catch(() => '')) === int8.sha256);
