/**
 * Where everything lies on the canvas: the one geometry that the live preview and the export share.
 *
 * Every result is a fraction of the canvas, so a preview at 900 px and an export at 9000 px are the same picture at
 * another scale. Pure arithmetic: sizes in pixels, y grows downwards.
 */

import { cutOf, pinned } from './cut-off.ts';
import { BASE, moved } from './modes.ts';
import type { ExportSettings, LogoPlacement, Placement } from './recipe.ts';
import type { Rect, Size } from './rect.ts';

export type { Size } from './rect.ts';

/** What decides where things lie in the finished picture. */
export interface SceneInput {
  /** The upright photo (after EXIF orientation), in pixels of the original. Never the size of a preview. */
  readonly photo: Size;
  /** Bounding box of the subject, fractions of the photo; null when none was found. */
  readonly subject: Rect | null;
  readonly aspect: ExportSettings['aspect'];
  readonly longEdge: number | null;
  /** Where the background's floor meets its wall, fraction of the canvas from the top; null when unknown. */
  readonly horizon: number | null;
  readonly placement: Placement;
}

/** Where things lie in the finished picture: the preview and the export both draw by it. */
export interface Scene {
  /** The finished picture's size in pixels. */
  readonly canvas: Size;
  /** Where the whole photo (and with it the cut-out) lies, in fractions of the canvas; may reach beyond it. */
  readonly photo: Rect;
  /** Where the subject lies, in fractions of the canvas. */
  readonly subject: Rect | null;
  /** The line the subject stands on, fraction of the canvas from the top. */
  readonly floor: number;
  /** Canvas pixels per photo pixel. Exactly 1 when the photo needs no resampling. */
  readonly scale: number;
}

const RATIO = { '1:1': 1, '4:3': 4 / 3, '3:2': 3 / 2, '16:9': 16 / 9 } as const;

/**
 * Size of the finished picture. `original` is the photo's own size; every other shape has the photo's longest side.
 * `longEdge` makes it smaller, never larger than the photo: pixels are not invented.
 */
export function canvasSize(photo: Size, aspect: ExportSettings['aspect'], longEdge: number | null): Size {
  const photoLong = Math.max(photo.width, photo.height);
  const long = longEdge === null ? photoLong : Math.min(longEdge, photoLong);
  const ratio = aspect === 'original' ? photo.width / photo.height : RATIO[aspect];
  const side = (pixels: number): number => Math.max(1, Math.round(pixels));
  return ratio >= 1 ? { width: side(long), height: side(long / ratio) } : { width: side(long * ratio), height: side(long) };
}

/** The same canvas for a screen: at most `maxWidth` x `maxHeight` pixels, never larger than the export. */
export function previewSize(canvas: Size, maxWidth: number, maxHeight: number): Size {
  const k = Math.min(1, maxWidth / canvas.width, maxHeight / canvas.height);
  return { width: Math.max(1, Math.round(canvas.width * k)), height: Math.max(1, Math.round(canvas.height * k)) };
}

/** Lays the photo out on the canvas. Without a subject the whole photo counts as one. */
export function layOut(input: SceneInput): Scene {
  const canvas = canvasSize(input.photo, input.aspect, input.longEdge);
  const found = input.subject ?? { x: 0, y: 0, width: 1, height: 1 };
  // In pixels of the photo. A sliver would make the scale explode.
  const box = {
    left: found.x * input.photo.width,
    top: found.y * input.photo.height,
    width: Math.max(1, found.width * input.photo.width),
    height: Math.max(1, found.height * input.photo.height),
  };
  const cut = cutOf(input.subject);
  const base = BASE[input.placement.mode]({ canvas, photo: input.photo, box, cut, horizon: input.horizon });
  const { scale, x, y } = moved(base, { canvas, photo: input.photo, box, cut }, input.placement);
  // On whole pixels of the finished picture: the export can lie on no others, and the preview shows what the export will be.
  const pixels = { width: Math.max(1, Math.round(input.photo.width * scale)), height: Math.max(1, Math.round(input.photo.height * scale)) };
  const photo: Rect = {
    x: pinned({ start: Math.round(x), reach: pixels.width, canvas: canvas.width }, cut.left, cut.right) / canvas.width,
    y: pinned({ start: Math.round(y), reach: pixels.height, canvas: canvas.height }, cut.top, cut.bottom) / canvas.height,
    width: pixels.width / canvas.width,
    height: pixels.height / canvas.height,
  };
  const subject: Rect = {
    x: photo.x + photo.width * found.x,
    y: photo.y + photo.height * found.y,
    width: photo.width * found.width,
    height: photo.height * found.height,
  };
  return { canvas, photo, subject: input.subject === null ? null : subject, floor: subject.y + subject.height, scale };
}

/** A point of the canvas (fractions) as a point of the photo (fractions): what a brush or a report area needs. */
export function canvasToPhoto(scene: Scene, x: number, y: number): { readonly x: number; readonly y: number } {
  return { x: (x - scene.photo.x) / scene.photo.width, y: (y - scene.photo.y) / scene.photo.height };
}

/** The other way round. */
export function photoToCanvas(scene: Scene, x: number, y: number): { readonly x: number; readonly y: number } {
  return { x: scene.photo.x + x * scene.photo.width, y: scene.photo.y + y * scene.photo.height };
}

/** A rectangle in fractions, in pixels of a canvas of any size. Not rounded: drawing on half pixels is the drawer's business. */
export function toPixels(rect: Rect, canvas: Size): Rect {
  return { x: rect.x * canvas.width, y: rect.y * canvas.height, width: rect.width * canvas.width, height: rect.height * canvas.height };
}

/**
 * The part of a background picture that fills the canvas without distortion, in fractions of that picture.
 * The middle is kept; what does not fit is cut off on both sides alike.
 */
export function coverFit(picture: Size, canvas: Size): Rect {
  const pictureRatio = picture.width / picture.height;
  const canvasRatio = canvas.width / canvas.height;
  if (pictureRatio > canvasRatio) {
    const width = canvasRatio / pictureRatio;
    return { x: (1 - width) / 2, y: 0, width, height: 1 };
  }
  const height = pictureRatio / canvasRatio;
  return { x: 0, y: (1 - height) / 2, width: 1, height };
}

/** A background picture's horizon, as a fraction of the canvas that it covers. */
export function coveredHorizon(horizon: number | null, picture: Size, canvas: Size): number | null {
  if (horizon === null) return null;
  const part = coverFit(picture, canvas);
  return Math.min(1, Math.max(0, (horizon - part.y) / part.height));
}

/**
 * The logo's rectangle in fractions of the canvas. It keeps its shape and stays inside the canvas: one that is too
 * tall for its width is made smaller, one placed over the edge is moved in.
 */
export function placeLogo(canvas: Size, logo: Size, placement: LogoPlacement): Rect {
  const margin = placement.position.kind === 'free' ? 0 : placement.margin * Math.min(canvas.width, canvas.height);
  const roomX = canvas.width - 2 * margin;
  const roomY = canvas.height - 2 * margin;
  const ratio = logo.height / logo.width;
  const width = Math.min(placement.size * canvas.width, roomX, roomY / ratio);
  const height = width * ratio;
  const at = (centre: number, length: number, room: number): number =>
    Math.min(Math.max(centre - length / 2, margin), margin + room - length);
  const { position } = placement;
  const centreX = position.kind === 'free' ? position.x * canvas.width : anchorAt(position.anchor, 'left', 'right') * canvas.width;
  const centreY = position.kind === 'free' ? position.y * canvas.height : anchorAt(position.anchor, 'top', 'bottom') * canvas.height;
  const left = at(centreX, width, roomX);
  const top = at(centreY, height, roomY);
  return { x: left / canvas.width, y: top / canvas.height, width: width / canvas.width, height: height / canvas.height };
}

function anchorAt(anchor: string, near: string, far: string): number {
  const sides = anchor.split('-');
  if (sides.includes(near)) return 0;
  return sides.includes(far) ? 1 : 0.5;
}
