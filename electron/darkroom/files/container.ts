/**
 * Putting a photo's own profile, EXIF and XMP into an encoded picture without touching its pixels. The encoder would convert the
 * pixels to the profile; ours are in it already.
 */
import { crc32, deflateSync } from 'node:zlib';

/** Metadata that goes into the finished file as it is; null: the photo has none. */
export interface Passengers {
  readonly profile: Buffer | null;
  /** The TIFF structure, without a prefix. */
  readonly exif: Buffer | null;
  readonly xmp: Buffer | null;
}

/** Room in a JPEG segment beside its length field. */
const SEGMENT = 65_533;

/** Segments go right after the start of the image, or after its JFIF header, where readers look for them (ISO/IEC 10918-5, ICC.1 B.4). */
export function intoJpeg(jpeg: Buffer, { profile, exif, xmp }: Passengers): Buffer {
  const segments: Buffer[] = [];
  const add = (marker: number, body: Buffer): void => {
    const header = Buffer.from([0xff, marker, 0, 0]);
    header.writeUInt16BE(body.length + 2, 2);
    segments.push(header, body);
  };
  // A segment cannot be longer: an EXIF block with a giant maker note stays behind.
  if (exif !== null && exif.length + 6 <= SEGMENT) add(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif]));
  if (xmp !== null && xmp.length + 29 <= SEGMENT) add(0xe1, Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1'), xmp]));
  if (profile !== null) {
    const room = SEGMENT - 14;
    const pieces = Math.ceil(profile.length / room);
    for (let n = 0; n < pieces; n++) {
      add(
        0xe2,
        Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.from([n + 1, pieces]), profile.subarray(n * room, (n + 1) * room)]),
      );
    }
  }
  const start = jpeg[2] === 0xff && jpeg[3] === 0xe0 ? 4 + jpeg.readUInt16BE(4) : 2;
  return Buffer.concat([jpeg.subarray(0, start), ...segments, jpeg.subarray(start)]);
}

/** Chunks go right behind the header (PNG, third edition, 11.3). */
export function intoPng(png: Buffer, { profile, exif, xmp }: Passengers): Buffer {
  const chunks: Buffer[] = [];
  const add = (type: string, body: Buffer): void => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(named));
    chunks.push(length, named, sum);
  };
  if (profile !== null) add('iCCP', Buffer.concat([Buffer.from('ICC profile\0\0', 'latin1'), deflateSync(profile)]));
  if (exif !== null) add('eXIf', exif);
  if (xmp !== null) add('iTXt', Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\0\0\0\0', 'latin1'), xmp]));
  const afterHeader = 8 + 25;
  return Buffer.concat([png.subarray(0, afterHeader), ...chunks, png.subarray(afterHeader)]);
}

/** A simple WebP becomes an extended one (RFC 9649, 2.7). */
export function intoWebp(
  webp: Buffer,
  { profile, exif, xmp }: Passengers,
  size: { readonly width: number; readonly height: number },
): Buffer {
  const chunk = (type: string, body: Buffer): Buffer => {
    const header = Buffer.alloc(8);
    header.write(type, 'latin1');
    header.writeUInt32LE(body.length, 4);
    return Buffer.concat([header, body, Buffer.alloc(body.length & 1)]);
  };
  // What the encoder wrote: one chunk with the pixels, or an extended file of which only that chunk and its transparency are kept.
  let at = 12;
  let alpha = Buffer.alloc(0);
  const endOf = (start: number): number => start + 8 + webp.readUInt32LE(start + 4) + (webp.readUInt32LE(start + 4) & 1);
  for (; at + 8 <= webp.length && !/^VP8[ L]$/.test(webp.toString('latin1', at, at + 4)); at = endOf(at))
    if (webp.toString('latin1', at, at + 4) === 'ALPH') alpha = Buffer.from(webp.subarray(at, endOf(at)));
  const pixels = webp.subarray(at, endOf(at));
  const extended = Buffer.alloc(10);
  extended[0] = (alpha.length === 0 ? 0 : 0x10) | (profile === null ? 0 : 0x20) | (exif === null ? 0 : 0x08) | (xmp === null ? 0 : 0x04);
  extended.writeUIntLE(size.width - 1, 4, 3);
  extended.writeUIntLE(size.height - 1, 7, 3);
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    chunk('VP8X', extended),
    ...(profile === null ? [] : [chunk('ICCP', profile)]),
    alpha,
    pixels,
    ...(exif === null ? [] : [chunk('EXIF', exif)]),
    ...(xmp === null ? [] : [chunk('XMP ', xmp)]),
  ]);
  const riff = Buffer.alloc(8);
  riff.write('RIFF', 'latin1');
  riff.writeUInt32LE(body.length, 4);
  return Buffer.concat([riff, body]);
}
