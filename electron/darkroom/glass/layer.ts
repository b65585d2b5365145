/**
 * Glass that lies between the subject and its new background. The old scenery in it is a hole of the matte; over the new background, and
 * under the subject, lies what a pane leaves of it: light through a tint, a trace of haze, and the highlights that the photo shows there.
 *
 * With a' the subject's own matte in the hole, t the share of display value that comes through, H haze and highlights, the picture is
 * a' F + (1 - a') (t B + H): laying glass and then the subject over a background B gives just that, at any tint, with no other cut-out.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Size } from '../../../shared/edit/placement.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Strip } from '../files/raster.ts';

/** Planes over a part of the guide, 0..255 each. */
export interface GlassLayer extends Size {
  /** Its upper left corner, in pixels of the guide. */
  readonly left: number;
  readonly top: number;
  /** The guide's size. */
  readonly guide: Size;
  /** Where glass is that one sees through. */
  readonly cover: Uint8Array;
  /** Display luma from which light is a highlight on the glass, and no scenery. */
  readonly bright: Uint8Array;
  /** The panes around it: where the colour of old light can be taken out. */
  readonly pane: Uint8Array;
}

/** Display value that every pane adds: between 0.02, best over dark backgrounds, and 0.05, best over light ones. */
export const HAZE = 0.035;
/** How much less colourful a calmed pane is. More, and seats lose their own colour. */
const CALM = 0.5;

/** A share of light as a share of display value: pictures are mixed in the latter. */
export const displayShare = (light: number): number => light ** (1 / 2.2);

/** Where a picture lies in the photo, and which of its rows are meant. */
export interface PictureOfPhoto {
  readonly picture: Strip;
  /** Fractions of the photo. */
  readonly part: Rect;
  readonly rows?: Rows;
}

/**
 * Calls back for every pixel of a picture that has glass over what is behind it.
 *
 * @param visit `cover` 0..1; `haze`: display value 0..1 that the glass adds, the same in every channel
 */
export function eachGlassPixel(
  layer: GlassLayer,
  { picture, part, rows = { from: 0, to: picture.height } }: PictureOfPhoto,
  visit: (x: number, y: number, cover: number, haze: number) => void,
): void {
  const { data, width, top = 0 } = picture;
  const full = data instanceof Uint16Array ? 65535 : 255;
  eachPixelOf(layer, layer.cover, { picture, part, rows }, (x, y, cover, weights) => {
    const i = 3 * ((y - top) * width + x);
    const luma = (0.299 * (data[i] as number) + 0.587 * (data[i + 1] as number) + 0.114 * (data[i + 2] as number)) / full;
    visit(x, y, cover, HAZE + Math.max(0, luma - sampled(layer.bright, weights)));
  });
}

/** Takes the colour of old light out of the panes, in place; brightness and shapes stay. Once: a second time takes more. */
export function calmPanes(layer: GlassLayer, { picture, part, rows = { from: 0, to: picture.height } }: PictureOfPhoto): void {
  const { data, width, top = 0 } = picture;
  eachPixelOf(layer, layer.pane, { picture, part, rows }, (x, y, share) => {
    const i = 3 * ((y - top) * width + x);
    const [r, g, b] = [data[i] as number, data[i + 1] as number, data[i + 2] as number];
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    const keep = 1 - CALM * share;
    data[i] = luma + keep * (r - luma) + 0.5;
    data[i + 1] = luma + keep * (g - luma) + 0.5;
    data[i + 2] = luma + keep * (b - luma) + 0.5;
  });
}

/** Four places in a plane and how much each says. The same object for every pixel: to be read, not to be kept. */
interface Weights {
  upperLeft: number;
  upperRight: number;
  lowerLeft: number;
  lowerRight: number;
  across: number;
  down: number;
}

/** 0..1 */
function sampled(plane: Uint8Array, { upperLeft, upperRight, lowerLeft, lowerRight, across, down }: Weights): number {
  const upper = (plane[upperLeft] as number) + across * ((plane[upperRight] as number) - (plane[upperLeft] as number));
  const lower = (plane[lowerLeft] as number) + across * ((plane[lowerRight] as number) - (plane[lowerLeft] as number));
  return (upper + down * (lower - upper)) / 255;
}

/** Calls back where a plane of the layer is not nothing. */
function eachPixelOf(
  { left, top, width, height, guide }: GlassLayer,
  plane: Uint8Array,
  { picture, part, rows }: Required<PictureOfPhoto>,
  visit: (x: number, y: number, value: number, weights: Weights) => void,
): void {
  // From a pixel of the picture to one of the layer.
  const stepX = (part.width * guide.width) / picture.width;
  const stepY = (part.height * guide.height) / picture.height;
  const startX = part.x * guide.width - left - 0.5;
  const startY = part.y * guide.height - top - 0.5;
  const firstX = Math.max(0, Math.ceil(-startX / stepX - 0.5));
  const endX = Math.min(picture.width, Math.ceil((width - 1 - startX) / stepX - 0.5));
  const firstY = Math.max(rows.from, Math.ceil(-startY / stepY - 0.5));
  const endY = Math.min(rows.to, Math.ceil((height - 1 - startY) / stepY - 0.5));
  const weights: Weights = { upperLeft: 0, upperRight: 0, lowerLeft: 0, lowerRight: 0, across: 0, down: 0 };
  for (let y = firstY; y < endY; y++) {
    const row = startY + (y + 0.5) * stepY;
    const upper = Math.floor(row);
    weights.down = row - upper;
    for (let x = firstX; x < endX; x++) {
      const column = startX + (x + 0.5) * stepX;
      const n = upper * width + Math.floor(column);
      weights.across = column - Math.floor(column);
      weights.upperLeft = n;
      weights.upperRight = n + 1;
      weights.lowerLeft = n + width;
      weights.lowerRight = n + width + 1;
      const value = sampled(plane, weights);
      if (value > 0) visit(x, y, value, weights);
    }
  }
}
