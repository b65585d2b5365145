/** Just enough of the protobuf wire format to take a message apart into its fields and to put it together again unchanged. */

/**
 * One field of a message: `value` when wire is 0 (a number), `bytes` otherwise.
 * @typedef {{ number: number, wire: number, value?: bigint, bytes?: Buffer }} Field
 */

/**
 * The top-level fields of a message, in order. Length-delimited ones are views, not copies.
 * @param {Buffer} bytes
 * @returns {Field[]}
 */
export function fields(bytes) {
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
 * @param {Field[]} all
 * @returns {Buffer}
 */
export function writeFields(all) {
  const parts = [];
  for (const field of all) {
    parts.push(varint((BigInt(field.number) << 3n) | BigInt(field.wire)));
    if (field.wire === 0) {
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
