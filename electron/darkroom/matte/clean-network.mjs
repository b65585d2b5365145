/**
 * ISNet without what its publishing left in it: sizes that are worked out while it runs, casts from a type to itself, maps that are
 * enlarged to a size instead of by a factor. What stays are its seven kinds of operators, and the answer is the same bit for bit. One
 * such network takes pictures of any size whose sides are multiples of 64.
 */
import { floatTensor, numbersOf } from './onnx-network.mjs';

/** @typedef {import('./onnx-network.mjs').Network} Network */
/** @typedef {import('./onnx-network.mjs').Operator} Operator */
/** @typedef {import('./onnx-network.mjs').Tensor} Tensor */

const TWICE = 'twice';

/**
 * @param {Network} network for pictures of one size
 * @returns {Network} operators in the order in which they depend on each other: the same for the same network, however its file was ordered
 * @throws {Error} when it is built of other things than ISNet
 */
export function cleanNetwork(network) {
  const sizes = new Sizes(network);
  /** @type {Map<string, string>} */
  const renamed = new Map([[network.input.name, network.input.name]]);
  /** @type {Operator[]} */
  const operators = [];
  /** @type {Map<string, Tensor>} */
  const constants = new Map();

  /** @param {string} name @returns {string} what it is called in the clean one */
  function kept(name) {
    const known = renamed.get(name);
    if (known !== undefined) return known;
    const maker = sizes.maker(name);
    const map = kept(maker.inputs[0] ?? '');
    const clean = cleaned(maker, map);
    if (clean !== null) operators.push(clean);
    renamed.set(name, clean === null ? map : name);
    return clean === null ? map : name;
  }

  /** @param {Operator} operator @param {string} map @returns {Operator | null} null: it changes nothing */
  function cleaned({ op, inputs, output, attributes }, map) {
    switch (op) {
      case 'Cast':
        return null;
      case 'Conv': {
        const weights = inputs.slice(1);
        for (const name of weights) constants.set(name, sizes.constant(name));
        const { dilations = [1, 1], pads = [0, 0, 0, 0], strides = [1, 1] } = attributes;
        if ((attributes.group ?? 1) !== 1) throw new Error('The network has convolutions in groups.');
        return { op, inputs: [map, ...weights], output, attributes: { dilations, pads, strides } };
      }
      case 'Relu':
      case 'Sigmoid':
        return { op, inputs: [map], output, attributes: {} };
      case 'Add':
        return { op, inputs: [map, kept(inputs[1] ?? '')], output, attributes: {} };
      case 'Concat':
        return { op, inputs: [map, ...inputs.slice(1).map(kept)], output, attributes: { axis: 1 } };
      case 'MaxPool':
        sizes.mustBe(output, inputs[0] ?? '', 0.5, op);
        return { op, inputs: [map], output, attributes: { kernel_shape: [2, 2], strides: [2, 2] } };
      case 'Resize': {
        sizes.mustBe(output, inputs[0] ?? '', 2, op);
        const { mode, coordinate_transformation_mode: pixels } = attributes;
        if (mode !== 'linear' || !['half_pixel', 'pytorch_half_pixel'].includes(String(pixels)))
          throw new Error(`The network enlarges in another way: ${String(mode)}, ${String(pixels)}.`);
        constants.set(TWICE, floatTensor([4], [1, 1, 2, 2]));
        return { op, inputs: [map, '', TWICE], output, attributes: { mode: 'linear', coordinate_transformation_mode: 'half_pixel' } };
      }
      default:
        throw new Error(`The network has an operator ${op}.`);
    }
  }

  const output = kept(network.output.name);
  /** @param {readonly (number | string)[]} dims @returns {(number | string)[]} */
  const anySize = ([n = 1, channels = 1]) => [n, channels, 'height', 'width'];
  return {
    operators,
    constants,
    input: { ...network.input, dims: anySize(network.input.dims) },
    output: { ...network.output, name: output, dims: anySize(network.output.dims) },
  };
}

/** What is known of a network's maps at the size for which it was published. */
class Sizes {
  /** @type {Map<string, Operator>} */
  #makers;
  #constants;
  /** @type {Map<string, readonly number[]>} */
  #shapes;

  /** @param {Network} network */
  constructor({ operators, constants, input }) {
    this.#makers = new Map(operators.map((operator) => [operator.output, operator]));
    this.#constants = constants;
    this.#shapes = new Map([[input.name, input.dims.map(Number)]]);
  }

  /** @param {string} name @returns {Operator} */
  maker(name) {
    const found = this.#makers.get(name);
    if (found === undefined) throw new Error(`Nothing in the network makes ${name}.`);
    return found;
  }

  /** @param {string} name @returns {Tensor} */
  constant(name) {
    const found = this.#constants.get(name);
    if (found === undefined) throw new Error(`The network has no constant ${name}.`);
    return found;
  }

  /** @param {string} made @param {string} from @param {number} factor @param {string} op */
  mustBe(made, from, factor, op) {
    const [, , ...after] = this.#shape(made);
    const [, , ...before] = this.#shape(from);
    if (!after.every((size, n) => size === factor * (before[n] ?? 0)))
      throw new Error(`${op} makes ${after.join(' x ')} of ${before.join(' x ')}.`);
  }

  /** Of a map: its number, channels, height and width. @param {string} name @returns {readonly number[]} */
  #shape(name) {
    const known = this.#shapes.get(name);
    if (known !== undefined) return known;
    const made = this.#made(this.maker(name));
    this.#shapes.set(name, made);
    return made;
  }

  /** @param {Operator} operator @returns {readonly number[]} */
  #made({ op, inputs, attributes }) {
    const [n = 1, channels = 1, ...sides] = this.#shape(inputs[0] ?? '');
    /** @param {string} name @param {number} otherwise */
    const each = (name, otherwise) => {
      const value = attributes[name];
      return (/** @type {number} */ axis) => (Array.isArray(value) ? Number(value[axis]) : otherwise);
    };
    switch (op) {
      case 'Conv': {
        const { dims } = this.constant(inputs[1] ?? '');
        const [pad, step, spread] = [each('pads', 0), each('strides', 1), each('dilations', 1)];
        const side = (/** @type {number} */ size, /** @type {number} */ axis) =>
          Math.floor((size + pad(axis) + pad(axis + 2) - spread(axis) * ((dims[axis + 2] ?? 1) - 1) - 1) / step(axis)) + 1;
        return [n, dims[0] ?? 1, ...sides.map(side)];
      }
      case 'MaxPool': {
        const [kernel, step] = [each('kernel_shape', 1), each('strides', 1)];
        const up = attributes.ceil_mode === 1 ? Math.ceil : Math.floor;
        return [n, channels, ...sides.map((size, axis) => up((size - kernel(axis)) / step(axis)) + 1)];
      }
      case 'Concat':
        return [n, inputs.reduce((sum, input) => sum + (this.#shape(input)[1] ?? 0), 0), ...sides];
      case 'Resize': {
        const [, , scales = '', target = ''] = inputs;
        return target !== ''
          ? this.#integers(target)
          : [n, channels, ...sides.map((size, axis) => size * (this.#scales(scales)[axis + 2] ?? 1))];
      }
      default:
        return [n, channels, ...sides];
    }
  }

  /** @param {string} name */
  #scales(name) {
    return numbersOf(this.#constants.get(name) ?? this.#held(this.maker(name)));
  }

  /** Sizes that the network would work out while it runs. @param {string} name @returns {readonly number[]} */
  #integers(name) {
    const constant = this.#constants.get(name);
    if (constant !== undefined) return numbersOf(constant);
    const maker = this.maker(name);
    const [from = '', first = '', second = ''] = maker.inputs;
    switch (maker.op) {
      case 'Constant':
        return numbersOf(this.#held(maker));
      case 'Shape':
        return this.#shape(from);
      case 'Cast':
      case 'Unsqueeze':
        return this.#integers(from);
      case 'Gather': {
        const all = this.#integers(from);
        return this.#integers(first).map((n) => all[n] ?? 0);
      }
      case 'Slice':
        return this.#integers(from).slice(this.#integers(first)[0], this.#integers(second)[0]);
      case 'Concat':
        return maker.inputs.flatMap((input) => this.#integers(input));
      default:
        throw new Error(`The network works out sizes by ${maker.op}.`);
    }
  }

  /** @param {Operator} constant @returns {Tensor} */
  #held({ attributes: { value } }) {
    if (typeof value !== 'object' || !('bytes' in value)) throw new Error('A constant of the network holds no tensor.');
    return value;
  }
}
