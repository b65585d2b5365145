/**
 * Turns a published ISNet, in half or in single precision, into what the darkroom loads: one file of single-precision weights, and
 * one small graph per input size that points into it. Only the parts of ONNX that this needs are read; every other field is copied
 * byte for byte, so the result is deterministic and its SHA-256 can be written down. It runs at set-up on Node 20, and in the
 * darkroom of an installed app.
 *
 * Why fp32: the CPU provider converts half floats back and forth around every operator; without that the same network runs
 * 5-15 % faster in a quarter less memory, and answers the same. The five side outputs and three feature maps that the network
 * was trained with are dropped together with the operators that only they need.
 */
import { bytesOf, fields, message, numberOf, varintField, varints, writeFields } from './model-protobuf.mjs';
import { ATTRIBUTE, EXTERNAL, GRAPH, MODEL, NODE, TENSOR, TYPE } from './onnx-fields.mjs';

/** @typedef {import('./model-protobuf.mjs').Field} Field */
/** Where a tensor's bytes stand among the weights. @typedef {{ readonly offset: number, readonly length: number }} Place */

/** Of a network in single precision, what is smaller than this stays in the graph: scales and the like are read while shapes are inferred. */
const SMALLEST_APART_BYTES = 1024;

/** Windows maps files in steps of 64 KiB; weights that start on such a step can be mapped everywhere. */
const ALIGNMENT = 65_536;

/** What the matte is called where outputs have names; elsewhere it is what the network answers first. */
const MATTE = 'output';

/** Sizes of feature maps at 1024 pixels are at least this; smaller pairs are axes, kernels and the like. */
const SMALLEST_MAP = 16n;

/**
 * @param {Buffer} published the network, 1024 x 1024 in and out
 * @throws {Error} when it is no network, or one of another kind
 * @returns {{ weights: Buffer, graph: (size: number, weightsFile: string) => Buffer, tensors: number }}
 *   the weights, and a maker of graphs for an input size (a multiple of 32) that refer to them by file name
 */
export function convertModel(published) {
  const model = fields(published);
  const graph = fields(bytesOf(onlyField(model, MODEL.graph)));
  const kept = withoutDeadEnds(graph);
  const { weights, places } = gatherWeights(kept);
  const constants = new Set(kept.filter((f) => f.number === GRAPH.initializer).map((f) => nameOf(f, TENSOR.name)));
  /** Older networks list their weights among the inputs, too. */
  const isPicture = (/** @type {Field} */ field) => field.number !== GRAPH.input || !constants.has(nameOf(field, 1));
  return {
    weights,
    tensors: places.size,
    graph(size, weightsFile) {
      if (size % 32 !== 0) throw new Error(`The network halves its input five times: ${size} is not a multiple of 32.`);
      const shaped = kept.map((field) => (isPicture(field) ? shapeField(field, size, places, weightsFile) : field));
      return writeFields(model.map((f) => (f.number === MODEL.graph ? message(MODEL.graph, writeFields(shaped)) : f)));
    },
  };
}

/**
 * Keeps the matte's output and the operators and weights it depends on; intermediate type notes are dropped, they are inferred again.
 * @param {readonly Field[]} graph
 */
function withoutDeadEnds(graph) {
  /** @type {Map<string, { readonly field: Field, readonly inputs: readonly string[] }>} */
  const makers = new Map();
  for (const field of graph) {
    if (field.number !== GRAPH.node) continue;
    const node = fields(bytesOf(field));
    for (const name of texts(node, NODE.output)) makers.set(name, { field, inputs: texts(node, NODE.input) });
  }
  const outputs = graph.filter((f) => f.number === GRAPH.output).map((f) => nameOf(f, 1));
  const matte = outputs.includes(MATTE) ? MATTE : outputs[0];
  if (matte === undefined) throw new Error('The network has no output.');
  /** @type {Set<string | undefined>} */
  const needed = new Set();
  /** @type {Set<Field>} */
  const live = new Set();
  const toVisit = [matte];
  for (let name = toVisit.pop(); name !== undefined; name = toVisit.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    const maker = makers.get(name);
    if (maker === undefined) continue;
    live.add(maker.field);
    toVisit.push(...maker.inputs);
  }
  return graph.filter((f) => {
    if (f.number === GRAPH.node) return live.has(f);
    if (f.number === GRAPH.output) return nameOf(f, 1) === matte;
    if (f.number === GRAPH.input) return needed.has(nameOf(f, 1));
    if (f.number === GRAPH.initializer) return needed.has(nameOf(f, TENSOR.name));
    return f.number !== GRAPH.valueInfo;
  });
}

/**
 * Integers are sizes and axes: they stay in the graph, where whoever infers shapes looks for them.
 * @param {readonly Field[]} graph
 */
function gatherWeights(graph) {
  /** @type {Map<string | undefined, Place>} */
  const places = new Map();
  const parts = [];
  let at = 0;
  for (const field of graph) {
    if (field.number !== GRAPH.initializer) continue;
    const tensor = fields(bytesOf(field));
    const bytes = singlePrecision(tensor);
    if (bytes === null) continue;
    places.set(texts(tensor, TENSOR.name)[0], { offset: at, length: bytes.length });
    const padding = (ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT;
    parts.push(bytes, Buffer.alloc(padding));
    at += bytes.length + padding;
  }
  return { weights: Buffer.concat(parts), places };
}

/**
 * @param {readonly Field[]} tensor
 * @returns {Buffer | null} little endian floats; null for what stays in the graph as it is
 */
function singlePrecision(tensor) {
  const type = Number(numberOf(onlyField(tensor, TENSOR.dataType)));
  if (type === TYPE.int64) return null;
  if (type === TYPE.float16) return floatsFromHalves(bytesOf(onlyField(tensor, TENSOR.rawData)));
  if (type !== TYPE.float) throw new Error(`Weights of the type ${type} are not known.`);
  // Packed or one by one, floats lie on the wire as they do in memory.
  const raw = tensor.find((f) => f.number === TENSOR.rawData);
  const bytes = raw === undefined ? Buffer.concat(tensor.filter((f) => f.number === TENSOR.floatData).map(bytesOf)) : bytesOf(raw);
  return bytes.length < SMALLEST_APART_BYTES ? null : bytes;
}

/**
 * @param {Field} field @param {number} size @param {ReadonlyMap<string | undefined, Place>} places @param {string} weightsFile
 * @returns {Field}
 */
function shapeField(field, size, places, weightsFile) {
  switch (field.number) {
    case GRAPH.node:
      return message(GRAPH.node, shapeNode(bytesOf(field), size));
    case GRAPH.initializer: {
      const place = places.get(nameOf(field, TENSOR.name));
      return message(
        GRAPH.initializer,
        place === undefined ? shapeConstant(bytesOf(field), size) : pointAtWeights(bytesOf(field), place, weightsFile),
      );
    }
    case GRAPH.input:
    case GRAPH.output:
      return message(field.number, shapeValue(bytesOf(field), size));
    default:
      return field;
  }
}

/** @param {Buffer} bytes @param {Place} place @param {string} weightsFile */
function pointAtWeights(bytes, place, weightsFile) {
  const tensor = fields(bytes);
  /** @type {Set<number>} */
  const inline = new Set([TENSOR.rawData, TENSOR.floatData, TENSOR.dataType]);
  const entry = (/** @type {string} */ key, /** @type {string | number} */ value) =>
    message(TENSOR.externalData, writeFields([message(1, Buffer.from(key)), message(2, Buffer.from(String(value)))]));
  return writeFields([
    ...tensor.filter((f) => !inline.has(f.number)),
    varintField(TENSOR.dataType, BigInt(TYPE.float)),
    entry('location', weightsFile),
    entry('offset', place.offset),
    entry('length', place.length),
    varintField(TENSOR.dataLocation, EXTERNAL),
  ]);
}

/**
 * Casts to half become casts to float; the targets of the Resize operators scale with the input.
 * @param {Buffer} bytes @param {number} size
 */
function shapeNode(bytes, size) {
  const node = fields(bytes);
  const isCast = texts(node, NODE.opType)[0] === 'Cast';
  const attribute = (/** @type {Field} */ f) => message(NODE.attribute, shapeAttribute(bytesOf(f), isCast, size));
  return writeFields(node.map((f) => (f.number === NODE.attribute ? attribute(f) : f)));
}

/** @param {Buffer} bytes @param {boolean} ofCast @param {number} size */
function shapeAttribute(bytes, ofCast, size) {
  const attribute = fields(bytes);
  const name = texts(attribute, ATTRIBUTE.name)[0];
  return writeFields(
    attribute.map((f) => {
      if (f.number === ATTRIBUTE.t) return message(ATTRIBUTE.t, shapeConstant(bytesOf(f), size));
      if (ofCast && name === 'to' && f.number === ATTRIBUTE.i && numberOf(f) === BigInt(TYPE.float16))
        return varintField(ATTRIBUTE.i, BigInt(TYPE.float));
      return f;
    }),
  );
}

/**
 * `[k, k]` and `[1, c, k, k]`: the size of a feature map, as a Resize operator is told it.
 * @param {Buffer} bytes @param {number} size
 */
function shapeConstant(bytes, size) {
  const tensor = fields(bytes);
  if (Number(numberOf(onlyField(tensor, TENSOR.dataType))) !== TYPE.int64) return bytes;
  const held = tensor.find((f) => f.number === TENSOR.rawData) ?? tensor.find((f) => f.number === TENSOR.int64Data && f.wire === 2);
  const values =
    held === undefined
      ? []
      : held.number === TENSOR.rawData
        ? int64s(bytesOf(held))
        : varints(bytesOf(held)).map((value) => BigInt.asIntN(64, value));
  const [width, height] = [values.at(-1), values.at(-2)];
  const isMap =
    (values.length === 2 || (values.length === 4 && values[0] === 1n)) && width === height && width !== undefined && width >= SMALLEST_MAP;
  if (!isMap) return bytes;
  const scaled = values.map((value, n) => (n < values.length - 2 ? value : (value * BigInt(size)) / 1024n));
  const raw = Buffer.alloc(8 * scaled.length);
  for (const [n, value] of scaled.entries()) raw.writeBigInt64LE(value, 8 * n);
  return writeFields(tensor.map((f) => (f === held ? message(TENSOR.rawData, raw) : f)));
}

/** @param {Buffer} bytes */
function int64s(bytes) {
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, n) => bytes.readBigInt64LE(8 * n));
}

/**
 * ValueInfoProto { type(2) { tensor_type(1) { elem_type(1), shape(2) { dim(1) { dim_value(1) } } } } }; dims are N, C, H, W.
 * @param {Buffer} bytes @param {number} size
 */
function shapeValue(bytes, size) {
  return edit(bytes, 2, (type) =>
    edit(type, 1, (tensor) =>
      edit(tensor, 2, (shape) => {
        let axis = 0;
        return edit(shape, 1, (dim) => (axis++ < 2 ? dim : writeFields([varintField(1, BigInt(size))])));
      }),
    ),
  );
}

/** @param {Buffer} bytes @param {number} number @param {(inner: Buffer) => Buffer} change */
function edit(bytes, number, change) {
  return writeFields(fields(bytes).map((f) => (f.number === number ? message(number, change(bytesOf(f))) : f)));
}

/**
 * @param {readonly Field[]} all @param {number} number
 * @returns {Field}
 */
function onlyField(all, number) {
  const found = all.find((f) => f.number === number);
  if (found === undefined) throw new Error(`The network has no field ${number} where one is expected.`);
  return found;
}

/** @param {readonly Field[]} all @param {number} number */
const texts = (all, number) => all.filter((f) => f.number === number).map((f) => bytesOf(f).toString('utf8'));

/** @param {Field} field @param {number} number */
const nameOf = (field, number) => texts(fields(bytesOf(field)), number)[0];

/**
 * IEEE 754 binary16 to binary32, little endian.
 * @param {Buffer} halves
 */
export function floatsFromHalves(halves) {
  const out = Buffer.allocUnsafe(halves.length * 2);
  for (let i = 0; i < halves.length; i += 2) out.writeUInt32LE(floatBits(halves.readUInt16LE(i)), i * 2);
  return out;
}

/** @param {number} half */
function floatBits(half) {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  let fraction = half & 0x3ff;
  if (exponent === 0x1f) return (sign | 0x7f800000 | (fraction << 13)) >>> 0;
  if (exponent !== 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0;
  if (fraction === 0) return sign >>> 0;
  // A subnormal half is a normal float: shift its leading one into place.
  let shift = 0;
  while ((fraction & 0x400) === 0) {
    fraction <<= 1;
    shift += 1;
  }
  return (sign | ((113 - shift) << 23) | ((fraction & 0x3ff) << 13)) >>> 0;
}
