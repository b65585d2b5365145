/**
 * A network of one pixel at a time in place of the real one: dark is subject, bright is background, unless it is told otherwise. For tests of what is asked for, charged
 * and delivered, where a command makes mattes that nobody looks at: the real network takes seconds of every core for each.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordIn } from '../electron/darkroom/matte/model-files.ts';
import { message, varintField, writeFields } from '../electron/darkroom/matte/model-protobuf.mjs';
import manifest from '../resources/models/manifest.json' with { type: 'json' };

const FLOAT = 1n;

/** What the stand-in takes for the subject: so much of each colour (0..1, less a half) and of itself, as a logit. */
interface Sees {
  readonly weights: readonly [red: number, green: number, blue: number];
  readonly bias: number;
}

/** So that a normalised pixel turns from background to subject within a few greys of the middle. */
const STEEPNESS = 40;
const DARK: Sees = { weights: [-STEEPNESS / 3, -STEEPNESS / 3, -STEEPNESS / 3], bias: 0.1 * STEEPNESS };
/** What is redder than green by more than a fifth of full scale: the pot that the darkroom's tests draw (`teapot.ts`). */
export const RED: Sees = { weights: [STEEPNESS, -STEEPNESS, 0], bias: -0.2 * STEEPNESS };

const text = (number: number, value: string) => message(number, Buffer.from(value));
const nested = (number: number, ...parts: Parameters<typeof writeFields>[0]) => message(number, writeFields(parts));

function tensor(name: string, dims: readonly number[], values: readonly number[]) {
  const raw = Buffer.from(Float32Array.from(values).buffer);
  return nested(5, ...dims.map((dim) => varintField(1, BigInt(dim))), varintField(2, FLOAT), text(8, name), message(9, raw));
}

function picture(field: number, name: string, channels: number, side: number) {
  const shape = [1, channels, side, side].map((dim) => nested(1, varintField(1, BigInt(dim))));
  return nested(field, text(1, name), nested(2, nested(1, varintField(1, FLOAT), nested(2, ...shape))));
}

/** ONNX: ModelProto { ir_version, graph, opset_import }. */
function network(side: number, sees: Sees): Buffer {
  const conv = nested(1, text(1, 'input'), text(1, 'w'), text(1, 'b'), text(2, 'c'), text(4, 'Conv'));
  const sigmoid = nested(1, text(1, 'c'), text(2, 'output'), text(4, 'Sigmoid'));
  const weights = tensor('w', [1, 3, 1, 1], sees.weights);
  const bias = tensor('b', [1], [sees.bias]);
  const graph = nested(7, conv, sigmoid, text(2, 'stand-in'), weights, bias, picture(11, 'input', 3, side), picture(12, 'output', 1, side));
  return writeFields([varintField(1, 8n), graph, nested(8, text(1, ''), varintField(2, 13n))]);
}

/** What a program needs in its environment to take the stand-in for its model, as it takes a company's own. */
export interface StandIn {
  /** The cache folder that holds it. Whoever had it made removes the folder. */
  readonly BACKLOT_CACHE: string;
  readonly BACKLOT_MODEL_SOURCE: string;
}

/** Makes it in this cache folder, or in a new one; making it there again changes nothing. */
export function standInModel(cache = mkdtempSync(join(tmpdir(), 'backlot-stand-in-')), sees = DARK): StandIn {
  const folder = join(cache, 'models');
  mkdirSync(folder, { recursive: true });
  const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
  const files = manifest.files.map(({ file }) => {
    const side = /-(512|1024)\.onnx$/.exec(file)?.[1];
    const content = side === undefined ? Buffer.from('in the graphs') : network(Number(side), sees);
    writeFileSync(join(folder, file), content);
    return { file, bytes: content.length, sha256: sha256(content) };
  });
  const source = sha256(Buffer.from('stand-in'));
  writeFileSync(recordIn(folder), JSON.stringify({ source, files }));
  return { BACKLOT_CACHE: cache, BACKLOT_MODEL_SOURCE: JSON.stringify({ file: join(folder, 'stand-in.onnx'), sha256: source }) };
}
