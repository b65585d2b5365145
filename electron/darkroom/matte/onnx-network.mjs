/**
 * An ONNX network as plain values: read from its file, changed, and written again. Only what ISNet is made of is known: operators
 * with one output, one picture in and one out. The same network is always written as the same bytes.
 */
import { bytesOf, fields, message, numberOf, varintField, varints, writeFields } from './model-protobuf.mjs';
import { ATTRIBUTE, GRAPH, KIND, MODEL, NODE, OPSET, TENSOR, TYPE, VALUE } from './onnx-fields.mjs';

/** @typedef {import('./model-protobuf.mjs').Field} Field */
/**
 * Values of one type (`TYPE`), little endian.
 * @typedef {{ readonly type: number, readonly dims: readonly number[], readonly bytes: Buffer }} Tensor
 */
/** Attributes that are floats are left out: the only one here bends cubic curves, and nothing is cubic.
 * @typedef {number | string | readonly number[] | Tensor} Attribute */
/**
 * @typedef {{ readonly op: string, readonly inputs: readonly string[], readonly output: string,
 *   readonly attributes: Readonly<Record<string, Attribute>> }} Operator
 */
/** What goes in or comes out; a text stands for a size that is known only when the network is asked.
 * @typedef {{ readonly name: string, readonly type: number, readonly dims: readonly (number | string)[] }} Port */
/**
 * @typedef {{ readonly operators: readonly Operator[], readonly constants: ReadonlyMap<string, Tensor>,
 *   readonly input: Port, readonly output: Port }} Network
 */

/** Per-channel scales need 13; 15 is what ISNet was published with. */
const OPSET_VERSION = 15;
const IR_VERSION = 8;

/**
 * @param {Buffer} model @param {Buffer} weights what tensors outside of the model point into
 * @returns {Network}
 * @throws {Error} when it holds what is not known here
 */
export function readNetwork(model, weights) {
  const graph = fields(bytesOf(onlyField(fields(model), MODEL.graph)));
  const held = graph.filter((f) => f.number === GRAPH.initializer).map((f) => namedTensor(bytesOf(f), weights));
  const constants = new Map(held.map(({ name, ...tensor }) => [name, tensor]));
  const ports = (/** @type {number} */ number) => graph.filter((f) => f.number === number).map((f) => readPort(bytesOf(f)));
  // Older networks list their weights among the inputs, too.
  const [input, ...others] = ports(GRAPH.input).filter(({ name }) => !constants.has(name));
  const [output] = ports(GRAPH.output);
  if (input === undefined || output === undefined || others.length > 0) throw new Error('The network has not one input and one output.');
  const operators = graph.filter((f) => f.number === GRAPH.node).map((f) => readOperator(bytesOf(f)));
  return { operators, constants, input, output };
}

/**
 * @param {Network} network its operators in an order in which they can be run
 * @param {readonly Port[]} [alsoAnswers] maps inside of it that it is to answer with, too
 * @returns {Buffer} with its weights inside
 */
export function writeNetwork({ operators, constants, input, output }, alsoAnswers = []) {
  const graph = [
    ...operators.map((operator) => message(GRAPH.node, writeOperator(operator))),
    text(GRAPH.name, 'isnet'),
    ...[...constants].map(([name, tensor]) => message(GRAPH.initializer, writeTensor(tensor, name))),
    message(GRAPH.input, writePort(input)),
    ...[output, ...alsoAnswers].map((port) => message(GRAPH.output, writePort(port))),
  ];
  return writeFields([
    varintField(MODEL.irVersion, BigInt(IR_VERSION)),
    text(MODEL.producer, 'backlot'),
    message(MODEL.graph, writeFields(graph)),
    message(MODEL.opset, writeFields([text(OPSET.domain, ''), varintField(OPSET.version, BigInt(OPSET_VERSION))])),
  ]);
}

/**
 * The numbers of a tensor of integers, or of floats.
 * @param {Tensor} tensor
 * @returns {number[]}
 */
export function numbersOf({ type, bytes }) {
  if (type === TYPE.int64) return Array.from({ length: bytes.length / 8 }, (_, n) => Number(bytes.readBigInt64LE(8 * n)));
  if (type === TYPE.float) return Array.from({ length: bytes.length / 4 }, (_, n) => bytes.readFloatLE(4 * n));
  throw new Error(`Numbers of the type ${type} are not known.`);
}

/**
 * The same for millions of floats; a copy.
 * @param {Tensor} tensor
 * @returns {Float32Array}
 */
export function floatsOf({ type, bytes }) {
  if (type !== TYPE.float) throw new Error(`Floats were expected, not the type ${type}.`);
  const floats = new Float32Array(bytes.length / 4);
  Buffer.from(floats.buffer).set(bytes);
  return floats;
}

/**
 * A tensor of floats, as they are rounded to single precision.
 * @param {readonly number[]} dims @param {ArrayLike<number>} values
 * @returns {Tensor}
 */
export function floatTensor(dims, values) {
  const bytes = Buffer.alloc(4 * values.length);
  for (let n = 0; n < values.length; n += 1) bytes.writeFloatLE(values[n] ?? 0, 4 * n);
  return { type: TYPE.float, dims, bytes };
}

/** @param {Buffer} bytes @returns {Operator} */
function readOperator(bytes) {
  const node = fields(bytes);
  const outputs = texts(node, NODE.output);
  const [op = ''] = texts(node, NODE.opType);
  if (outputs.length !== 1) throw new Error(`${op} has ${outputs.length} outputs.`);
  /** @type {Record<string, Attribute>} */
  const attributes = {};
  for (const field of node) {
    if (field.number !== NODE.attribute) continue;
    const attribute = fields(bytesOf(field));
    const value = readAttribute(attribute);
    if (value !== null) attributes[texts(attribute, ATTRIBUTE.name)[0] ?? ''] = value;
  }
  return { op, inputs: texts(node, NODE.input), output: outputs[0] ?? '', attributes };
}

/** @param {readonly Field[]} attribute @returns {Attribute | null} */
function readAttribute(attribute) {
  const ints = attribute.filter((f) => f.number === ATTRIBUTE.ints);
  if (ints.length > 0) return ints.flatMap(integers);
  for (const field of attribute) {
    if (field.number === ATTRIBUTE.i) return Number(BigInt.asIntN(64, numberOf(field)));
    if (field.number === ATTRIBUTE.text) return bytesOf(field).toString('utf8');
    if (field.number === ATTRIBUTE.t) {
      const { name: _none, ...tensor } = namedTensor(bytesOf(field), Buffer.alloc(0));
      return tensor;
    }
  }
  return null;
}

/** Repeated integers stand packed or one by one. @param {Field} field @returns {number[]} */
const integers = (field) =>
  (field.wire === 0 ? [numberOf(field)] : varints(bytesOf(field))).map((value) => Number(BigInt.asIntN(64, value)));

/** @param {Buffer} bytes @param {Buffer} weights @returns {Tensor & { readonly name: string }} */
function namedTensor(bytes, weights) {
  const tensor = fields(bytes);
  const type = Number(numberOf(onlyField(tensor, TENSOR.dataType)));
  const dims = tensor.filter((f) => f.number === TENSOR.dims).flatMap(integers);
  return { name: texts(tensor, TENSOR.name)[0] ?? '', type, dims, bytes: contentOf(tensor, type, weights) };
}

/** @param {readonly Field[]} tensor @param {number} type @param {Buffer} weights */
function contentOf(tensor, type, weights) {
  const raw = tensor.find((f) => f.number === TENSOR.rawData);
  if (raw !== undefined) return bytesOf(raw);
  const outside = tensor.filter((f) => f.number === TENSOR.externalData).map((f) => fields(bytesOf(f)));
  if (outside.length > 0) {
    const placed = new Map(outside.map((entry) => [texts(entry, 1)[0], Number(texts(entry, 2)[0])]));
    const [offset, length] = [placed.get('offset') ?? 0, placed.get('length') ?? 0];
    if (!(offset >= 0 && length > 0 && offset + length <= weights.length)) throw new Error('A tensor lies outside of the weights.');
    return weights.subarray(offset, offset + length);
  }
  if (type === TYPE.float) return Buffer.concat(tensor.filter((f) => f.number === TENSOR.floatData).map(bytesOf));
  if (type !== TYPE.int64) throw new Error(`A tensor of the type ${type} has no content.`);
  const values = tensor.filter((f) => f.number === TENSOR.int64Data).flatMap(integers);
  const bytes = Buffer.alloc(8 * values.length);
  for (const [n, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value), 8 * n);
  return bytes;
}

/** ValueInfoProto { name, type { tensor_type(1) { elem_type(1), shape(2) { dim(1) { dim_value(1) or dim_param(2) } } } } }. @param {Buffer} bytes @returns {Port} */
function readPort(bytes) {
  const value = fields(bytes);
  const tensor = fields(bytesOf(onlyField(fields(bytesOf(onlyField(value, VALUE.type))), 1)));
  const dims = fields(bytesOf(onlyField(tensor, 2))).map((dim) => {
    const [size] = fields(bytesOf(dim));
    if (size === undefined) return '';
    return size.number === 1 ? Number(numberOf(size)) : bytesOf(size).toString('utf8');
  });
  return { name: texts(value, VALUE.name)[0] ?? '', type: Number(numberOf(onlyField(tensor, 1))), dims };
}

/** @param {Port} port */
function writePort({ name, type, dims }) {
  const shape = dims.map((dim) => message(1, writeFields([typeof dim === 'number' ? varintField(1, BigInt(dim)) : text(2, dim)])));
  const tensor = writeFields([varintField(1, BigInt(type)), message(2, writeFields(shape))]);
  return writeFields([text(VALUE.name, name), message(VALUE.type, writeFields([message(1, tensor)]))]);
}

/** @param {Operator} operator */
function writeOperator({ op, inputs, output, attributes }) {
  return writeFields([
    ...inputs.map((name) => text(NODE.input, name)),
    text(NODE.output, output),
    text(NODE.opType, op),
    ...Object.entries(attributes).map(([name, value]) => message(NODE.attribute, writeAttribute(name, value))),
  ]);
}

/** @param {string} name @param {Attribute} value */
function writeAttribute(name, value) {
  const kind = (/** @type {number} */ is) => varintField(ATTRIBUTE.type, BigInt(is));
  const integer = (/** @type {number} */ number, /** @type {number} */ i) => varintField(number, BigInt.asUintN(64, BigInt(i)));
  const begin = text(ATTRIBUTE.name, name);
  if (typeof value === 'number') return writeFields([begin, integer(ATTRIBUTE.i, value), kind(KIND.int)]);
  if (typeof value === 'string') return writeFields([begin, text(ATTRIBUTE.text, value), kind(KIND.text)]);
  if ('bytes' in value) return writeFields([begin, message(ATTRIBUTE.t, writeTensor(value, '')), kind(KIND.tensor)]);
  return writeFields([begin, ...value.map((each) => integer(ATTRIBUTE.ints, each)), kind(KIND.ints)]);
}

/** @param {Tensor} tensor @param {string} name */
function writeTensor({ type, dims, bytes }, name) {
  return writeFields([
    ...dims.map((dim) => varintField(TENSOR.dims, BigInt(dim))),
    varintField(TENSOR.dataType, BigInt(type)),
    text(TENSOR.name, name),
    message(TENSOR.rawData, bytes),
  ]);
}

/** @param {number} number @param {string} value */
const text = (number, value) => message(number, Buffer.from(value));

/** @param {readonly Field[]} all @param {number} number @returns {Field} */
function onlyField(all, number) {
  const found = all.find((f) => f.number === number);
  if (found === undefined) throw new Error(`The network has no field ${number} where one is expected.`);
  return found;
}

/** @param {readonly Field[]} all @param {number} number */
const texts = (all, number) => all.filter((f) => f.number === number).map((f) => bytesOf(f).toString('utf8'));
