/**
 * From the regions that were chosen to what is done with them, at the size of the guide.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { boundsOf } from '../../../shared/edit/bounds.ts';
import type { Size } from '../../../shared/edit/placement.ts';
import type { GlassStroke } from '../../../shared/edit/recipe.ts';
import { membersOf, type RegionTree, regionsOf } from '../../../shared/edit/regions.ts';
import type { Raster } from '../files/raster.ts';
import { boxMean } from '../filters/box-filter.ts';
import type { GlassLayer } from './layer.ts';

/** Pixels of the guide that glass reaches beyond its hole, under the softened rim of what frames it. */
const UNDER_RIM = 3;
/** A highlight is brighter than the patch around it, so far (of the guide's longer side) ... */
const AROUND = 0.012;
/** ... by so many standard deviations and so much display value. */
const DEVIATIONS = 1.5;
const BRIGHTER = 0.03;
/** Pixels of the guide around what is used of it. */
const MARGIN = 8;

/** A part of a plane of the guide's size. */
interface Window extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * How much of each pixel of the guide shows what is behind the subject, by one stroke: softened by little more than a pixel, so that the
 * edge step finds the rim.
 *
 * @returns 0..1, null when it is outside of the subject
 */
export function throughOf(tree: RegionTree, stroke: GlassStroke, guide: Size): Float32Array | null {
  const regions = regionsOf(tree, stroke);
  if (regions.length === 0) return null;
  const plane = planeOf(tree, regions, guide);
  const window = windowOf(plane, guide);
  if (window === null) return null;
  softened(plane, guide, window, 1);
  return plane;
}

/** 1 where any of the regions is, at the size of the guide. */
export function planeOf(tree: RegionTree, regions: Iterable<number>, { width, height }: Size): Float32Array {
  const members = membersOf(tree, regions);
  const plane = new Float32Array(width * height);
  const { box } = tree;
  const [left, top] = [Math.round(box.x * width), Math.round(box.y * height)];
  const [right, bottom] = [Math.round((box.x + box.width) * width), Math.round((box.y + box.height) * height)];
  for (let y = top; y < bottom; y++) {
    const line = Math.min(tree.height - 1, Math.floor(((y + 0.5) / height - box.y) * (tree.height / box.height))) * tree.width;
    for (let x = left; x < right; x++) {
      const column = Math.min(tree.width - 1, Math.floor(((x + 0.5) / width - box.x) * (tree.width / box.width)));
      if (members[tree.labels[line + column] as number] === 1) plane[y * width + x] = 1;
    }
  }
  return plane;
}

/** The least part of the guide that holds what is not 0, and a margin. */
function windowOf(plane: Float32Array, guide: Size): Window | null {
  const bounds = boundsOf(plane, guide);
  if (bounds === null) return null;
  const left = Math.max(0, bounds.left - MARGIN);
  const top = Math.max(0, bounds.top - MARGIN);
  const right = Math.min(guide.width, bounds.right + 1 + MARGIN);
  const bottom = Math.min(guide.height, bounds.bottom + 1 + MARGIN);
  return { left, top, width: right - left, height: bottom - top };
}

function cutFrom(plane: Float32Array, guide: Size, { left, top, width, height }: Window): Float32Array {
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    out.set(plane.subarray((top + y) * guide.width + left, (top + y) * guide.width + left + width), y * width);
  return out;
}

/** Softens what lies in the window by two means over (2 radius + 1)² pixels. */
function softened(plane: Float32Array, guide: Size, window: Window, radius: number): void {
  const part = cutFrom(plane, guide, window);
  boxMean(part, { size: window, radius }, part);
  boxMean(part, { size: window, radius }, part);
  for (let y = 0; y < window.height; y++)
    plane.set(part.subarray(y * window.width, (y + 1) * window.width), (window.top + y) * guide.width + window.left);
}

/** What glass is made of: planes of the guide's size, 0..1. */
export interface Glazing {
  /** Where glass is that one sees through. */
  readonly through: Float32Array;
  /** The panes that it belongs to. */
  readonly panes: Float32Array;
  /** The subject without any glass: beyond it there is nothing for a pane to lie over. */
  readonly subject: Float32Array;
}

/** @returns null when there is no glass */
export function glassLayer(guide: Raster, { through, panes, subject }: Glazing): GlassLayer | null {
  const window = windowOf(
    through.map((value, i) => value + (panes[i] as number)),
    guide,
  );
  if (window === null || windowOf(through, guide) === null) return null;
  const size = { width: window.width, height: window.height };
  const seen = cutFrom(through, guide, window);
  const solid = cutFrom(subject, guide, window);
  const cover = new Float32Array(seen.length);
  boxMean(seen, { size, radius: UNDER_RIM }, cover);
  for (let i = 0; i < cover.length; i++) cover[i] = Math.min(1, FULL_AT * (cover[i] as number)) * (solid[i] as number);
  const pane = cutFrom(panes, guide, window);
  boxMean(pane, { size, radius: UNDER_RIM }, pane);
  for (let i = 0; i < pane.length; i++) pane[i] = (pane[i] as number) * (solid[i] as number);
  const bright = brightnessOf(guide, seen, window);
  return {
    left: window.left,
    top: window.top,
    ...size,
    guide: { width: guide.width, height: guide.height },
    cover: bytes(cover),
    bright: bytes(bright),
    pane: bytes(pane),
  };
}

/** Windows of which a fifth sees through are covered wholly: that is so two thirds of the reach beyond the hole. */
const FULL_AT = 5;

const bytes = (plane: Float32Array): Uint8Array => Uint8Array.from(plane, (value) => Math.min(255, Math.max(0, Math.round(255 * value))));

/** From what luma on a pixel is a highlight: over what the patch itself shows around it. */
function brightnessOf({ data, width, height }: Raster, seen: Float32Array, window: Window): Float32Array {
  const size = { width: window.width, height: window.height };
  const radius = Math.max(2, Math.round(AROUND * Math.max(width, height)));
  const windows = { size, radius };
  const luma = new Float32Array(seen.length);
  for (let y = 0, i = 0; y < size.height; y++) {
    let p = 3 * ((window.top + y) * width + window.left);
    for (let x = 0; x < size.width; x++, i++, p += 3)
      luma[i] = (0.299 * (data[p] as number) + 0.587 * (data[p + 1] as number) + 0.114 * (data[p + 2] as number)) / 255;
  }
  const weighted = luma.map((value, i) => value * (seen[i] as number));
  const squared = luma.map((value, i) => value * value * (seen[i] as number));
  const weight = new Float32Array(seen.length);
  boxMean(seen, windows, weight);
  boxMean(weighted, windows, weighted);
  boxMean(squared, windows, squared);
  return weight.map((share, i) => {
    if (share < 1e-3) return 1;
    const mean = (weighted[i] as number) / share;
    const deviation = Math.sqrt(Math.max(0, (squared[i] as number) / share - mean * mean));
    return mean + DEVIATIONS * deviation + BRIGHTER;
  });
}
