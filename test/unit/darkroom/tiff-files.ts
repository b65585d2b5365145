/** TIFF files as scanners, cameras and raw converters write them: either byte order, TIFF 6.0 or BigTIFF. Shares no code with the product. */

export interface Layout {
  readonly little: boolean;
  readonly big: boolean;
}
export const LAYOUTS: readonly (readonly [string, Layout])[] = [
  ['little-endian TIFF', { little: true, big: false }],
  ['big-endian TIFF', { little: false, big: false }],
  ['little-endian BigTIFF', { little: true, big: true }],
  ['big-endian BigTIFF', { little: false, big: true }],
];

/** A text, numbers of 16 or 32 bits, fractions, bytes as they are, or a directory. */
export type Content =
  | { readonly text: string }
  | { readonly shorts: readonly number[] }
  | { readonly longs: readonly number[] }
  | { readonly rationals: readonly (readonly [number, number])[] }
  | { readonly bytes: Buffer }
  | { readonly directory: Tags };
export type Tags = Readonly<Record<number, Content>>;

/** What every test of EXIF looks for: make, model, copyright; lens; latitude. */
export const CAMERA: Tags = {
  271: { text: 'Example Optics' },
  272: { text: 'Model One' },
  33432: { text: '(c) 2026 Example Studio' },
  34665: { directory: { 33437: { rationals: [[28, 10]] }, 40962: { longs: [9999] }, 42036: { text: 'Example 35 mm f/2.8' } } },
  34853: {
    directory: {
      1: { text: 'N' },
      2: {
        rationals: [
          [48, 1],
          [8, 1],
          [1234, 100],
        ],
      },
    },
  },
};

export function builder({ little, big }: Layout) {
  const number = (bytes: 2 | 4 | 8, value: number): Buffer => {
    const out = Buffer.alloc(8);
    out.writeBigUInt64LE(BigInt(value));
    const own = out.subarray(0, bytes);
    return little ? own : Buffer.from(own).reverse();
  };
  const u = { 16: (v: number) => number(2, v), 32: (v: number) => number(4, v), offset: (v: number) => number(big ? 8 : 4, v) };
  const encoded = (content: Exclude<Content, { directory: Tags }>): [type: number, count: number, value: Buffer] => {
    if ('text' in content) return [2, content.text.length + 1, Buffer.from(`${content.text}\0`, 'latin1')];
    if ('bytes' in content) return [7, content.bytes.length, content.bytes];
    if ('shorts' in content) return [3, content.shorts.length, Buffer.concat(content.shorts.map(u[16]))];
    if ('longs' in content) return [4, content.longs.length, Buffer.concat(content.longs.map(u[32]))];
    return [5, content.rationals.length, Buffer.concat(content.rationals.flat().map(u[32]))];
  };
  const entry = (tag: number, type: number, count: number, value: Buffer): Buffer =>
    Buffer.concat([u[16](tag), u[16](type), u.offset(count), value, Buffer.alloc((big ? 8 : 4) - value.length)]);

  /** The directory's bytes as they stand at `start`, its long values and directories behind it. */
  function directory(tags: Tags, start: number, next = 0): Buffer {
    const list = Object.entries(tags).sort(([a], [b]) => Number(a) - Number(b));
    const tail: Buffer[] = [];
    let end = start + (big ? 8 + 20 * list.length + 8 : 2 + 12 * list.length + 4);
    const append = (bytes: Buffer): Buffer => {
      const at = end;
      const padded = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 7)]);
      tail.push(padded);
      end += padded.length;
      return u.offset(at);
    };
    const entries = list.map(([tag, content]) => {
      if ('directory' in content) return entry(Number(tag), big ? 18 : 4, 1, append(directory(content.directory, end)));
      const [type, count, value] = encoded(content);
      return entry(Number(tag), type, count, value.length <= (big ? 8 : 4) ? value : append(value));
    });
    return Buffer.concat([big ? number(8, list.length) : u[16](list.length), ...entries, u.offset(next), ...tail]);
  }
  const header = (first: number): Buffer =>
    Buffer.concat([Buffer.from(little ? 'II' : 'MM'), u[16](big ? 43 : 42), ...(big ? [u[16](8), u[16](0)] : []), u.offset(first)]);
  return { u, entry, directory, header };
}

/** A whole picture: RGB, 8 bits, one strip that stands before the directory, as large files have it. */
export function tiffPicture(
  layout: Layout,
  { width, height, pixels }: { readonly width: number; readonly height: number; readonly pixels: Buffer },
  tags: Tags,
): Buffer {
  const { directory, header } = builder(layout);
  const start = 16;
  const first = start + pixels.length + (-pixels.length & 7);
  const picture: Tags = {
    256: { longs: [width] },
    257: { longs: [height] },
    258: { shorts: [8, 8, 8] },
    259: { shorts: [1] },
    262: { shorts: [2] },
    273: { longs: [start] },
    277: { shorts: [3] },
    278: { longs: [height] },
    279: { longs: [pixels.length] },
  };
  const head = header(first);
  return Buffer.concat([
    head,
    Buffer.alloc(start - head.length),
    pixels,
    Buffer.alloc(-pixels.length & 7),
    directory({ ...picture, ...tags }, first),
  ]);
}
