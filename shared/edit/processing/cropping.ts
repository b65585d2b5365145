/** A crop as it is drawn on the canvas: dragged by its handles, moved, held to a shape. Everything in pixels of the picture it cuts. */
import type { Size } from '../placement.ts';

/** A crop in whole pixels of the picture that it cuts. */
export interface CropBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where it is held: a corner, an edge, or anywhere inside. In the order in which Tab visits them. */
export const CROP_HANDLES = ['inside', 'top-left', 'top', 'top-right', 'right', 'bottom-right', 'bottom', 'bottom-left', 'left'] as const;
/** One of the places that a crop is held by. */
export type CropHandle = (typeof CROP_HANDLES)[number];

/** Width over height. */
export const CROP_SHAPES = {
  '1:1': 1,
  '5:4': 5 / 4,
  '4:3': 4 / 3,
  '3:2': 3 / 2,
  '16:9': 16 / 9,
  '4:5': 4 / 5,
  '3:4': 3 / 4,
  '2:3': 2 / 3,
  '9:16': 9 / 16,
} as const;
/** free: any; picture: as the picture has it. */
export type CropShape = 'free' | 'picture' | keyof typeof CROP_SHAPES;

/** Width over height that the shape asks for; null: any. */
export function ratioOf(shape: CropShape, { width, height }: Size): number | null {
  if (shape === 'free') return null;
  return shape === 'picture' ? width / height : CROP_SHAPES[shape];
}

interface Sides {
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
}
/** Which sides a handle moves. */
const sidesOf = (handle: CropHandle): Sides => ({
  x: handle.endsWith('left') ? -1 : handle.endsWith('right') ? 1 : 0,
  y: handle.startsWith('top') ? -1 : handle.startsWith('bottom') ? 1 : 0,
});

/**
 * The crop after its handle was moved by so many pixels: always whole pixels, inside the picture, and at least one pixel a side.
 * @param start the crop when the drag began
 * @param ratio width over height to keep (as nearly as whole pixels allow); null: none. Of a crop that is only moved it says nothing
 */
export function dragged(
  start: CropBox,
  handle: CropHandle,
  by: { readonly x: number; readonly y: number },
  size: Size,
  ratio: number | null,
): CropBox {
  if (handle === 'inside') return kept({ ...start, left: start.left + by.x, top: start.top + by.y }, size);
  const sides = sidesOf(handle);
  const [across, down] = [reach(start.left, start.width, size.width, sides.x), reach(start.top, start.height, size.height, sides.y)];
  const width = limited(start.width + sides.x * by.x, 1, across);
  const height = limited(start.height + sides.y * by.y, 1, down);
  if (ratio === null) return anchored(start, sides, { width, height }, size);
  // The side that was moved further, against what it was, leads.
  const leads = sides.y === 0 || (sides.x !== 0 && width / start.width >= height / start.height);
  const wide = limited(leads ? width : height * ratio, Math.max(1, ratio), Math.min(across, down * ratio));
  return anchored(start, sides, { width: wide, height: wide / ratio }, size);
}

/** How long a side may become: up to the picture's edge, or both ways from the middle where the handle does not move it. */
function reach(from: number, length: number, whole: number, side: -1 | 0 | 1): number {
  if (side === 1) return whole - from;
  if (side === -1) return from + length;
  const middle = from + length / 2;
  return 2 * Math.min(middle, whole - middle);
}

/** The new size, with the sides that were not moved where they were. */
function anchored(start: CropBox, { x, y }: Sides, { width, height }: Size, size: Size): CropBox {
  const place = (from: number, was: number, is: number, side: -1 | 0 | 1): number =>
    side === 1 ? from : side === -1 ? from + was - is : from + (was - is) / 2;
  const [wide, high] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  const box = {
    left: place(start.left, start.width, wide, x),
    top: place(start.top, start.height, high, y),
    width: wide,
    height: high,
  };
  return kept(box, size);
}

/** In whole pixels and inside the picture: too large becomes smaller, too far out moves back in. */
export function kept({ left, top, width, height }: CropBox, size: Size): CropBox {
  const [wide, high] = [limited(Math.round(width), 1, size.width), limited(Math.round(height), 1, size.height)];
  return {
    left: limited(Math.round(left), 0, size.width - wide),
    top: limited(Math.round(top), 0, size.height - high),
    width: wide,
    height: high,
  };
}

/** The crop in another shape: about as large, about the same middle. */
export function shaped(box: CropBox, size: Size, ratio: number | null): CropBox {
  if (ratio === null) return box;
  const width = Math.min(Math.sqrt(box.width * box.height * ratio), size.width, size.height * ratio);
  const [wide, high] = [width, width / ratio];
  return kept({ left: box.left + (box.width - wide) / 2, top: box.top + (box.height - high) / 2, width: wide, height: high }, size);
}

/** The crop after one of its numbers was typed; with a ratio, the other side follows. */
export function typed(box: CropBox, field: keyof CropBox, value: number, size: Size, ratio: number | null): CropBox {
  if (field === 'left' || field === 'top') return kept({ ...box, [field]: value }, size);
  if (ratio === null) return kept({ ...box, [field]: value }, size);
  const wide = Math.min(field === 'width' ? value : value * ratio, size.width, size.height * ratio);
  return anchored(box, { x: 1, y: 1 }, { width: wide, height: wide / ratio }, size);
}

function limited(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
