/**
 * Where everything lies on the canvas: the one geometry that the live preview and the export share.
 *
 * Every result is a fraction of the canvas, so a preview at 900 px and an export at 9000 px are the same picture at
 * another scale. Pure arithmetic: sizes in pixels, y grows downwards.
 */

import type { ExportSettings, LogoPlacement, Placement } from './recipe.ts';
import type { Rect } from './rect.ts';

/** In pixels, unless it says otherwise. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

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

/** Free space around a fitted subject, over the canvas' shorter side. */
const FIT_MARGIN = 0.1;
/** Free space at the sides of a subject that stands on a floor, over the canvas' shorter side. */
const FLOOR_SIDE_MARGIN = 0.13;
/** Free space above it. */
const FLOOR_TOP_MARGIN = 0.1;
/** How far in front of the wall a subject stands: 0 at the wall, 1 at the canvas' lower edge. */
const FLOOR_DEPTH = 0.62;
/** Where a subject stands when the background's horizon is unknown. */
const FLOOR_UNKNOWN = 0.86;
/** A subject this close to the photo's edge is cut off by it. */
const CUT_OFF = 0.004;
/** What `keep` leaves around a subject that would not fit into another shape of canvas, over the canvas' shorter side. */
const KEEP_MARGIN = 0.04;

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
  const base = BASE[input.placement.mode]({ canvas, photo: input.photo, found, box, horizon: input.horizon });

  // The user's own scale grows the subject from where it stands (or from its middle, when it floats), then moves it.
  const scale = base.scale * input.placement.scale;
  const pivotX = box.left + box.width / 2;
  const pivotY = box.top + (input.placement.mode === 'fit' ? box.height / 2 : box.height);
  const growX = pivotX * (base.scale - scale);
  const growY = pivotY * (base.scale - scale);
  // On whole pixels of the finished picture: the export can lie on no others, and the preview shows what the export will be.
  const photo: Rect = {
    x: whole(base.x + growX + input.placement.offsetX * canvas.width, canvas.width),
    y: whole(base.y + growY + input.placement.offsetY * canvas.height, canvas.height),
    width: Math.max(1 / canvas.width, whole(input.photo.width * scale, canvas.width)),
    height: Math.max(1 / canvas.height, whole(input.photo.height * scale, canvas.height)),
  };
  const subject: Rect = {
    x: photo.x + photo.width * found.x,
    y: photo.y + photo.height * found.y,
    width: photo.width * found.width,
    height: photo.height * found.height,
  };
  return { canvas, photo, subject: input.subject === null ? null : subject, floor: subject.y + subject.height, scale };
}

/** Pixels, rounded, as a fraction of the canvas. */
const whole = (pixels: number, canvas: number): number => Math.round(pixels) / canvas;

interface Ground {
  readonly canvas: Size;
  readonly photo: Size;
  readonly found: Rect;
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly horizon: number | null;
}

/** The photo's top left corner on the canvas, and canvas pixels per photo pixel. */
interface Base {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const BASE: Readonly<Record<Placement['mode'], (ground: Ground) => Base>> = { keep, fit, floor };

/** The photo as it was framed; in another shape of canvas, moved and if need be reduced until the subject is inside. */
function keep({ canvas, photo, found, box }: Ground): Base {
  const longest = Math.max(canvas.width, canvas.height) / Math.max(photo.width, photo.height);
  const sameShape = Math.abs(photo.width * longest - canvas.width) <= 0.5 && Math.abs(photo.height * longest - canvas.height) <= 0.5;
  if (sameShape) return { x: 0, y: 0, scale: longest };
  const margin = KEEP_MARGIN * Math.min(canvas.width, canvas.height);
  const scale = Math.min(longest, (canvas.width - 2 * margin) / box.width, (canvas.height - 2 * margin) / box.height);
  const room = { scale, margin };
  const across = { canvas: canvas.width, photo: photo.width, start: box.left, length: box.width, from: found.x, to: found.x + found.width };
  const down = {
    canvas: canvas.height,
    photo: photo.height,
    start: box.top,
    length: box.height,
    from: found.y,
    to: found.y + found.height,
  };
  return { x: keptAlong(across, room), y: keptAlong(down, room), scale };
}

/** One direction of a ground. */
interface Direction {
  /** Lengths, in pixels of each. */
  readonly canvas: number;
  readonly photo: number;
  /** Where the subject begins and how long it is, in pixels of the photo. */
  readonly start: number;
  readonly length: number;
  /** The same ends in fractions of the photo. */
  readonly from: number;
  readonly to: number;
}

/** Where the photo begins on the canvas, in pixels: in the middle, or as far from it as the subject needs to be inside. */
function keptAlong(direction: Direction, { scale, margin }: { readonly scale: number; readonly margin: number }): number {
  const { canvas, photo, start, length, from, to } = direction;
  const reach = photo * scale;
  // A subject that the photo's edge cuts off has to be cut off by the canvas' edge too, or it floats with a flat end.
  if (to >= 1 - CUT_OFF && from > CUT_OFF) return canvas - reach;
  if (from <= CUT_OFF && to < 1 - CUT_OFF) return 0;
  const centred = (canvas - reach) / 2;
  const first = margin - start * scale;
  const last = canvas - margin - (start + length) * scale;
  return Math.min(Math.max(centred, Math.min(first, last)), Math.max(first, last));
}

/** The subject in the middle, with the same margin all around it at its tightest side. */
function fit({ canvas, box }: Ground): Base {
  const margin = FIT_MARGIN * Math.min(canvas.width, canvas.height);
  const scale = Math.min((canvas.width - 2 * margin) / box.width, (canvas.height - 2 * margin) / box.height);
  return {
    x: canvas.width / 2 - (box.left + box.width / 2) * scale,
    y: canvas.height / 2 - (box.top + box.height / 2) * scale,
    scale,
  };
}

/** The subject stands on the floor, as large as the space above that line and between the sides allows. */
function floor({ canvas, box, horizon }: Ground): Base {
  const short = Math.min(canvas.width, canvas.height);
  const line = canvas.height * standingLine(horizon);
  const room = { width: canvas.width - 2 * FLOOR_SIDE_MARGIN * short, height: Math.max(1, line - FLOOR_TOP_MARGIN * short) };
  const scale = Math.min(room.width / box.width, room.height / box.height);
  return { x: canvas.width / 2 - (box.left + box.width / 2) * scale, y: line - (box.top + box.height) * scale, scale };
}

/** Where a subject stands on a backdrop: fraction of the canvas from the top, for a horizon as in SceneInput. */
export function standingLine(horizon: number | null): number {
  if (horizon === null) return FLOOR_UNKNOWN;
  const wall = Math.min(Math.max(horizon, 0), 1);
  return Math.min(0.94, wall + (1 - wall) * FLOOR_DEPTH);
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
