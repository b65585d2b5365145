/**
 * What the samples' subjects are placed before to judge their mattes: the built-in backgrounds, patterns that mislead a window of colour, what photos are taken
 * before, and the rooms of other samples. Drawn here, the same every time.
 */
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { pullPush } from '../../electron/darkroom/filters/pull-push.ts';
import { root } from '../../scripts/setup/places.mjs';
import { type BackdropStyle, drawBackdrop, specOf } from '../../shared/edit/backdrops/backdrop.ts';
import type { Size } from '../../shared/edit/placement.ts';

/** Where the rendered photos and their exact mattes lie: NAME.jpg and NAME.matte.png. */
export const SAMPLES = join(root, 'resources', 'samples');

/** Draws a backdrop at a size. */
export type Backdrop = (size: Size) => Promise<Sharp>;

const drawn =
  (body: string, blur = 0): Backdrop =>
  async ({ width, height }) => {
    // Patterns keep their size in pixels: what a window sees of them must not depend on the picture's shape.
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`;
    const picture = sharp(Buffer.from(svg)).flatten({ background: '#808080' });
    return sharp(await (blur > 0 ? picture.blur(blur) : picture).raw().toBuffer(), { raw: { width, height, channels: 3 } });
  };

const filled = (fill: string): string => `<rect width="100%" height="100%" fill="${fill}"/>`;
const pattern = (width: number, height: number, body: string, turn = 0): string =>
  `<defs><pattern id="p" width="${width}" height="${height}" patternUnits="userSpaceOnUse" patternTransform="rotate(${turn})">${body}</pattern></defs>${filled('url(#p)')}`;
const box = (x: number, y: number, width: number, height: number, fill: string): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
const fade = (from: string, to: string): string =>
  `<defs><linearGradient id="f" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs>${filled('url(#f)')}`;
/** Grain of a size (frequency per pixel), as a sum of a colour and of noise by `gain`. */
const grain = (id: string, frequency: string, [r, g, b]: readonly [number, number, number], gain: number): string =>
  `<filter id="${id}" x="0" y="0" width="100%" height="100%" color-interpolation-filters="sRGB"><feTurbulence type="fractalNoise" baseFrequency="${frequency}" numOctaves="4" seed="7"/><feColorMatrix values="${gain} 0 0 0 ${r - gain / 2} ${gain} 0 0 0 ${g - gain / 2} ${gain} 0 0 0 ${b - gain / 2} 0 0 0 0 1"/></filter>`;
const grained = (id: string, where: string): string => `<rect ${where} filter="url(#${id})"/>`;
const WHOLE = 'width="100%" height="100%"';

function lights(): string {
  const spots = Array.from({ length: 90 }, (_, n) => {
    const [x, y, r] = [(n * 61.803) % 100, 15 + ((n * 38.197) % 45), 4 + ((n * 7) % 13)];
    const fill = ['#ffc46b', '#ff7d4a', '#f6f3e8', '#7fb4ff', '#e0402f'][n % 5];
    return `<circle cx="${x}%" cy="${y}%" r="${r}" fill="${fill}" opacity="0.8"/>`;
  });
  return `${fade('#05070d', '#1b1c22')}${spots.join('')}`;
}

const street = `${fade('#b7c4cf', '#8f9496')}<defs><pattern id="w" width="60" height="84" patternUnits="userSpaceOnUse">${box(0, 0, 60, 84, '#8d8375')}${box(14, 16, 32, 50, '#3d4650')}${box(29, 16, 3, 50, '#c9c3b6')}</pattern>${grain('asphalt', '0.5', [0.36, 0.36, 0.37], 0.35)}</defs><rect y="12%" width="100%" height="50%" fill="url(#w)"/><rect y="60%" width="100%" height="5%" fill="#a9a59d"/>${grained('asphalt', 'y="64%" width="100%" height="36%"')}`;
const meadow = `${fade('#a8c3de', '#dfe8ec')}${grain('grass', '0.09 0.3', [0.3, 0.38, 0.16], 0.6)}${grained('grass', 'y="45%" width="100%" height="55%"')}`;

const builtIn =
  (id: BackdropStyle, colour?: string): Backdrop =>
  async ({ width, height }) => {
    const spec = specOf({ kind: 'built-in', id, ...(colour === undefined ? {} : { colour }) });
    return sharp(Buffer.from(drawBackdrop(spec, { width, height }, 3)), { raw: { width, height, channels: 3 } });
  };

/** The room of a sample without what stands in it. */
const roomOf =
  (name: string): Backdrop =>
  async ({ width, height }) => {
    const photo = await sharp(join(SAMPLES, `${name}.jpg`))
      .resize(width, height, { fit: 'cover' })
      .raw()
      .toBuffer();
    const matte = await sharp(join(SAMPLES, `${name}.matte.png`))
      .toColourspace('b-w')
      .resize(width, height, { fit: 'cover' })
      .raw()
      .toBuffer();
    const weight = Float32Array.from(matte, (value) => (value === 0 ? 1 : 0));
    const plane = (data: Float32Array) => ({ data, width, height, step: 1 });
    const channel = (c: number) => plane(weight.map((share, i) => share * (photo[3 * i + c] ?? 0)));
    const whole = pullPush([channel(0), channel(1), channel(2)], plane(weight));
    for (const [c, { data }] of whole.entries()) for (let i = 0; i < matte.length; i++) photo[3 * i + c] = Math.round(data[i] ?? 0);
    return sharp(photo, { raw: { width, height, channels: 3 } });
  };

/** Each by its name; `room of NAME` is not for NAME itself, which was photographed there. */
export const BACKDROPS: Readonly<Record<string, Backdrop>> = {
  'a wall of courses': drawn(pattern(48, 22, box(0, 0, 48, 22, '#b9b6b0') + box(0, 0, 48, 3, '#6f6a62') + box(0, 0, 3, 22, '#6f6a62'))),
  'a plain sweep': drawn(filled('#8f9aa3')),
  'red bricks': drawn(
    pattern(
      72,
      48,
      box(0, 0, 72, 48, '#8d8378') + box(2, 2, 66, 20, '#8a4534') + box(38, 26, 34, 20, '#7a3b2e') + box(0, 26, 32, 20, '#96513d'),
    ),
  ),
  'a street': drawn(street),
  'a hedge': drawn(grain('hedge', '0.06', [0.2, 0.3, 0.13], 0.7) + grained('hedge', WHOLE)),
  'a city at night': drawn(lights(), 1.5),
  'white bricks': drawn(pattern(60, 26, box(0, 0, 60, 26, '#e6e4df') + box(0, 0, 60, 3, '#bdb8af') + box(0, 0, 3, 26, '#bdb8af'))),
  planks: drawn(pattern(64, 9000, box(0, 0, 64, 9000, '#8a6a48') + box(0, 0, 4, 9000, '#4e3a26') + box(30, 0, 9, 9000, '#9a7a55')), 0.7),
  'a shutter': drawn(
    pattern(9000, 26, box(0, 0, 9000, 26, '#a3a8ab') + box(0, 0, 9000, 9, '#6c7174') + box(0, 18, 9000, 4, '#c6cacc')),
    0.8,
  ),
  tiles: drawn(pattern(90, 90, box(0, 0, 90, 90, '#cfd3d4') + box(0, 0, 90, 4, '#7f8688') + box(0, 0, 4, 90, '#7f8688'), 30)),
  'a meadow': drawn(meadow),
  gravel: drawn(grain('gravel', '0.18', [0.5, 0.48, 0.45], 0.9) + grained('gravel', WHOLE)),
  'dark asphalt': drawn(grain('tar', '0.6', [0.16, 0.16, 0.17], 0.3) + grained('tar', WHOLE)),
  'a near-white sweep': drawn(fade('#f6f5f3', '#d9d8d5')),
  'a black sweep': drawn(fade('#101113', '#26272a')),
  'studio paper': builtIn('paper'),
  'the showroom': builtIn('showroom'),
  concrete: builtIn('concrete'),
  'a gradient': builtIn('gradient'),
  'a brand colour': builtIn('brand', '#1d4f91'),
  'room of car-side': roomOf('car-side'),
  'room of car-workshop': roomOf('car-workshop'),
  'room of chair-oak': roomOf('chair-oak'),
  'room of bottle-vinegar': roomOf('bottle-vinegar'),
};
