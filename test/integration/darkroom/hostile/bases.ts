/** Good little pictures of every kind that the darkroom reads: what the hostile ones are made from. */
import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';

/** A good picture. */
export interface Base {
  readonly format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'heic' | 'svg';
  readonly content: Buffer;
}

const WIDTH = 96;
const HEIGHT = 64;

/** A dark disc before a light wall that gets lighter: something to cut out, and something to compress. */
function drawn(channels: 3 | 4): Sharp {
  const data = Buffer.alloc(WIDTH * HEIGHT * channels);
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, i += channels) {
      const isDisc = (x - 48) ** 2 + (y - 32) ** 2 < 400;
      data.set(isDisc ? [40 + (x % 7), 20, 60] : [180 + y, 170 + (x >> 1), 200], i);
      if (channels === 4) data[i + 3] = isDisc ? 255 : 2 * x;
    }
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } });
}

const animated = async (): Promise<Sharp> => {
  const frames = [drawn(3), drawn(3).flip(), drawn(3).flop()].map((frame) => frame.png().toBuffer());
  return sharp(await Promise.all(frames), { join: { animated: true } });
};

const described = (): Sharp =>
  drawn(3)
    .withIccProfile('p3')
    .withExif({ IFD0: { Make: 'Somebody', Copyright: 'Somebody' }, IFD2: { DateTimeOriginal: '2026:11:01 12:00:00' } })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>');

const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="64"><circle cx="48" cy="32" r="20" fill="#281440"/></svg>';

/** All of them, made once. */
export async function basePictures(): Promise<readonly Base[]> {
  const made = (format: Base['format'], ...pipelines: readonly Sharp[]): Promise<Base[]> =>
    Promise.all(pipelines.map(async (pipeline) => ({ format, content: await pipeline.toBuffer() })));
  const tiffs = [
    ...(['none', 'lzw', 'deflate', 'jpeg'] as const).map((compression) => drawn(3).tiff({ compression })),
    drawn(3).tiff({ compression: 'none', tile: true, tileWidth: 32, tileHeight: 32 }),
    drawn(3).toColourspace('rgb16').tiff({ compression: 'none' }),
    drawn(4).tiff({ compression: 'none' }),
  ];
  const families = await Promise.all([
    made('jpeg', drawn(3).jpeg(), drawn(3).jpeg({ progressive: true }), described().jpeg()),
    made('jpeg', drawn(3).toColourspace('cmyk').jpeg(), drawn(3).toColourspace('b-w').jpeg()),
    made('png', drawn(3).png(), drawn(4).png(), drawn(3).png({ palette: true }), described().png({ progressive: true })),
    made('png', drawn(4).toColourspace('rgb16').png()),
    made('webp', drawn(3).webp(), drawn(4).webp({ lossless: true }), described().webp(), (await animated()).webp()),
    made('gif', drawn(3).gif(), (await animated()).gif()),
    made('tiff', ...tiffs),
    made('avif', drawn(3).avif({ effort: 0 }), drawn(4).avif({ effort: 0 })),
  ]);
  const heic = readFileSync(new URL('../fixtures/teapot.heic', import.meta.url));
  return [...families.flat(), { format: 'heic', content: heic }, { format: 'svg', content: Buffer.from(drawing) }];
}
