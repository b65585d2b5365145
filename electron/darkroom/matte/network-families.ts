/**
 * The kinds of network that a user can add, told apart by what goes in and comes out. All take one RGB picture of floats, planes of
 * channels, and answer a matte of the picture's size; they differ in their size and in how colours are brought to numbers.
 */
import type { OwnNetwork } from '../../../shared/ipc/model.ts';
import { type Examined, type NetworkPort, NotRun } from './examine-network.ts';

/** How a network is asked and its answer read. */
export interface Reading {
  readonly family: OwnNetwork['family'];
  readonly input: string;
  readonly output: string;
  /** Of its square input; null: it takes any multiple of 32. */
  readonly side: number | null;
  /** A channel's value in 0..1 becomes (value - mean) / deviation; red, green, blue. */
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
  /** Whether it answers with logits; otherwise 0..1. */
  readonly logits: boolean;
}

/** ImageNet's, which U2-Net, BiRefNet and InSPyReNet were trained with (Qin et al. 2020, Zheng et al. 2024, Kim et al. 2022). */
const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;
/** ISNet's (Qin et al. 2022). */
const CENTRED = { mean: [0.5, 0.5, 0.5], deviation: [1, 1, 1] } as const;

const SMALLEST_SIDE = 128;
const LARGEST_SIDE = 2048;
/** U2-Net answers with its seven maps, fused first; ISNet with six and some features. */
const MAPS_OF_U2NET = 7;
const SIDE_OF_U2NET = 320;
const SIDES_OF_INSPYRENET: readonly (number | null)[] = [384, 1024, null];
const SIDES_OF_ISNET: readonly (number | null)[] = [1024, null];
const NAMES_OF_BIREFNET = /^(input_image|pixel_values)$|^(output_image|logits|alphas)$/;

/**
 * The ways in which it may have to be asked; where names and shapes fit more than one family, the sample photo decides between them.
 * Whether BiRefNet answers logits depends on who wrote the file.
 * @throws NotRun when it is none of the families
 */
export function readingsOf({ inputs, outputs }: Examined): readonly Reading[] {
  const [input, ...others] = inputs;
  const output = outputs.find(({ name }) => name === 'output') ?? outputs[0];
  if (input === undefined || output === undefined || others.length > 0)
    throw new NotRun(`takes ${inputs.length} inputs instead of one picture`);
  const side = sideOf(input);
  const answers = [1, side, side];
  if (!output.isFloat || !endsIn(output, answers)) throw new NotRun(`answers in another shape than a matte: ${shapeOf(output)}`);
  const common = { input: input.name, output: output.name, side };
  const isnet = { family: 'ISNet', ...common, ...CENTRED, logits: false } as const;
  const u2net = { family: 'U2-Net', ...common, ...IMAGENET, logits: false } as const;
  const birefnet = { family: 'BiRefNet', ...common, ...IMAGENET, logits: true } as const;
  const inspyrenet = { family: 'InSPyReNet', ...common, ...IMAGENET, logits: false } as const;
  if (side === SIDE_OF_U2NET) return [u2net];
  if (outputs.length === MAPS_OF_U2NET && outputs.every((port) => endsIn(port, answers))) return [u2net, isnet];
  if (outputs.length > 1 && SIDES_OF_ISNET.includes(side)) return [isnet];
  if (NAMES_OF_BIREFNET.test(input.name) && NAMES_OF_BIREFNET.test(output.name)) return [birefnet, isnet];
  const candidates = [
    ...(SIDES_OF_ISNET.includes(side) ? [isnet] : []),
    ...(SIDES_OF_INSPYRENET.includes(side) ? [inspyrenet] : []),
    ...(SIDES_OF_ISNET.includes(side) ? [birefnet] : []),
  ];
  if (candidates.length === 0) throw new NotRun(`takes pictures of ${side} pixels a side, as none of the known networks does`);
  return candidates;
}

/** [1, 3, side, side] of floats. */
function sideOf(input: NetworkPort): number | null {
  const [batch, channels, height, width] = input.dims;
  const isPicture = input.isFloat && input.dims.length === 4 && channels === 3 && (batch === 1 || batch === null) && height === width;
  if (!isPicture || height === undefined) throw new NotRun(`takes another input than one RGB picture of floats: ${shapeOf(input)}`);
  if (height !== null && (height < SMALLEST_SIDE || height > LARGEST_SIDE || height % 32 !== 0))
    throw new NotRun(`takes pictures of ${height} pixels a side; ${SMALLEST_SIDE} to ${LARGEST_SIDE} in steps of 32 are possible`);
  return height;
}

/** Sizes that are known have to be these; one that is not may turn out to be. */
const endsIn = ({ dims }: NetworkPort, sizes: readonly (number | null)[]): boolean =>
  dims.length === 4 && sizes.every((size, n) => dims[n + 1] === null || size === null || dims[n + 1] === size);

const shapeOf = ({ dims }: NetworkPort): string => `[${dims.map((size) => size ?? '?').join(', ')}]`;
