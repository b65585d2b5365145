import { expect, test } from 'vitest';
import { rangeOf } from '../../../server/routes/range.ts';

test.each([
  ['bytes=0-0', { from: 0, to: 1 }],
  ['bytes=0-', { from: 0, to: 100 }],
  ['bytes=90-200', { from: 90, to: 100 }],
  ['bytes=-10', { from: 90, to: 100 }],
  ['bytes=-1000', { from: 0, to: 100 }],
  // What is not one range of bytes is answered with the whole file, as RFC 9110 allows.
  [undefined, null],
  ['bytes=-', null],
  ['bytes=0-1,4-5', null],
  ['lines=0-1', null],
  ['bytes=a-b', null],
])('%j of 100 bytes', (header, range) => expect(rangeOf(header, 100)).toEqual(range));

test.each(['bytes=100-', 'bytes=5-4', 'bytes=-0'])('%j holds none of them', (header) => {
  expect(() => rangeOf(header, 100)).toThrow('none of them');
});
