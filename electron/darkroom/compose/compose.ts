/**
 * Laying the picture together on its painted canvas: contact shadow, subject, logo. Every layer can be drawn in bands of rows,
 * each by another thread.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Scene, Size } from '../../../shared/edit/placement.ts';
import type { Shadow } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import { contactShadow, shadowSize } from '../../../shared/edit/shadow.ts';
import type { Cutout } from '../cutout/cutout.ts';
import { develop, type Outline, type Sink } from '../cutout/develop.ts';
import type { Strip } from '../files/raster.ts';
import { eachGlassPixel, type GlassLayer } from '../glass/layer.ts';
import { type ShadowMask, shadeRows } from './shade-rows.ts';

/** Interleaved RGBA, colours not multiplied by alpha. */
export interface LogoRaster {
  readonly data: Uint8Array;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A part of the photo at the canvas' scale, and where its top left corner lies on the canvas. */
export interface PlacedPhoto {
  /** The rows of it that are needed, and one more on either side: the pixels of an edge look at their neighbours. */
  readonly picture: Strip;
  /** Fractions of the photo. */
  readonly part: Rect;
  readonly x: number;
  readonly y: number;
}

/** What is laid on the background, from the back to the front; null: there is none. */
export interface Layers {
  readonly shadow: ShadowMask | null;
  readonly photo: PlacedPhoto;
  readonly outline: Outline;
  /** Glass that one sees the background through. `through`: the share of display value that it lets pass. */
  readonly glass: { readonly layer: GlassLayer; readonly through: number } | null;
  readonly logo: { readonly raster: LogoRaster; readonly opacity: number } | null;
}

/** What a transparent picture holds: a logo is not placed on it (ST-02). */
export type ClearLayers = Pick<Layers, 'shadow' | 'photo' | 'outline' | 'glass'>;

/** Draws some rows of everything that lies over the background, in place: rows of the canvas that `canvas` has. */
export function lay(canvas: Strip, { shadow, photo, outline, glass, logo }: Layers, rows: Rows): void {
  if (shadow !== null) layShadow(canvas, shadow, rows);
  if (glass !== null) layGlass(canvas, photo, glass, rows);
  laySubject(canvas, photo, outline, rows);
  if (logo !== null) layLogo(canvas, logo.raster, logo.opacity, rows);
}

function laySubject(canvas: Strip, placed: PlacedPhoto, outline: Outline, rows: Rows): void {
  const target = canvas.data;
  const { data: source, width: sourceWidth, top: sourceTop = 0 } = placed.picture;
  // From a row of the picture to the memory of the canvas.
  const down = placed.y - (canvas.top ?? 0);
  const ofPicture = { from: Math.max(0, rows.from - placed.y), to: Math.min(placed.picture.height, rows.to - placed.y) };
  const sink: Sink = {
    inside(y, x, end) {
      const from = Math.max(x, -placed.x);
      const to = Math.min(end, canvas.width - placed.x);
      if (from >= to) return;
      const start = 3 * ((y - sourceTop) * sourceWidth + from);
      target.set(source.subarray(start, start + 3 * (to - from)), 3 * ((y + down) * canvas.width + from + placed.x));
    },
    edge(y, x, { alpha, r, g, b }) {
      const cx = x + placed.x;
      if (cx < 0 || cx >= canvas.width) return;
      const i = 3 * ((y + down) * canvas.width + cx);
      const rest = 1 - alpha;
      target[i] = r * alpha + (target[i] as number) * rest + 0.5;
      target[i + 1] = g * alpha + (target[i + 1] as number) * rest + 0.5;
      target[i + 2] = b * alpha + (target[i + 2] as number) * rest + 0.5;
    },
  };
  develop(outline, placed.picture, placed.part, sink, ofPicture);
}

/** Under the subject, so that its rim lies over glass as over any background. */
function layGlass(canvas: Strip, placed: PlacedPhoto, { layer, through }: NonNullable<Layers['glass']>, rows: Rows): void {
  const target = canvas.data;
  const full = target instanceof Uint16Array ? 65535 : 255;
  const down = placed.y - (canvas.top ?? 0);
  const ofPicture = { from: Math.max(0, rows.from - placed.y), to: Math.min(placed.picture.height, rows.to - placed.y) };
  eachGlassPixel(layer, { ...placed, rows: ofPicture }, (x, y, cover, haze) => {
    const cx = x + placed.x;
    if (cx < 0 || cx >= canvas.width) return;
    const i = 3 * ((y + down) * canvas.width + cx);
    const pass = 1 - cover * (1 - through);
    const added = full * cover * haze + 0.5;
    target[i] = Math.min(full, (target[i] as number) * pass + added);
    target[i + 1] = Math.min(full, (target[i + 1] as number) * pass + added);
    target[i + 2] = Math.min(full, (target[i + 2] as number) * pass + added);
  });
}

/** The matte as it lies on the canvas, at another size. */
function alphaOnCanvas(cutout: Cutout, scene: Scene, size: Size): Uint8Array {
  const out = new Uint8Array(size.width * size.height);
  const stepX = cutout.width / (scene.photo.width * size.width);
  const stepY = cutout.height / (scene.photo.height * size.height);
  // A reduced matte is the mean of what lies under each pixel; two samples each way are enough for soft things.
  const columns = new Int32Array(2 * size.width);
  for (let n = 0; n < columns.length; n++) columns[n] = Math.floor((n / 2 + 0.25 - scene.photo.x * size.width) * stepX);
  for (let y = 0; y < size.height; y++) {
    for (const dy of [0.25, 0.75]) {
      const gy = Math.floor((y + dy - scene.photo.y * size.height) * stepY);
      if (gy < 0 || gy >= cutout.height) continue;
      const line = cutout.alpha.subarray(gy * cutout.width, (gy + 1) * cutout.width);
      // Outside of the line there is nothing: an index beyond it reads as none.
      for (let x = 0, i = y * size.width; x < size.width; x++, i++) {
        const sum = (line[columns[2 * x] as number] ?? 0) + (line[columns[2 * x + 1] as number] ?? 0);
        // Rounded down for the one line and up for the other: four full samples are full.
        out[i] = (out[i] as number) + ((sum + 4 * dy - 1) >> 2);
      }
    }
  }
  return out;
}

/** The shadow under a subject; null when none is wanted. */
export function shadowMask(canvas: Size, cutout: Cutout, scene: Scene, shadow: Shadow): ShadowMask | null {
  if (shadow.kind === 'none' || shadow.strength === 0) return null;
  const size = shadowSize(canvas);
  const dark = contactShadow(alphaOnCanvas(cutout, scene, size), size, shadow);
  return { ...size, dark, ends: rowsInUse(dark, size) };
}

function layShadow(canvas: Strip, shadow: ShadowMask, rows: Rows): void {
  const { data, width, top = 0 } = canvas;
  shadeRows(shadow, canvas, rows, (y, first, last, light) => {
    for (let x = first; x <= last; x++) {
      const i = 3 * ((y - top) * width + x);
      const left = light[x] as number;
      data[i] = (data[i] as number) * left + 0.5;
      data[i + 1] = (data[i + 1] as number) * left + 0.5;
      data[i + 2] = (data[i + 2] as number) * left + 0.5;
    }
  });
}

/** First and last column of each row that holds any shadow, widened by one so that it fades to nothing; an empty row is [width, -1]. */
function rowsInUse(mask: Uint8Array, { width, height }: Size): Int32Array {
  const ends = new Int32Array(2 * height);
  for (let y = 0; y < height; y++) {
    let [left, right] = [width, -1];
    for (let x = 0; x < width; x++) {
      if (mask[y * width + x] === 0) continue;
      if (left === width) left = x;
      right = x;
    }
    ends[2 * y] = right < 0 ? width : Math.max(0, left - 1);
    ends[2 * y + 1] = right < 0 ? -1 : Math.min(width - 1, right + 1);
  }
  return ends;
}

function layLogo(canvas: Strip, logo: LogoRaster, opacity: number, rows: Rows): void {
  const scale = canvas.data instanceof Uint16Array ? 257 : 1;
  const down = logo.y - (canvas.top ?? 0);
  for (let y = Math.max(0, rows.from - logo.y); y < Math.min(logo.height, rows.to - logo.y); y++) {
    for (let x = Math.max(0, -logo.x); x < Math.min(logo.width, canvas.width - logo.x); x++) {
      const from = 4 * (y * logo.width + x);
      const alpha = ((logo.data[from + 3] as number) / 255) * opacity;
      if (alpha === 0) continue;
      const to = 3 * ((y + down) * canvas.width + x + logo.x);
      for (let c = 0; c < 3; c++) {
        canvas.data[to + c] = (logo.data[from + c] as number) * scale * alpha + (canvas.data[to + c] as number) * (1 - alpha) + 0.5;
      }
    }
  }
}
