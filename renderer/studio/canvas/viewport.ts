/**
 * Where the picture lies in the window, and how wheel, keys and drags change that. Pure.
 * The window is measured in device pixels; `scale` is device pixels per pixel of the finished picture, so 1 is 100%.
 */

import { photoToCanvas, type Scene, type Size } from '../../../shared/edit/placement.ts';
import type { Rect } from '../../../shared/edit/rect.ts';

/** `fit` follows the window; `free` keeps a scale, with `x` and `y` the point of the picture in the window's centre, in fractions. */
export type Zoom = { readonly kind: 'fit' } | { readonly kind: 'free'; readonly scale: number; readonly x: number; readonly y: number };

/** In device pixels, or in fractions of the picture where the function says so. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The whole picture, centred. */
export const FIT: Zoom = { kind: 'fit' };
const SMALLEST = 0.02;
const LARGEST = 8;
/** Small pictures may be shown larger than they are, but not so large that nobody recognises them. */
const FIT_LARGEST = 2;

/** The scale at which the whole picture fits into the window, less the margin, in device pixels. */
export const fitScale = (window: Size, picture: Size, margin: number): number =>
  Math.max(SMALLEST / 4, Math.min((window.width - 2 * margin) / picture.width, (window.height - 2 * margin) / picture.height, FIT_LARGEST));

/** The picture's rectangle in the window. Fitted pictures lie on whole pixels, so that their edges are sharp. */
export function frameIn(window: Size, picture: Size, zoom: Zoom, margin: number): Rect {
  const scale = zoom.kind === 'fit' ? fitScale(window, picture, margin) : zoom.scale;
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const centre = zoom.kind === 'fit' ? { x: 0.5, y: 0.5 } : zoom;
  return { x: Math.round(window.width / 2 - centre.x * width), y: Math.round(window.height / 2 - centre.y * height), width, height };
}

/** What is looked at, and how: the window and the margin in device pixels, the picture in its own. */
export interface View {
  readonly window: Size;
  readonly picture: Size;
  readonly zoom: Zoom;
  readonly margin: number;
}

/** A place of the photo in CSS pixels of the window. @param frame the picture, in device pixels */
export function onScreen([x, y]: readonly [number, number], scene: Scene, frame: Rect): Point {
  const at = photoToCanvas(scene, x, y);
  return { x: (frame.x + at.x * frame.width) / devicePixelRatio, y: (frame.y + at.y * frame.height) / devicePixelRatio };
}

/** Zooms to `scale`, within its limits, so that what lies under `at` stays under it. */
export function zoomedAt({ window, picture, zoom, margin }: View, scale: number, at: Point): Zoom {
  const frame = frameIn(window, picture, zoom, margin);
  const next = Math.min(LARGEST, Math.max(SMALLEST, scale));
  const under = { x: (at.x - frame.x) / frame.width, y: (at.y - frame.y) / frame.height };
  return {
    kind: 'free',
    scale: next,
    x: inside(under.x - (at.x - window.width / 2) / (picture.width * next)),
    y: inside(under.y - (at.y - window.height / 2) / (picture.height * next)),
  };
}

/** Moves the picture by device pixels. A fitted picture has nowhere to go. */
export function panned(picture: Size, zoom: Zoom, by: Point): Zoom {
  if (zoom.kind === 'fit') return zoom;
  return { ...zoom, x: inside(zoom.x - by.x / (picture.width * zoom.scale)), y: inside(zoom.y - by.y / (picture.height * zoom.scale)) };
}

const inside = (value: number): number => Math.min(1, Math.max(0, value));

/** A point of the window as a fraction of the picture. */
export const toPicture = (frame: Rect, at: Point): Point => ({ x: (at.x - frame.x) / frame.width, y: (at.y - frame.y) / frame.height });

/** A rectangle in fractions of the picture, in device pixels of the window. */
export const toWindow = (frame: Rect, rect: Rect): Rect => ({
  x: frame.x + rect.x * frame.width,
  y: frame.y + rect.y * frame.height,
  width: rect.width * frame.width,
  height: rect.height * frame.height,
});

/** Whether the point lies in the rectangle, its edge included. */
export const contains = (rect: Rect, at: Point): boolean =>
  at.x >= rect.x && at.y >= rect.y && at.x <= rect.x + rect.width && at.y <= rect.y + rect.height;

/** A picture of one shape inside a frame of another, as large as it fits, in the middle. */
export function containFit(picture: Size, frame: Rect): Rect {
  const k = Math.min(frame.width / picture.width, frame.height / picture.height);
  const width = picture.width * k;
  const height = picture.height * k;
  return { x: frame.x + (frame.width - width) / 2, y: frame.y + (frame.height - height) / 2, width, height };
}
