/** A published network for tests: the one of this machine, as a single file in single precision with names of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelFolder } from '../../../electron/darkroom/matte/model-folder.ts';
import { fields, message, varintField, writeFields } from '../../../electron/darkroom/matte/model-protobuf.mjs';

type Field = ReturnType<typeof fields>[number];

const GRAPH = 7;
const renamed: Readonly<Record<string, string>> = { input: 'input.1', output: '1959' };

const bytesOf = (field: Field): Buffer => ('bytes' in field ? field.bytes : Buffer.alloc(0));
const rename = (field: Field): Field => message(field.number, Buffer.from(renamed[bytesOf(field).toString()] ?? bytesOf(field)));

/** As upstream publishes it: weights inside, other names for what goes in and comes out. */
export function publishedNetwork(): Buffer {
  const weights = readFileSync(join(modelFolder(), 'isnet.weights'));
  const model = fields(readFileSync(join(modelFolder(), 'isnet-1024.onnx')));
  const graph = (field: Field): Field => {
    const parts = fields(bytesOf(field)).map((part) => {
      if (part.number === 1) return message(1, writeFields(fields(bytesOf(part)).map((each) => (each.number <= 2 ? rename(each) : each))));
      if (part.number === 11 || part.number === 12)
        return message(part.number, writeFields(fields(bytesOf(part)).map((each) => (each.number === 1 ? rename(each) : each))));
      return part.number === 5 ? message(5, withWeights(bytesOf(part), weights)) : part;
    });
    return message(GRAPH, writeFields(parts));
  };
  return writeFields(model.map((field) => (field.number === GRAPH ? graph(field) : field)));
}

function withWeights(tensor: Buffer, weights: Buffer): Buffer {
  const parts = fields(tensor);
  const external = new Map(
    parts
      .filter(({ number }) => number === 13)
      .map((part) => {
        const [key, value] = fields(bytesOf(part)).map((each) => bytesOf(each).toString());
        return [key, Number(value)];
      }),
  );
  const offset = external.get('offset') ?? 0;
  const raw = weights.subarray(offset, offset + (external.get('length') ?? 0));
  return writeFields([...parts.filter(({ number }) => number !== 13 && number !== 14), message(9, raw)]);
}

/** A network that runs and finds nothing: one convolution whose weights are all zero. */
export function blindNetwork(): Buffer {
  const text = (number: number, value: string): Field => message(number, Buffer.from(value));
  const value = (number: number, name: string, channels: bigint): Field => {
    const shape = [1n, channels, 1024n, 1024n].map((size) => message(1, writeFields([varintField(1, size)])));
    const tensor = writeFields([varintField(1, 1n), message(2, writeFields(shape))]);
    return message(number, writeFields([text(1, name), message(2, writeFields([message(1, tensor)]))]));
  };
  const weights = writeFields([
    ...[1n, 3n, 1n, 1n].map((size) => varintField(1, size)),
    varintField(2, 1n),
    text(8, 'weights'),
    message(9, Buffer.alloc(12)),
  ]);
  const graph = writeFields([
    message(1, writeFields([text(1, 'in'), text(1, 'weights'), text(2, 'out'), text(4, 'Conv')])),
    text(2, 'blind'),
    message(5, weights),
    value(11, 'in', 3n),
    value(12, 'out', 1n),
  ]);
  return writeFields([varintField(1, 7n), message(7, graph), message(8, writeFields([varintField(2, 13n)]))]);
}
