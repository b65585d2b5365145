/** Preparing the model: the protobuf that is taken apart and put together, half floats, and the archive it comes in. */

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { convertModel, floatsFromHalves } from '../../../electron/darkroom/matte/model-onnx.mjs';
import { bytesOf, fields, message, varintField, writeFields } from '../../../electron/darkroom/matte/model-protobuf.mjs';
import { filesOfArchive } from '../../../scripts/setup/model-download.mjs';

describe('protobuf', () => {
  test('a message that is read and written is the same, byte for byte', () => {
    const bytes = writeFields([
      varintField(1, 8n),
      varintField(2, 18_446_744_073_709_551_615n),
      message(7, Buffer.from('inner')),
      { number: 9, wire: 5, bytes: Buffer.from([1, 2, 3, 4]) },
      { number: 300, wire: 1, bytes: Buffer.alloc(8, 9) },
    ]);
    expect(writeFields(fields(bytes)).equals(bytes)).toBe(true);
    expect(fields(bytes).map((field) => field.number)).toEqual([1, 2, 7, 9, 300]);
  });

  test.each([
    ['a field that runs past the end', Buffer.from([0x3a, 0x7f, 0x00])],
    ['a number that does not end', Buffer.from([0x08, 0xff])],
    ['a wire type that does not exist', Buffer.from([0x0f])],
  ])('%s is refused', (_, bytes) => {
    expect(() => fields(bytes)).toThrow();
  });
});

test('half floats keep their value: normal, subnormal, zero, signed, infinite', () => {
  const halves = Buffer.alloc(14);
  for (const [n, half] of [0x3c00, 0xc000, 0x0000, 0x8000, 0x0001, 0x7c00, 0x7bff].entries()) halves.writeUInt16LE(half, 2 * n);
  const floats = floatsFromHalves(halves);
  expect([0, 1, 2, 3, 4, 5, 6].map((n) => floats.readFloatLE(4 * n))).toEqual([1, -2, 0, -0, 2 ** -24, Number.POSITIVE_INFINITY, 65_504]);
});

describe('the network', () => {
  const text = (number: number, value: string) => message(number, Buffer.from(value));
  const tensor = (name: string, type: number, raw: Buffer) =>
    writeFields([varintField(1, BigInt(raw.length / 2)), varintField(2, BigInt(type)), text(8, name), message(9, raw)]);
  const constant = (name: string, values: readonly bigint[]) => {
    const raw = Buffer.alloc(8 * values.length);
    for (const [n, value] of values.entries()) raw.writeBigInt64LE(value, 8 * n);
    return node('Constant', [], [name], [message(5, writeFields([text(1, 'value'), message(5, tensor('', 7, raw))]))]);
  };
  const node = (
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: readonly ReturnType<typeof message>[] = [],
  ) =>
    message(
      1,
      writeFields([...inputs.map((name) => text(1, name)), ...outputs.map((name) => text(2, name)), text(4, type), ...attributes]),
    );
  const value = (number: number, name: string) => {
    const dim = (size: bigint) => message(1, writeFields([varintField(1, size)]));
    const shape = writeFields([dim(1n), dim(3n), dim(1024n), dim(1024n)]);
    return message(
      number,
      writeFields([text(1, name), message(2, writeFields([message(1, writeFields([varintField(1, 1n), message(2, shape)]))]))]),
    );
  };
  const published = writeFields([
    varintField(1, 8n),
    message(
      7,
      writeFields([
        node('Cast', ['input'], ['half'], [message(5, writeFields([text(1, 'to'), varintField(3, 10n)]))]),
        node('Conv', ['half', 'used'], ['conv']),
        constant('target', [64n, 64n]),
        constant('axes', [2n, 3n]),
        node('Resize', ['conv', 'target', 'axes'], ['output']),
        node('Conv', ['half', 'unused'], ['side']),
        message(5, tensor('used', 10, Buffer.from([0x00, 0x3c, 0x00, 0xc0]))),
        message(5, tensor('unused', 10, Buffer.from([0x00, 0x3c]))),
        value(11, 'input'),
        value(12, 'output'),
        value(12, 'side'),
        value(13, 'conv'),
      ]),
    ),
  ]);
  const graphOf = (model: Buffer) =>
    fields(model)
      .filter((field) => field.number === 7)
      .flatMap((field) => fields(bytesOf(field)));
  const named = (model: Buffer, number: number) =>
    graphOf(model)
      .filter((field) => field.number === number)
      .map(bytesOf);

  test('keeps what leads to the matte, in single precision, in a file of its own', () => {
    const { weights, graph, tensors } = convertModel(published);
    expect(tensors).toBe(1);
    expect([weights.readFloatLE(0), weights.readFloatLE(4)]).toEqual([1, -2]);
    const model = graph(512, 'isnet.weights');
    expect(named(model, 12)).toHaveLength(1);
    expect(named(model, 13)).toHaveLength(0);
    expect(named(model, 1).map((bytes) => bytes ?? Buffer.alloc(0))).toHaveLength(5);
    const [initializer = Buffer.alloc(0)] = named(model, 5);
    expect(initializer.includes('isnet.weights')).toBe(true);
    expect(fields(initializer).some((field) => field.number === 9)).toBe(false);
  });

  test('scales its sizes with its input and leaves other pairs alone', () => {
    const model = convertModel(published).graph(512, 'w');
    const raw = Buffer.concat(named(model, 1).map((bytes) => bytes ?? Buffer.alloc(0)));
    const pair = (a: bigint, b: bigint) => {
      const bytes = Buffer.alloc(16);
      bytes.writeBigInt64LE(a, 0);
      bytes.writeBigInt64LE(b, 8);
      return bytes;
    };
    expect([raw.includes(pair(32n, 32n)), raw.includes(pair(64n, 64n)), raw.includes(pair(2n, 3n))]).toEqual([true, false, true]);
    expect(() => convertModel(published).graph(500, 'w')).toThrow('multiple of 32');
  });
});

describe('a network in single precision, as upstream publishes it', () => {
  const text = (number: number, value: string) => message(number, Buffer.from(value));
  const int64 = (values: readonly bigint[]) => {
    const raw = Buffer.alloc(8 * values.length);
    for (const [n, value] of values.entries()) raw.writeBigInt64LE(value, 8 * n);
    return raw;
  };
  const packed = (values: readonly number[]) =>
    Buffer.from(values.flatMap((value) => (value < 128 ? [value] : [(value & 127) | 128, value >> 7])));
  const tensor = (name: string, type: bigint, ...data: ReturnType<typeof message>[]) =>
    message(5, writeFields([varintField(2, type), text(8, name), ...data]));
  const node = (inputs: readonly string[], outputs: readonly string[]) =>
    message(1, writeFields([...inputs.map((name) => text(1, name)), ...outputs.map((name) => text(2, name)), text(4, 'Any')]));
  const value = (number: number, name: string) => {
    const dims = [1n, 3n, 1024n, 1024n].map((size) => message(1, writeFields([varintField(1, size)])));
    const type = message(1, writeFields([varintField(1, 1n), message(2, writeFields(dims))]));
    return message(number, writeFields([text(1, name), message(2, writeFields([type]))]));
  };
  const floats = Buffer.alloc(4 * 300);
  for (let n = 0; n < 300; n += 1) floats.writeFloatLE(n / 7, 4 * n);
  const published = writeFields([
    message(
      7,
      writeFields([
        node(['input.1', 'raw', 'listed', 'small', 'sizes', 'packed', 'axes', 'minus'], ['1959']),
        node(['1959', 'aside'], ['side']),
        tensor('raw', 1n, message(9, floats)),
        tensor('listed', 1n, message(4, floats)),
        tensor('small', 1n, message(9, floats.subarray(0, 16))),
        tensor('sizes', 7n, message(9, int64([1n, 64n, 128n, 128n]))),
        tensor('packed', 7n, message(7, packed([256, 256]))),
        tensor('axes', 7n, message(9, int64([2n, 3n]))),
        tensor('minus', 7n, message(9, int64([-1n, -1n]))),
        tensor('aside', 1n, message(9, floats)),
        value(11, 'input.1'),
        value(11, 'raw'),
        value(11, 'aside'),
        value(12, '1959'),
        value(12, 'side'),
      ]),
    ),
  ]);
  const partsOf = (model: Buffer) =>
    fields(model)
      .filter(({ number }) => number === 7)
      .flatMap((field) => fields(bytesOf(field)));
  const named = (model: Buffer, number: number, at: number) =>
    partsOf(model)
      .filter((field) => field.number === number)
      .map((field) => {
        const inner = fields(bytesOf(field)).find((each) => each.number === at);
        return inner === undefined ? undefined : bytesOf(inner).toString();
      });

  test('its weights are copied, however they are written; what is small stays in the graph', () => {
    const { weights, graph, tensors } = convertModel(published);
    expect(tensors).toBe(2);
    expect([weights.subarray(0, 1200).equals(floats), weights.subarray(65_536, 65_536 + 1200).equals(floats)]).toEqual([true, true]);
    const model = graph(512, 'w');
    expect(model.includes(floats.subarray(0, 16))).toBe(true);
    expect(model.includes(floats)).toBe(false);
  });

  test('what it answers first is the matte, and only what leads there is kept', () => {
    const model = convertModel(published).graph(1024, 'w');
    expect(named(model, 12, 1)).toEqual(['1959']);
    expect(named(model, 11, 1)).toEqual(['input.1', 'raw']);
    expect(named(model, 5, 8)).not.toContain('aside');
  });

  test('sizes of maps scale with the input, written either way; axes and -1 do not', () => {
    const model = convertModel(published).graph(512, 'w');
    const held = [
      [1n, 64n, 64n, 64n],
      [128n, 128n],
      [2n, 3n],
      [-1n, -1n],
    ].map((values) => model.includes(int64(values)));
    expect(held).toEqual([true, true, true, true]);
    expect(model.includes(int64([128n, 128n, 128n]))).toBe(false);
  });

  test.each([
    ['no network', Buffer.from('<html>')],
    ['a network without an output', writeFields([message(7, writeFields([value(11, 'input')]))])],
    [
      'weights of another type',
      writeFields([message(7, writeFields([node(['w'], ['o']), tensor('w', 11n, message(9, floats)), value(12, 'o')]))]),
    ],
  ])('%s is refused', (_what, bytes) => {
    expect(() => convertModel(bytes)).toThrow();
  });
});

test('an npm archive is read by name', () => {
  const entry = (name: string, content: string) => {
    const header = Buffer.alloc(512);
    header.write(name, 'latin1');
    header.write(content.length.toString(8).padStart(11, '0'), 124, 'latin1');
    header.write('0', 156, 'latin1');
    return Buffer.concat([header, Buffer.from(content), Buffer.alloc(512 - (content.length % 512))]);
  };
  const archive = gzipSync(Buffer.concat([entry('package/package.json', '{}'), entry('package/dist/a', 'hello'), Buffer.alloc(1024)]));
  const files = filesOfArchive(archive);
  expect([...files].map(([name, content]) => [name, content.toString()])).toEqual([
    ['package.json', '{}'],
    ['dist/a', 'hello'],
  ]);
});
