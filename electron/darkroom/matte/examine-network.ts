/**
 * What a stranger's ONNX file holds, read before any of it is run: what goes in and comes out, its licence, and whether it asks for
 * anything beyond the runtime's own operators and the bytes of the file itself.
 */
import { bytesOf, type Field, fields, numberOf } from './model-protobuf.mjs';
import { ATTRIBUTE, EXTERNAL, GRAPH, MODEL, NODE, TENSOR, TYPE, VALUE } from './onnx-fields.mjs';

/** What goes in or comes out; a size is null where it is known only when the network is asked. */
export interface NetworkPort {
  readonly name: string;
  readonly isFloat: boolean;
  readonly dims: readonly (number | null)[];
}

/** What is known of a network that was not run. */
export interface Examined {
  readonly inputs: readonly NetworkPort[];
  readonly outputs: readonly NetworkPort[];
  /** As the file says it; null: it does not. */
  readonly licence: string | null;
}

/** Why a file is not run, as the rest of a sentence that begins with its name. */
export class NotRun extends Error {}

/** Graphs within operators: none of the networks here goes deeper than two. */
const DEEPEST = 4;
/** The largest of the four families has about 20,000. */
const MOST_OPERATORS = 100_000;
/** The runtime's own: what ONNX defines. */
const OWN_DOMAINS = ['', 'ai.onnx'];
const LONGEST_LICENCE = 200;

/** @throws NotRun */
export function examineNetwork(file: Buffer): Examined {
  let model: readonly Field[];
  let graph: readonly Field[];
  try {
    model = fields(file);
    // Readers put what stands twice together: each of them has to be the only one.
    const [only, ...more] = all(model, MODEL.graph);
    if (only === undefined || more.length > 0) throw new Error(`${1 + more.length} graphs`);
    if (all(model, MODEL.functions).length > 0) throw new NotRun('defines operators of its own');
    graph = fields(only);
    const weights = new Set(all(graph, GRAPH.initializer).flatMap((field) => texts(fields(field), TENSOR.name)));
    checkGraph(graph, { operators: 0 }, 0);
    return {
      // Older networks list their weights among the inputs, too.
      inputs: all(graph, GRAPH.input)
        .map(portOf)
        .filter(({ name }) => !weights.has(name)),
      outputs: all(graph, GRAPH.output).map(portOf),
      licence: licenceOf(model),
    };
  } catch (error) {
    throw error instanceof NotRun ? error : new NotRun('is not an ONNX file, or is damaged');
  }
}

function checkGraph(graph: readonly Field[], seen: { operators: number }, depth: number): void {
  if (depth > DEEPEST) throw new NotRun('has graphs within graphs');
  for (const tensor of all(graph, GRAPH.initializer)) checkTensor(tensor);
  if (all(graph, GRAPH.sparse).length > 0) throw new NotRun('has sparse weights');
  for (const bytes of all(graph, GRAPH.node)) {
    seen.operators += 1;
    if (seen.operators > MOST_OPERATORS) throw new NotRun(`has more than ${MOST_OPERATORS} operators`);
    const node = fields(bytes);
    const [op = ''] = texts(node, NODE.opType);
    if (!texts(node, NODE.domain).every((domain) => OWN_DOMAINS.includes(domain)))
      throw new NotRun(`needs an operator that is not part of ONNX (${shown(op)})`);
    for (const attribute of all(node, NODE.attribute).map(fields)) {
      for (const tensor of [...all(attribute, ATTRIBUTE.t), ...all(attribute, ATTRIBUTE.tensors)]) checkTensor(tensor);
      if (attribute.some(({ number }) => number === ATTRIBUTE.sparse || number === ATTRIBUTE.sparses))
        throw new NotRun('has sparse weights');
      for (const inner of [...all(attribute, ATTRIBUTE.graph), ...all(attribute, ATTRIBUTE.graphs)])
        checkGraph(fields(inner), seen, depth + 1);
    }
  }
}

function checkTensor(bytes: Buffer): void {
  const tensor = fields(bytes);
  const isOutside = ({ number }: Field): boolean => number === TENSOR.externalData;
  const saysSo = (field: Field): boolean => field.number === TENSOR.dataLocation && numberOf(field) === EXTERNAL;
  if (tensor.some((field) => isOutside(field) || saysSo(field))) throw new NotRun('keeps its weights in another file');
}

/** ValueInfoProto, as `onnx-network.mjs` spells it out. What is no tensor has no sizes. */
function portOf(bytes: Buffer): NetworkPort {
  const value = fields(bytes);
  const [name = ''] = texts(value, VALUE.name);
  const type = all(value, VALUE.type).flatMap((field) => all(fields(field), 1))[0];
  if (type === undefined) return { name, isFloat: false, dims: [] };
  const tensor = fields(type);
  const shape = all(tensor, 2)[0];
  const dims = shape === undefined ? [] : all(fields(shape), 1).map((dim) => sizeOf(fields(dim)));
  return { name, isFloat: Number(numberOf(found(tensor, 1))) === TYPE.float, dims };
}

function sizeOf([size]: readonly Field[]): number | null {
  if (size?.number !== 1) return null;
  const value = Number(BigInt.asIntN(64, numberOf(size)));
  return value > 0 ? value : null;
}

/** StringStringEntryProto { key(1), value(2) }. */
function licenceOf(model: readonly Field[]): string | null {
  for (const entry of all(model, MODEL.metadata).map(fields)) {
    const [key = ''] = texts(entry, 1);
    const [value = ''] = texts(entry, 2);
    if (/^licen[cs]e$/i.test(key.trim()) && value.trim() !== '') return shown(value);
  }
  return null;
}

/** For people: one line, and no longer than a line. */
const shown = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_LICENCE);

const all = (message: readonly Field[], number: number): Buffer[] => message.filter((field) => field.number === number).map(bytesOf);

const texts = (message: readonly Field[], number: number): string[] => all(message, number).map((bytes) => bytes.toString('utf8'));

function found(message: readonly Field[], number: number): Field {
  const field = message.find((each) => each.number === number);
  if (field === undefined) throw new Error(`no field ${number}`);
  return field;
}
