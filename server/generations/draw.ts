/** Draws a backdrop to order: the work behind a generation. Style, palette and seed in; a finished JPEG out. */
import { setImmediate as breathe } from 'node:timers/promises';
import sharp from 'sharp';
import { type BackdropStyle, defaultColours, drawBackdrop, STYLES } from '../../shared/edit/backdrops/backdrop.ts';

/** What to draw. The same drawing is the same picture; `resolution` is one of the contract's ("1K" to "8K"). */
export interface Drawing {
  readonly style: string;
  /** #rrggbb: the first is the main colour, the second the far end or the wall. */
  readonly palette: readonly string[];
  readonly seed: number;
  readonly resolution: string;
  /** Drawn at twice the size and brought down: cleaner grain, four times the work. */
  readonly supersampled: boolean;
}

/** A finished JPEG and its size in pixels. */
export interface Drawn {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Longest side in pixels; the shape is 3:2. */
const LONG_EDGE: Readonly<Record<string, number>> = { '1K': 1024, '2K': 2048, '4K': 4096, '8K': 8192 };
/** Small enough that requests are answered between two strips. */
const PIXELS_AT_A_TIME = 131_072;

/** Whether a text names a built-in backdrop. */
export const isStyle = (style: string): style is BackdropStyle => Object.hasOwn(STYLES, style);

/** Throws when the style or the resolution is unknown. */
export async function draw(drawing: Drawing): Promise<Drawn> {
  const edge = LONG_EDGE[drawing.resolution];
  if (edge === undefined) throw new RangeError(`There is no resolution ${drawing.resolution}.`);
  if (!isStyle(drawing.style)) throw new RangeError(`There is no style ${drawing.style}.`);
  const wanted = { width: edge, height: Math.round((edge * 2) / 3) };
  const scale = drawing.supersampled && edge <= 4096 ? 2 : 1;
  const canvas = { width: wanted.width * scale, height: wanted.height * scale };
  const defaults = defaultColours(drawing.style);
  const [colour = defaults.colour, colour2 = defaults.colour2] = drawing.palette.map((c) => c.toLowerCase());
  const spec = { style: drawing.style, colour, colour2, seed: drawing.seed };
  const pixels = Buffer.alloc(canvas.width * canvas.height * 3);
  const rows = Math.max(1, Math.floor(PIXELS_AT_A_TIME / canvas.width));
  for (let from = 0; from < canvas.height; from += rows) {
    const strip = drawBackdrop(spec, canvas, 3, { from, to: Math.min(canvas.height, from + rows) });
    pixels.set(strip, from * canvas.width * 3);
    await breathe();
  }
  const bytes = await sharp(pixels, { raw: { ...canvas, channels: 3 }, limitInputPixels: false })
    .resize(wanted.width, wanted.height, { kernel: 'lanczos3' })
    .jpeg({ quality: 94, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return { bytes, ...wanted };
}

/** Bytes per pixel of the most detailed backdrop there is. */
const FULL_DETAIL = 0.125;

/** How much there was to draw, 0..1, known only when it is drawn: detail shows in the size of the file. */
export const effortOf = ({ bytes, width, height }: Drawn): number => Math.min(1, bytes.length / (width * height * FULL_DETAIL));
