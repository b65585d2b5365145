import { expect, test } from 'vitest';
import { pictureKind } from '../../../shared/picture-kind.ts';

const of = (...pieces: readonly (string | number[])[]): Uint8Array =>
  Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : Buffer.from(piece))));

test.each([
  ['jpeg', of([0xff, 0xd8, 0xff, 0xe0])],
  ['png', of([0x89], 'PNG\r\n', [0x1a], '\n')],
  ['gif', of('GIF89a')],
  ['webp', of('RIFF', [1, 2, 3, 4], 'WEBPVP8 ')],
  ['tiff', of('II*', [0])],
  ['tiff', of('MM', [0], '+')],
  ['heic', of([0, 0, 0, 24], 'ftypheic', [0, 0, 0, 0], 'mif1heic')],
  ['avif', of([0, 0, 0, 24], 'ftypavif', [0, 0, 0, 0], 'avifmif1')],
  [null, of([0, 0, 0, 24], 'ftypmp42', [0, 0, 0, 0], 'isom')],
  [null, of('RIFF', [1, 2, 3, 4], 'WAVE')],
  [null, of([0x89], 'PNG')],
  [null, of('<svg xmlns="http://www.w3.org/2000/svg">')],
  [null, of('')],
])('%s', (kind, bytes) => expect(pictureKind(bytes)).toBe(kind));
