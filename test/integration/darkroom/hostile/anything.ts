/** What can be done to any file, whatever it holds. */
import type { Dice } from './dice.ts';

/** Breaks a file: the same dice break it the same way. `other`: another good file, perhaps of another kind. */
export type Breaks = (content: Buffer, dice: Dice, other: Buffer) => Buffer;

/** So much of a file is its header. */
const HEADER_BYTES = 200;

const flipped = (content: Buffer, dice: Dice, within: number, times: number): Buffer => {
  const copy = Buffer.from(content);
  for (let n = 0; n < times; n++) {
    const at = dice.below(Math.min(within, copy.length));
    copy.writeUInt8(copy.readUInt8(at) ^ (1 << dice.below(8)), at);
  }
  return copy;
};

const filled = (content: Buffer, dice: Dice, fill: (length: number) => Buffer): Buffer => {
  const copy = Buffer.from(content);
  const at = dice.below(copy.length);
  fill(dice.between(1, 400)).copy(copy, at);
  return copy;
};

/** Numbers at which sums run over. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** By what is wrong. */
export const anyBreaks: Readonly<Record<string, Breaks>> = {
  'cut off anywhere': (content, dice) => content.subarray(0, dice.between(1, content.length - 1)),
  'cut off in its header': (content, dice) => content.subarray(0, dice.between(1, Math.min(HEADER_BYTES, content.length - 1))),
  'only its signature': (content, dice) => content.subarray(0, dice.between(2, 16)),
  empty: () => Buffer.alloc(0),
  'a bit or more flipped anywhere': (content, dice) => flipped(content, dice, content.length, dice.between(1, 20)),
  'a bit or more flipped in its header': (content, dice) => flipped(content, dice, HEADER_BYTES, dice.between(1, 6)),
  'a number of its header made extreme': (content, dice) => {
    const copy = Buffer.from(content);
    const value = dice.oneOf(EXTREMES);
    const at = dice.below(Math.min(HEADER_BYTES, copy.length - 4));
    if (dice.below(2) === 0) copy.writeUInt32BE(value, at);
    else copy.writeUInt32LE(value, at);
    return copy;
  },
  'a run of nothing': (content, dice) => filled(content, dice, (length) => Buffer.alloc(length)),
  'a run of noise': (content, dice) => filled(content, dice, (length) => dice.bytes(length)),
  'a run left out': (content, dice) => {
    const at = dice.below(content.length);
    return Buffer.concat([content.subarray(0, at), content.subarray(at + dice.between(1, 300))]);
  },
  'a run twice': (content, dice) => {
    const at = dice.below(content.length);
    return Buffer.concat([content.subarray(0, at + dice.between(1, 300)), content.subarray(at)]);
  },
  'noise behind it': (content, dice) => Buffer.concat([content, dice.bytes(dice.between(1, 2000))]),
  'another picture behind it': (content, _, other) => Buffer.concat([content, other]),
  'the head of one and the body of another': (content, dice, other) => {
    const at = dice.between(4, HEADER_BYTES);
    return Buffer.concat([content.subarray(0, at), other.subarray(at)]);
  },
  'a web page before it': (content) => Buffer.concat([Buffer.from('<!DOCTYPE html><script>1</script>'), content]),
  'an archive behind it': (content, dice) => Buffer.concat([content, Buffer.from('PK\x03\x04\x14\0', 'latin1'), dice.bytes(100)]),
  'a signature and noise': (content, dice) => Buffer.concat([content.subarray(0, 12), dice.bytes(dice.between(100, 3000))]),
  'back to front behind its signature': (content) => Buffer.concat([content.subarray(0, 16), Buffer.from(content.subarray(16)).reverse()]),
};
