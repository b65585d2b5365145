/**
 * Measures between which values each map of the network lies, for its eight-bit form: `node scripts/activation-ranges.ts PHOTO ...`
 * writes resources/models/activation-ranges.json. The photos should show what photographers photograph, of every brightness; none of
 * them may be one by which mattes are judged. The published table was made of sixteen (docs/darkroom.md says which).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { cleanNetwork } from '../electron/darkroom/matte/clean-network.mjs';
import { modelFolder } from '../electron/darkroom/matte/model-folder.ts';
import { TYPE } from '../electron/darkroom/matte/onnx-fields.mjs';
import { readNetwork, writeNetwork } from '../electron/darkroom/matte/onnx-network.mjs';
import { rangedMaps } from '../electron/darkroom/matte/quantise-network.mjs';
import manifest from '../resources/models/manifest.json' with { type: 'json' };
import { root } from './setup/places.mjs';

/** Between the two sizes at which the network is asked. */
const SIDE = 640;
/** Of each map and photo, at most so many values are looked at. */
const SAMPLES = 400_000;
/** So many maps are measured at a time: all of them take gigabytes. */
const AT_ONCE = 12;
/** What lies beyond is cut off: the few largest values of all would make every step coarser. */
const SHARE_OUTSIDE = 0.000_05;
/** Other photos go a little further. */
const MARGIN = 1.1;

const { positionals: photos } = parseArgs({ allowPositionals: true });
if (photos.length === 0) throw new Error('Name the photos.');

const inFolder = (file: string): Buffer => readFileSync(join(modelFolder(), file));
const network = cleanNetwork(readNetwork(inFolder('isnet-1024.onnx'), inFolder(manifest.weightsFile)));
const maps = rangedMaps(network);
const pictures = await Promise.all(photos.map(normalised));
const ranges: [number, number][] = [];
for (let from = 0; from < maps.length; from += AT_ONCE) ranges.push(...(await measure(maps.slice(from, from + AT_ONCE))));
const lines = ranges.map((range) => `    ${JSON.stringify(range)}`);
writeFileSync(join(root, 'resources', 'models', 'activation-ranges.json'), `{\n  "ranges": [\n${lines.join(',\n')}\n  ]\n}\n`);
process.stdout.write(`${ranges.length} ranges from ${photos.length} photos\n`);

async function normalised(path: string): Promise<Float32Array> {
  const data = await sharp(path).resize(SIDE, SIDE, { fit: 'fill' }).removeAlpha().toColourspace('srgb').raw().toBuffer();
  const { mean, scale } = manifest.input;
  const area = SIDE * SIDE;
  return Float32Array.from({ length: 3 * area }, (_, n) => ((data[3 * (n % area) + Math.floor(n / area)] ?? 0) - mean) / scale);
}

async function measure(names: readonly string[]): Promise<[number, number][]> {
  const inside = names.map((name) => ({ name, type: TYPE.float, dims: [1, 'channels', 'rows', 'columns'] }));
  const session = await InferenceSession.create(writeNetwork(network, inside), { enableCpuMemArena: false, logSeverityLevel: 4 });
  const seen = names.map(() => new Float32Array(photos.length * SAMPLES));
  const counts = names.map(() => 0);
  for (const picture of pictures) {
    const answer = await session.run({ [network.input.name]: new Tensor('float32', picture, [1, 3, SIDE, SIDE]) });
    for (const [n, name] of names.entries()) {
      const values = answer[name]?.data;
      if (!(values instanceof Float32Array)) throw new Error(`${name} was not answered.`);
      // A step without a common factor with the map's rows, so that every column has its turn.
      const step = Math.max(1, Math.ceil(values.length / SAMPLES)) | 1;
      for (let i = 0; i < values.length; i += step) {
        (seen[n] as Float32Array)[counts[n] as number] = values[i] as number;
        counts[n] = (counts[n] as number) + 1;
      }
    }
  }
  await session.release();
  return seen.map((values, n) => rangeOf(values.subarray(0, counts[n])));
}

function rangeOf(values: Float32Array): [number, number] {
  values.sort();
  const outside = Math.floor(values.length * SHARE_OUTSIDE);
  const end = (n: number): number => Number((MARGIN * (values[n] ?? 0)).toPrecision(6));
  return [Math.min(0, end(outside)), end(values.length - 1 - outside)];
}
