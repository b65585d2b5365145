/** How large a picture is after each step, and chains at the scale of a preview. */
import type { Size } from '../placement.ts';
import { type Chain, MAX_PIXELS, MAX_SIDE, type Step } from './chain.ts';

/** Why a step cannot be done to a picture of that size. */
export type Misfit =
  | { readonly code: 'crop_outside'; readonly step: number; readonly size: Size }
  | { readonly code: 'too_large'; readonly step: number; readonly size: Size };

type Sized =
  /** After each step; null where only the pixels can tell (trim, and what follows from it). */
  { readonly ok: true; readonly sizes: readonly (Size | null)[] } | { readonly ok: false; readonly misfit: Misfit };

/** The size after one step; null: only the pixels can tell. A free rotation may be off by one pixel. */
export function sizeAfter(step: Step, { width, height }: Size): Size | null {
  switch (step.kind) {
    case 'resize':
      return {
        width: step.width ?? whole((width * (step.height ?? height)) / height),
        height: step.height ?? whole((height * (step.width ?? width)) / width),
      };
    case 'fit': {
      const k = Math.min(step.width / width, step.height / height, step.enlarge ? Number.POSITIVE_INFINITY : 1);
      return { width: Math.min(whole(width * k), step.width), height: Math.min(whole(height * k), step.height) };
    }
    case 'fill':
    case 'crop':
    case 'smart-crop':
      return { width: step.width, height: step.height };
    case 'trim':
      return null;
    case 'extend':
      return { width: width + step.left + step.right, height: height + step.top + step.bottom };
    case 'rotate':
      return turned({ width, height }, step.angle);
    default:
      return { width, height };
  }
}

/** The steps that know their result whatever came before. */
const isFree = (step: Step): boolean =>
  step.kind === 'fill' ||
  step.kind === 'smart-crop' ||
  step.kind === 'crop' ||
  (step.kind === 'resize' && step.width !== null && step.height !== null);

/** Whether a crop reaches beyond a picture of this size. */
export const isOutside = (crop: Extract<Step, { kind: 'crop' }>, size: Size): boolean =>
  crop.left + crop.width > size.width || crop.top + crop.height > size.height;

/** Whether a picture of that size may be made. */
export const isTooLarge = ({ width, height }: Size): boolean => Math.max(width, height) > MAX_SIDE || width * height > MAX_PIXELS;

/** The size after each step, or the first step that cannot be done. What trim makes unknown is checked when it is known. */
export function sizesAlong(chain: Chain, start: Size): Sized {
  const sizes: (Size | null)[] = [];
  let size: Size | null = start;
  for (const [at, step] of chain.entries()) {
    if (step.kind === 'crop' && size !== null && isOutside(step, size))
      return { ok: false, misfit: { code: 'crop_outside', step: at, size } };
    if (size !== null || isFree(step)) size = sizeAfter(step, size ?? start);
    if (size !== null && isTooLarge(size)) return { ok: false, misfit: { code: 'too_large', step: at, size } };
    sizes.push(size);
  }
  return { ok: true, sizes };
}

/** The finished size; null when only the pixels can tell, or a step cannot be done. */
export function finishedSize(chain: Chain, start: Size): Size | null {
  const sized = sizesAlong(chain, start);
  return sized.ok ? (sized.sizes.at(-1) ?? null) : null;
}

/** At most 1: the scale at which no picture of the chain is longer than `longEdge`. Trim only makes smaller. */
export function previewScale(chain: Chain, start: Size, longEdge: number): number {
  let size = start;
  let longest = Math.max(start.width, start.height);
  for (const step of chain) {
    size = sizeAfter(step, size) ?? size;
    longest = Math.max(longest, size.width, size.height);
  }
  return Math.min(1, longEdge / longest);
}

/** The same chain for a picture that is `scale` times as large: every length follows, every share stays. */
export const scaledChain = (chain: Chain, scale: number): Chain => chain.map((step) => scaled(step, scale));

function scaled(step: Step, scale: number): Step {
  const length = (pixels: number): number => whole(pixels * scale);
  switch (step.kind) {
    case 'resize':
      return {
        ...step,
        width: step.width === null ? null : length(step.width),
        height: step.height === null ? null : length(step.height),
      };
    case 'fit':
    case 'fill':
    case 'smart-crop':
      return { ...step, width: length(step.width), height: length(step.height) };
    case 'crop': {
      // Floors, so that a crop up to the edge stays inside a picture whose own size was rounded.
      const [left, top] = [Math.floor(step.left * scale), Math.floor(step.top * scale)];
      const down = (pixels: number): number => Math.max(1, Math.floor(pixels * scale));
      return { ...step, left, top, width: down(step.width), height: down(step.height) };
    }
    case 'extend':
      return {
        ...step,
        top: Math.round(step.top * scale),
        right: Math.round(step.right * scale),
        bottom: Math.round(step.bottom * scale),
        left: Math.round(step.left * scale),
      };
    case 'sharpen':
    case 'blur':
      // Below this neither does anything.
      return { ...step, radius: Math.max(0.3, step.radius * scale) };
    default:
      return step;
  }
}

const whole = (pixels: number): number => Math.max(1, Math.round(pixels));

/** Quarter turns are exact; else the box around the turned picture. */
export function turned({ width, height }: Size, angle: number): Size {
  const quarter = ((angle % 360) + 360) % 360;
  if (quarter % 180 === 0) return { width, height };
  if (quarter % 90 === 0) return { width: height, height: width };
  const [cos, sin] = [Math.abs(Math.cos((angle * Math.PI) / 180)), Math.abs(Math.sin((angle * Math.PI) / 180))];
  return { width: whole(width * cos + height * sin), height: whole(width * sin + height * cos) };
}
