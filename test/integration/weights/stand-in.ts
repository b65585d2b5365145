/** A published network for tests: the one of this machine, as a single file in single precision with names of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelFolder } from '../../../electron/darkroom/matte/model-folder.ts';
import { fields, message, varintField, writeFields } from '../../../electron/darkroom/matte/model-protobuf.mjs';
import { TYPE } from '../../../electron/darkroom/matte/onnx-fields.mjs';
import { floatTensor, writeNetwork } from '../../../electron/darkroom/matte/onnx-network.mjs';
import { sampleMatte } from '../darkroom/own-networks.ts';

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

/**
 * A small network that passes its self-test: it answers the sample's matte to whatever it is shown, at the size it is converted to. For
 * what happens to a model around its being used, where the real one's seconds prove nothing more.
 */
export async function smallPublishedNetwork(): Promise<Buffer> {
  const side = 512;
  const sizes = Buffer.from(BigInt64Array.of(1n, 1n, 1024n, 1024n).buffer);
  const conv = { dilations: [1, 1], group: 1, kernel_shape: [1, 1], pads: [0, 0, 0, 0], strides: [1, 1] };
  return writeNetwork({
    operators: [
      { op: 'Conv', inputs: ['input', 'nothing'], output: 'zero', attributes: conv },
      { op: 'Resize', inputs: ['matte', '', '', 'sizes'], output: 'seen', attributes: { mode: 'linear' } },
      { op: 'Add', inputs: ['zero', 'seen'], output: 'output', attributes: {} },
    ],
    constants: new Map([
      ['nothing', floatTensor([1, 3, 1, 1], [0, 0, 0])],
      [
        'matte',
        floatTensor(
          [1, 1, side, side],
          Float32Array.from(await sampleMatte(side), (value) => value / 255),
        ),
      ],
      ['sizes', { type: TYPE.int64, dims: [4], bytes: sizes }],
    ]),
    input: { name: 'input', type: TYPE.float, dims: [1, 3, 1024, 1024] },
    output: { name: 'output', type: TYPE.float, dims: [1, 1, 1024, 1024] },
  });
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
