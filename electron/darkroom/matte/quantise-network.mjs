/**
 * ISNet in eight bits: weights by output channel, maps by ranges that were measured beforehand (scripts/activation-ranges.ts), static
 * and without a float in between. Only additions, multiplications and rounding of doubles are used, so that the file comes out the same
 * everywhere. What is special at both ends:
 *
 * - The picture goes in as its bytes: 1/256 and 128 say exactly what the network was trained with, (p - 128) / 256. Four pixels are one
 *   of twelve channels, and the first convolution has 2 x 2 kernels instead of 3 x 3 at every second pixel: with three channels the
 *   runtime takes a slow path.
 * - The last convolution answers twice, coarse and fine (see `FINE`), and the map is enlarged as logits, in floats: eight bits of a
 *   probability would draw steps into every edge.
 */
import { cleanNetwork } from './clean-network.mjs';
import { kernelsOf, onBlocks } from './kernels.mjs';
import { TYPE } from './onnx-fields.mjs';
import { floatTensor, numbersOf, readNetwork, writeNetwork } from './onnx-network.mjs';

/** @typedef {import('./onnx-network.mjs').Network} Network */
/** @typedef {import('./onnx-network.mjs').Operator} Operator */
/** @typedef {import('./onnx-network.mjs').Tensor} Tensor */
/** @typedef {import('./kernels.mjs').Kernels} Kernels */
/** Lowest and highest value that a map takes. @typedef {readonly [low: number, high: number]} Range */
/** A map in bytes: (byte - zero) * scale. @typedef {{ readonly name: string, readonly scale: number, readonly zero: number }} Bytes */

const MOST_BYTE = 255;
const MOST_WEIGHT = 127;
const MIDDLE = 128;

/** Of the picture (resources/models/manifest.json, `input`). */
const PICTURE = { scale: 1 / 256, zero: MIDDLE };

/** The logits in steps of 1/8, from -16 to 16. */
const LOGITS = { scale: 1 / 8, zero: MIDDLE };
/** The same times 8, so in steps of 1/64, from -2 to 2: taken where it is not at its ends. */
const FINE = 8;
const FINE_BELOW = 1.9;
/** With fewer channels the runtime takes a slow path. */
const CHANNELS_AT_LEAST = 16;

/** Changes when what is made of the same weights and ranges does. */
export const MAKING = 1;

/**
 * The eight-bit network of the files that `convertModel` makes.
 * @param {{ readonly graph: Buffer, readonly weights: Buffer, readonly ranges: readonly (readonly number[])[] }} parts any of the
 *   graphs, its weights, and the ranges of resources/models/activation-ranges.json
 * @returns {Buffer}
 * @throws {Error} when the network is of another kind, or the ranges are not those of its maps
 */
export function quantiseModel({ graph, weights, ranges }) {
  const pairs = ranges.map(([low = 0, high = 0]) => /** @type {Range} */ ([low, high]));
  return writeNetwork(quantiseNetwork(cleanNetwork(readNetwork(graph, weights)), pairs));
}

/**
 * The maps whose range has to be known, in the order of the ranges: what convolutions (after their Relu, where there is one) and
 * additions make, but for the last one.
 * @param {Network} clean of `cleanNetwork`
 * @returns {string[]}
 */
export function rangedMaps(clean) {
  const { readers } = wiring(clean);
  return clean.operators
    .filter(
      ({ op, output }) => op === 'Relu' || op === 'Add' || (op === 'Conv' && !['Relu', 'Resize'].includes(readers(output)[0]?.op ?? '')),
    )
    .map(({ output }) => output);
}

/**
 * @param {Network} clean of `cleanNetwork`
 * @param {readonly Range[]} ranges of `rangedMaps`
 * @returns {Network} takes uint8 `[1, height / 2, width / 2, 12]`: of each 2 x 2 pixels the three colours of the upper left, upper
 *   right, lower left and lower right one; answers as `clean` does
 * @throws {Error} when the network is of another kind, or the ranges are not those of its maps
 */
export function quantiseNetwork(clean, ranges) {
  const maps = rangedMaps(clean);
  if (maps.length !== ranges.length) throw new Error(`The network has ${maps.length} maps and there are ranges of ${ranges.length}.`);
  const ranged = new Map(maps.map((name, n) => [name, ranges[n] ?? /** @type {Range} */ ([0, 0])]));
  const made = new Quantised(clean, ranged);
  for (const operator of clean.operators) made.add(operator);
  return made.network();
}

/** @param {Network} network */
function wiring({ operators }) {
  /** @type {Map<string, Operator[]>} */
  const readers = new Map();
  for (const operator of operators) {
    for (const input of operator.inputs) readers.set(input, [...(readers.get(input) ?? []), operator]);
  }
  return { readers: (/** @type {string} */ name) => readers.get(name) ?? [] };
}

/** The network as it is put together, operator by operator. */
class Quantised {
  #clean;
  #ranged;
  #readers;
  /** @type {Operator[]} */
  #operators = [];
  /** @type {Map<string, Tensor>} */
  #constants = new Map();
  /** What is there in bytes, by the name it has in the clean network. @type {Map<string, Bytes>} */
  #bytes = new Map();

  /** @param {Network} clean @param {ReadonlyMap<string, Range>} ranged */
  constructor(clean, ranged) {
    this.#clean = clean;
    this.#ranged = ranged;
    this.#readers = wiring(clean).readers;
    this.#emit('Transpose', [PICTURE_NAME], 'blocks', { perm: [0, 3, 1, 2] });
    this.#bytes.set(clean.input.name, { name: 'blocks', ...PICTURE });
  }

  /** @returns {Network} */
  network() {
    return {
      operators: this.#operators,
      constants: this.#constants,
      input: { name: PICTURE_NAME, type: TYPE.uint8, dims: [1, 'rows', 'columns', 12] },
      output: this.#clean.output,
    };
  }

  /** @param {Operator} operator */
  add(operator) {
    const { op, inputs, output, attributes } = operator;
    const [first = '', second = ''] = inputs;
    switch (op) {
      case 'Conv':
        return this.#readers(output)[0]?.op === 'Resize' ? this.#addLast(operator) : this.#addConvolution(operator);
      case 'Relu':
        this.#emit(op, [first], output);
        return this.#toBytes(output, scaleOf(this.#rangeOf(output)));
      case 'Add':
        this.#emit(op, [this.#floats(first, output), this.#floats(second, output)], output);
        return this.#toBytes(output, scaleOf(this.#rangeOf(output)));
      case 'Concat': {
        // Each part keeps its scale; what they become has the coarsest, so that one of them is only copied.
        const parts = inputs.map((name) => this.#known(name));
        if (parts.some(({ zero }) => zero !== 0)) throw new Error('The network joins maps that go below zero.');
        this.#emit(
          op,
          inputs.map((name) => this.#floats(name, output)),
          output,
          attributes,
        );
        return this.#toBytes(output, { scale: Math.max(...parts.map(({ scale }) => scale)), zero: 0 });
      }
      case 'MaxPool':
        this.#emit(op, [this.#known(first).name], output, attributes);
        return this.#bytes.set(output, { ...this.#known(first), name: output });
      case 'Resize':
        // The last one enlarges the logits, which are floats.
        this.#constants.set(inputs[2] ?? '', this.#constantOf(inputs[2] ?? ''));
        if (!this.#bytes.has(first)) return this.#emit(op, inputs, output, attributes);
        this.#emit(op, [this.#known(first).name, ...inputs.slice(1)], output, attributes);
        return this.#bytes.set(output, { ...this.#known(first), name: output });
      default:
        return this.#emit(op, inputs, output, attributes);
    }
  }

  /** @param {Operator} conv */
  #addConvolution({ op, inputs, output, attributes }) {
    const [from = '', weights = '', bias = ''] = inputs;
    const isFirst = from === this.#clean.input.name;
    const kernels = isFirst ? onBlocks(kernelsOf(this.#constantOf(weights)), attributes) : kernelsOf(this.#constantOf(weights));
    const how = isFirst ? { kernel_shape: [2, 2], pads: [1, 1, 0, 0] } : attributes;
    this.#emit(
      op,
      [this.#floats(from, output), ...this.#weigh(output, this.#known(from), kernels, numbersOf(this.#constantOf(bias)))],
      output,
      how,
    );
    if (this.#ranged.has(output)) this.#toBytes(output, scaleOf(this.#rangeOf(output)));
  }

  /** @param {Operator} conv */
  #addLast({ op, inputs, output, attributes }) {
    const [from = '', weights = '', bias = ''] = inputs;
    const { count, values, dims } = kernelsOf(this.#constantOf(weights));
    const [offset = 0] = numbersOf(this.#constantOf(bias));
    if (count !== 1) throw new Error(`The network answers with ${count} maps.`);
    const all = new Float32Array(CHANNELS_AT_LEAST * values.length);
    all.set(values);
    all.set(
      values.map((value) => FINE * value),
      values.length,
    );
    const kernels = { count: CHANNELS_AT_LEAST, values: all, dims: [CHANNELS_AT_LEAST, ...dims.slice(1)] };
    const offsets = [offset, FINE * offset, ...Array(CHANNELS_AT_LEAST - 2).fill(0)];
    const both = `${output} both`;
    this.#emit(op, [this.#floats(from, output), ...this.#weigh(output, this.#known(from), kernels, offsets)], both, attributes);
    this.#toBytes(both, LOGITS);
    const coarse = this.#channel(both, 0, LOGITS);
    const fine = this.#channel(both, 1, { ...LOGITS, scale: LOGITS.scale / FINE });
    this.#emit('Abs', [fine], `${output} size`);
    this.#emit('Less', [`${output} size`, this.#float('fine below', FINE_BELOW)], `${output} is fine`);
    this.#emit('Where', [`${output} is fine`, fine, coarse], output);
  }

  /** One channel of a map, as floats. @param {string} map @param {number} at @param {{ readonly scale: number, readonly zero: number }} how */
  #channel(map, at, { scale, zero }) {
    const name = `${map} ${at}`;
    this.#emit('Slice', [this.#known(map).name, this.#integers(at), this.#integers(at + 1), this.#integers(1)], `${name} bytes`);
    this.#emit('DequantizeLinear', [`${name} bytes`, ...this.#step(scale, zero)], name);
    return name;
  }

  /**
   * Weights by output channel, and the bias in steps of input times weight.
   * @param {string} of @param {Bytes} input @param {Kernels} kernels @param {readonly number[]} offsets
   * @returns {string[]} the names of both as floats
   */
  #weigh(of, input, { count, values, dims }, offsets) {
    const each = values.length / count;
    const bytes = new Int8Array(values.length);
    const bias = Buffer.alloc(4 * count);
    const scales = new Float32Array(count);
    for (let channel = 0; channel < count; channel += 1) {
      const [from, to] = [channel * each, (channel + 1) * each];
      let most = 0;
      for (let n = from; n < to; n += 1) most = Math.max(most, Math.abs(values[n] ?? 0));
      const scale = Math.fround(most === 0 ? 1 : most / MOST_WEIGHT);
      scales[channel] = scale;
      for (let n = from; n < to; n += 1) bytes[n] = within(Math.round((values[n] ?? 0) / scale), -MOST_WEIGHT, MOST_WEIGHT);
      const step = Math.fround(Math.fround(input.scale) * scale);
      bias.writeInt32LE(within(Math.round((offsets[channel] ?? 0) / step), -(2 ** 31), 2 ** 31 - 1), 4 * channel);
    }
    const steps = scales.map((scale) => Math.fround(input.scale) * scale);
    this.#constants.set(`${of} w`, { type: TYPE.int8, dims, bytes: Buffer.from(bytes.buffer) });
    this.#constants.set(`${of} w scale`, floatTensor([count], scales));
    this.#constants.set(`${of} w zero`, { type: TYPE.int8, dims: [count], bytes: Buffer.alloc(count) });
    this.#constants.set(`${of} b`, { type: TYPE.int32, dims: [count], bytes: bias });
    this.#constants.set(`${of} b scale`, floatTensor([count], steps));
    this.#emit('DequantizeLinear', [`${of} w`, `${of} w scale`, `${of} w zero`], `${of} w floats`, { axis: 0 });
    this.#emit('DequantizeLinear', [`${of} b`, `${of} b scale`], `${of} b floats`, { axis: 0 });
    return [`${of} w floats`, `${of} b floats`];
  }

  /** @param {string} map a float @param {{ readonly scale: number, readonly zero: number }} how */
  #toBytes(map, { scale, zero }) {
    const name = `${map} bytes`;
    this.#emit('QuantizeLinear', [map, ...this.#step(scale, zero)], name);
    this.#bytes.set(map, { name, scale, zero });
  }

  /** Floats of a map, for one reader alone: that is how the runtime finds what belongs together. @param {string} map @param {string} reader */
  #floats(map, reader) {
    const { name, scale, zero } = this.#known(map);
    const floats = `${map} for ${reader}`;
    this.#emit('DequantizeLinear', [name, ...this.#step(scale, zero)], floats);
    return floats;
  }

  /** @param {number} scale @param {number} zero */
  #step(scale, zero) {
    const name = `zero ${zero}`;
    this.#constants.set(name, { type: TYPE.uint8, dims: [], bytes: Buffer.from([zero]) });
    return [this.#float(`scale ${Math.fround(scale)}`, scale), name];
  }

  /** @param {string} name @param {number} value */
  #float(name, value) {
    this.#constants.set(name, floatTensor([], [value]));
    return name;
  }

  /** @param {number} value @returns {string} the name of a list of that one */
  #integers(value) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    this.#constants.set(`at ${value}`, { type: TYPE.int64, dims: [1], bytes });
    return `at ${value}`;
  }

  /** @param {string} map @returns {Bytes} */
  #known(map) {
    const found = this.#bytes.get(map);
    if (found === undefined) throw new Error(`${map} is not there in bytes.`);
    return found;
  }

  /** @param {string} map @returns {Range} */
  #rangeOf(map) {
    const found = this.#ranged.get(map);
    if (found === undefined) throw new Error(`There is no range of ${map}.`);
    return found;
  }

  /** @param {string} name @returns {Tensor} */
  #constantOf(name) {
    const found = this.#clean.constants.get(name);
    if (found === undefined) throw new Error(`The network has no constant ${name}.`);
    return found;
  }

  /** @param {string} op @param {readonly string[]} inputs @param {string} output @param {Operator['attributes']} [attributes] */
  #emit(op, inputs, output, attributes = {}) {
    this.#operators.push({ op, inputs, output, attributes });
  }
}

const PICTURE_NAME = 'picture';

/** A range that begins at zero keeps it as its first byte; any other has it in its middle. @param {Range} range */
function scaleOf([low, high]) {
  if (!(high > 0 && low <= 0)) throw new Error(`A map cannot go from ${low} to ${high}.`);
  if (low === 0) return { scale: high / MOST_BYTE, zero: 0 };
  const scale = (high - low) / MOST_BYTE;
  return { scale, zero: within(Math.round(-low / scale), 0, MOST_BYTE) };
}

/** @param {number} value @param {number} low @param {number} high */
const within = (value, low, high) => Math.min(high, Math.max(low, value));
