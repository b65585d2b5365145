/** The focal length that a camera wrote, as the ground under a car needs it: over the photo's width. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { focalOverWidth } from '../../../electron/darkroom/files/exif.ts';
import type { Size } from '../../../shared/edit/placement.ts';

const LANDSCAPE = { width: 300, height: 200 };
const PORTRAIT = { width: 200, height: 300 };

/** What a camera that took a photo of a size writes into its own directory, as strings. */
async function exifWith(fields: Readonly<Record<string, string>>, taken: Size = LANDSCAPE): Promise<Buffer> {
  const picture = sharp({ create: { ...taken, channels: 3, background: '#808080' } }).withExif({ IFD2: { ...fields } });
  const { exif } = await sharp(await picture.jpeg().toBuffer()).metadata();
  if (exif === undefined) throw new Error('The photo got no EXIF.');
  return exif;
}

describe('the focal length over the width', () => {
  test.each([
    ['a landscape of 3:2, whose width is the 36 mm of the frame', '48', LANDSCAPE, 48 / 36],
    ['the same held upright: its width is the 24 mm', '48', PORTRAIT, 48 / 24],
    ['a square: by the diagonal of the frame', '48', { width: 200, height: 200 }, (48 * Math.SQRT2) / Math.hypot(36, 24)],
  ])('%s', async (_what, focal, size, expected) => {
    expect(focalOverWidth(await exifWith({ FocalLengthIn35mmFilm: focal }, size), size)).toBeCloseTo(expected, 4);
  });

  test.each([
    ['the camera did not write it', { FocalLength: '48/1' }, LANDSCAPE],
    ['it wrote 0, which means unknown', { FocalLengthIn35mmFilm: '0' }, LANDSCAPE],
    ['no lens is as long', { FocalLengthIn35mmFilm: '40000' }, LANDSCAPE],
    [
      'the photo was cropped since',
      { FocalLengthIn35mmFilm: '48', PixelXDimension: '6000', PixelYDimension: '4000' },
      { width: 300, height: 150 },
    ],
  ])('not known: %s', async (_why, fields, size) => {
    expect(focalOverWidth(await exifWith(fields), size)).toBeNull();
  });

  test('a photo that was only made smaller, or turned, keeps it', async () => {
    const exif = await exifWith({ FocalLengthIn35mmFilm: '48', PixelXDimension: '6000', PixelYDimension: '4000' });
    expect(focalOverWidth(exif, LANDSCAPE)).toBeCloseTo(48 / 36, 4);
    expect(focalOverWidth(exif, PORTRAIT)).toBeCloseTo(48 / 24, 4);
  });

  test('not known where there is no EXIF, or none that can be read', () => {
    expect(focalOverWidth(null, LANDSCAPE)).toBeNull();
    expect(focalOverWidth(Buffer.from('Exif\0\0II*\0\xff\xff\xff\x7f'), LANDSCAPE)).toBeNull();
  });
});
