/**
 * HEIC, as phones write it: sharp cannot decode HEVC, so the pixels come from libheif (WebAssembly), and the colour profile and
 * EXIF from the container's own boxes (ISO/IEC 23008-12).
 */
import type { Raster } from './raster.ts';

interface HeifFacts {
  readonly width: number;
  readonly height: number;
  readonly profile: Buffer | null;
  /** The TIFF structure, without any prefix. */
  readonly exif: Buffer | null;
}

/** Upright 8-bit RGB: libheif applies the container's own rotation and mirroring. */
export async function decodeHeif(file: Buffer): Promise<Raster> {
  // Loaded when it is needed: WebAssembly that is compiled for a tenth of a second, in every process of the darkroom.
  const { default: decode } = await import('heic-decode');
  const { width, height, data } = await decode({ buffer: file });
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0, o = 0; o < rgb.length; i += 4, o += 3) {
    // Clamped arrays are dense: an index inside them always holds a number.
    rgb[o] = data[i] as number;
    rgb[o + 1] = data[i + 1] as number;
    rgb[o + 2] = data[i + 2] as number;
  }
  return { data: rgb, width, height };
}

interface Box {
  readonly type: string;
  readonly body: Buffer;
  /** Bytes, its head included. */
  readonly size: number;
}

function* boxes(bytes: Buffer): Generator<Box> {
  let at = 0;
  while (at + 8 <= bytes.length) {
    let size = bytes.readUInt32BE(at);
    let header = 8;
    if (size === 1 && at + 16 <= bytes.length) {
      size = Number(bytes.readBigUInt64BE(at + 8));
      header = 16;
    }
    if (size === 0) size = bytes.length - at;
    if (size < header || at + size > bytes.length) return;
    yield { type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + header, at + size), size };
    at += size;
  }
}

const child = (bytes: Buffer | undefined, type: string): Buffer | undefined => {
  if (bytes === undefined) return undefined;
  for (const box of boxes(bytes)) if (box.type === type) return box.body;
  return undefined;
};

/** What the container says, or null when it cannot be followed; the pixels may still decode. */
export function readHeif(file: Buffer): HeifFacts | null {
  try {
    const meta = child(file, 'meta')?.subarray(4);
    const properties = child(child(meta, 'iprp'), 'ipco');
    if (meta === undefined || properties === undefined) return null;
    let [width, height] = [0, 0];
    let profile: Buffer | null = null;
    for (const { type, body } of boxes(properties)) {
      // Tiles and thumbnails have sizes of their own; the picture is the largest.
      if (type === 'ispe' && body.readUInt32BE(4) * body.readUInt32BE(8) > width * height) {
        [width, height] = [body.readUInt32BE(4), body.readUInt32BE(8)];
      }
      if (type === 'colr' && /^(prof|rICC)$/.test(body.toString('latin1', 0, 4))) profile ??= Buffer.from(body.subarray(4));
    }
    return { width, height, profile, exif: exifOf(file, meta) };
  } catch {
    // A box that ends early: the decoder is the judge of whether there is a picture in it.
    return null;
  }
}

/** An item that says something about the picture and is none of it: EXIF, XMP and the like, and where its bytes stand in the file. */
interface DataItem {
  readonly type: string;
  readonly at: number;
  readonly bytes: number;
}

/** Items that are coded pictures, or put together from such. */
const PICTURES: ReadonlySet<string> = new Set(['hvc1', 'grid', 'iden', 'iovl', 'av01', 'avc1', 'jpeg', 'tmap']);

/** Every item beside the pictures; null where one does not stand in the file in one piece, or the container cannot be followed. */
export function heifItems(file: Buffer): DataItem[] | null {
  try {
    const meta = child(file, 'meta')?.subarray(4);
    if (meta === undefined) return null;
    const items: DataItem[] = [];
    for (const { id, type } of listedItems(child(meta, 'iinf'))) {
      if (PICTURES.has(type)) continue;
      const place = itemPlace(child(meta, 'iloc'), id);
      if (place === null || place.extents !== 1 || place.offset + place.length > file.length) return null;
      items.push({ type, at: place.offset, bytes: place.length });
    }
    // Makers' own boxes beside the standard's.
    let at = 0;
    for (const { type, body, size } of boxes(file)) {
      if (type === 'uuid' || type === 'udta') items.push({ type, at: at + size - body.length, bytes: body.length });
      at += size;
    }
    return items;
  } catch {
    return null;
  }
}

function exifOf(file: Buffer, meta: Buffer): Buffer | null {
  const id = [...listedItems(child(meta, 'iinf'))].find(({ type }) => type === 'Exif')?.id ?? null;
  const place = id === null ? null : itemPlace(child(meta, 'iloc'), id);
  if (place === null) return null;
  const item = file.subarray(place.offset, place.offset + place.length);
  const tiff = 4 + item.readUInt32BE(0);
  return tiff < item.length ? Buffer.from(item.subarray(tiff)) : null;
}

function* listedItems(iinf: Buffer | undefined): Generator<{ readonly id: number; readonly type: string }> {
  if (iinf === undefined) return;
  const wide = iinf.readUInt8(0) !== 0;
  for (const { type, body } of boxes(iinf.subarray(wide ? 8 : 6))) {
    if (type !== 'infe' || body.readUInt8(0) < 2) continue;
    const long = body.readUInt8(0) === 3;
    const at = long ? 10 : 8;
    yield { id: long ? body.readUInt32BE(4) : body.readUInt16BE(4), type: body.toString('latin1', at, at + 4) };
  }
}

function itemPlace(iloc: Buffer | undefined, wanted: number): { offset: number; length: number; extents: number } | null {
  if (iloc === undefined) return null;
  const version = iloc.readUInt8(0);
  const sizes = iloc.readUInt16BE(4);
  const [offsetSize, lengthSize, baseSize] = [(sizes >> 12) & 15, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexSize = version === 0 ? 0 : sizes & 15;
  let at = 6;
  const number = (size: number): number => {
    const value = size === 0 ? 0 : size === 8 ? Number(iloc.readBigUInt64BE(at)) : iloc.readUIntBE(at, size);
    at += size;
    return value;
  };
  const count = number(version === 2 ? 4 : 2);
  for (let n = 0; n < count; n++) {
    const id = number(version === 2 ? 4 : 2);
    const method = version === 0 ? 0 : number(2) & 15;
    at += 2;
    const base = number(baseSize);
    const extents = number(2);
    for (let e = 0; e < extents; e++) {
      number(indexSize);
      const offset = base + number(offsetSize);
      const length = number(lengthSize);
      if (id === wanted && method === 0 && e === 0) return { offset, length, extents };
    }
  }
  return null;
}
