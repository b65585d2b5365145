/** Tiny networks with the inputs and answers of the families that a user can add: each answers a matte that is given, whatever it is shown. */
import { join } from 'node:path';
import sharp from 'sharp';
import { message, writeFields } from '../../../electron/darkroom/matte/model-protobuf.mjs';
import { MODEL, TYPE } from '../../../electron/darkroom/matte/onnx-fields.mjs';
import { floatTensor, writeNetwork } from '../../../electron/darkroom/matte/onnx-network.mjs';
import { root } from '../../../scripts/setup/places.mjs';

/** What a family looks like from outside. */
export interface Looks {
  readonly side: number;
  readonly input: string;
  readonly output: string;
  /** How many answers it has. */
  readonly answers: number;
}

/** As their authors and the usual exporters publish them. */
export const looks = {
  'U2-Net': { side: 320, input: 'input.1', output: '1959', answers: 7 },
  ISNet: { side: 1024, input: 'input', output: 'output', answers: 6 },
  BiRefNet: { side: 1024, input: 'input_image', output: 'output_image', answers: 1 },
  InSPyReNet: { side: 384, input: 'x', output: 'y', answers: 1 },
} as const satisfies Record<string, Looks>;

/** @param matte side * side bytes. @param asLogits answers with what becomes the matte by a sigmoid */
export function networkAnswering(matte: Uint8Array, { side, input, output, answers }: Looks, asLogits = false): Buffer {
  const values = Float32Array.from(matte, (value) => (asLogits ? (value > 127 ? 9 : -9) : value / 255));
  const constants = new Map([
    ['nothing', floatTensor([1, 3, 1, 1], [0, 0, 0])],
    ['matte', floatTensor([1, 1, side, side], values)],
  ]);
  const conv = { dilations: [1, 1], group: 1, kernel_shape: [1, 1], pads: [0, 0, 0, 0], strides: [1, 1] };
  const names = [output, ...Array.from({ length: answers - 1 }, (_, n) => `side ${n}`)];
  const port = (name: string) => ({ name, type: TYPE.float, dims: [1, 1, side, side] });
  return writeNetwork(
    {
      operators: [
        { op: 'Conv', inputs: [input, 'nothing'], output: 'zero', attributes: conv },
        ...names.map((name) => ({ op: 'Add', inputs: ['zero', 'matte'], output: name, attributes: {} })),
      ],
      constants,
      input: { name: input, type: TYPE.float, dims: [1, 3, side, side] },
      output: port(output),
    },
    names.slice(1).map(port),
  );
}

/** The exact matte of the sample photo, at another size: side * side bytes. */
export const sampleMatte = (side: number): Promise<Uint8Array> =>
  sharp(join(root, 'resources', 'samples', 'car-side.matte.png'))
    .resize(side, side, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();

/** One of that family that finds the car of the sample photo. */
export const networkFindingCar = async (family: keyof typeof looks): Promise<Buffer> =>
  networkAnswering(await sampleMatte(looks[family].side), looks[family], family === 'BiRefNet');

/** The same file, saying its licence. */
export const withLicence = (network: Buffer, licence: string): Buffer =>
  Buffer.concat([
    network,
    writeFields([message(MODEL.metadata, writeFields([message(1, Buffer.from('license')), message(2, Buffer.from(licence))]))]),
  ]);
