/** Just enough of the protobuf wire format to take a message apart into its fields and to put it together again unchanged. */

/**
 * One field of a message: a number (wire type 0), or bytes.
 * @typedef {{ readonly number: number, readonly wire: 0, readonly value: bigint }} NumberField
 * @typedef {{ readonly number: number, readonly wire: number, readonly bytes: Buffer }} BytesField
 * @typedef {NumberField | BytesField} Field
 */

/**
 * @param {Field} field
 * @returns {field is NumberField}
 */
const isNumber = (field) => 'value' in field;

/**
 * The bytes of a field; a view, not a copy.
 * @param {Field} field
 * @returns {Buffer}
 * @throws {Error} when it is a number
 */
export function bytesOf(field) {
  if (isNumber(field)) throw new Error(`Field ${field.number} is a number where bytes are expected.`);
  return field.bytes;
}

/**
 * The number that a field holds.
 * @param {Field} field
 * @returns {bigint}
 * @throws {Error} when it is bytes
 */
export function numberOf(field) {
  if (!isNumber(field)) throw new Error(`Field ${field.number} is bytes where a number is expected.`);
  return field.value;
}

/**
 * The top-level fields of a message, in order. Length-delimited ones are views, not copies.
 * @param {Buffer} bytes
 * @returns {Field[]}
 */
export function fields(bytes) {
  /** @type {Field[]} */
  const out = [];
  let at = 0;
  while (at < bytes.length) {
    const [key, afterKey] = readVarint(bytes, at);
    const number = Number(key >> 3n);
    const wire = Number(key & 7n);
    if (wire === 0) {
      const [value, next] = readVarint(bytes, afterKey);
      out.push({ number, wire, value });
      at = next;
      continue;
    }
    let start = afterKey;
    let length = wire === 1 ? 8 : 4;
    if (wire === 2) {
      const [announced, next] = readVarint(bytes, afterKey);
      length = Number(announced);
      start = next;
    } else if (wire !== 1 && wire !== 5) {
      throw new Error(`Unknown wire type ${wire} at byte ${at}.`);
    }
    if (start + length > bytes.length) throw new Error(`Field ${number} at byte ${at} runs past the end.`);
    out.push({ number, wire, bytes: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return out;
}

/**
 * @param {readonly Field[]} all
 * @returns {Buffer}
 */
export function writeFields(all) {
  const parts = [];
  for (const field of all) {
    parts.push(varint((BigInt(field.number) << 3n) | BigInt(field.wire)));
    if (isNumber(field)) {
      parts.push(varint(field.value));
      continue;
    }
    if (field.wire === 2) parts.push(varint(BigInt(field.bytes.length)));
    parts.push(field.bytes);
  }
  return Buffer.concat(parts);
}

/**
 * A length-delimited field.
 * @param {number} number
 * @param {Buffer} bytes
 * @returns {Field}
 */
export const message = (number, bytes) => ({ number, wire: 2, bytes });

/**
 * A field that holds one integer.
 * @param {number} number
 * @param {bigint} value
 * @returns {Field}
 */
export const varintField = (number, value) => ({ number, wire: 0, value });

/**
 * The numbers of a packed field. Negative ones come out as their two's complement.
 * @param {Buffer} bytes
 * @returns {bigint[]}
 */
export function varints(bytes) {
  const out = [];
  for (let at = 0; at < bytes.length; ) {
    const [value, next] = readVarint(bytes, at);
    out.push(value);
    at = next;
  }
  return out;
}

/**
 * @param {Buffer} bytes @param {number} at
 * @returns {[value: bigint, next: number]}
 */
function readVarint(bytes, at) {
  let value = 0n;
  let shift = 0n;
  for (let i = at; i < at + 10; i += 1) {
    const byte = bytes[i];
    if (byte === undefined) throw new Error('The message ends inside a number.');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return [value, i + 1];
    shift += 7n;
  }
  throw new Error(`A number at byte ${at} is longer than 64 bits.`);
}

/** @param {bigint} value */
function varint(value) {
  const out = [];
  let rest = value;
  while (rest > 0x7fn) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Buffer.from(out);
}
