/** What a new step begins with, and which steps are offered together. Pure. */
import type { Size } from '../../../shared/edit/placement.ts';
import { canvasSize } from '../../../shared/edit/placement.ts';
import { type Chain, STEP_KINDS, type Step, type StepKind } from '../../../shared/edit/processing/chain.ts';
import { finishedSize } from '../../../shared/edit/processing/sizes.ts';
import type { Photo } from '../../../shared/ipc/library.ts';

/** A line is drawn above these in the menu: size and shape, turning, tone, detail, the file. */
export const GROUP_STARTS: ReadonlySet<StepKind> = new Set(['rotate', 'grayscale', 'sharpen', 'convert']);

/** The kinds of steps, in the order of the menu. */
export const offered: readonly StepKind[] = STEP_KINDS;

/** The size of what the photo shows: its result's, as far as its settings tell, or its own. */
export function shownSize(photo: Photo): Size {
  if (photo.currentVersionId === null || photo.recipe === null) return photo;
  return canvasSize(photo, photo.recipe.export.aspect, photo.recipe.export.longEdge);
}

/** The size that a step meets; the photo's own where only the pixels can tell. */
export const sizeBefore = (chain: Chain, at: number, photo: Size): Size =>
  at === 0 ? photo : (finishedSize(chain.slice(0, at), photo) ?? photo);

/** A step as it is added: each does something that can be seen. A watermark needs its file. */
export function newStep(kind: Exclude<StepKind, 'watermark'>, size: Size): Step {
  switch (kind) {
    case 'resize':
      return { kind, width: Math.min(2048, size.width), height: null };
    case 'fit':
      return { kind, width: 2048, height: 2048, enlarge: false };
    case 'fill':
      return { kind, width: 1080, height: 1080, anchor: 'centre' };
    case 'smart-crop':
      return { kind, width: 1080, height: 1080 };
    case 'crop': {
      const width = Math.max(1, Math.round(size.width * 0.8));
      const height = Math.max(1, Math.round(size.height * 0.8));
      return { kind, left: Math.floor((size.width - width) / 2), top: Math.floor((size.height - height) / 2), width, height };
    }
    case 'trim':
      return { kind, threshold: 10 };
    case 'extend': {
      const border = Math.max(1, Math.round(Math.min(size.width, size.height) * 0.05));
      return { kind, top: border, right: border, bottom: border, left: border, colour: '#ffffff' };
    }
    case 'rotate':
      return { kind, angle: 90, colour: '#ffffff' };
    case 'brightness':
    case 'contrast':
    case 'saturation':
      return { kind, amount: 10 };
    case 'sharpen':
      return { kind, amount: 40, radius: 1 };
    case 'blur':
      return { kind, radius: 4 };
    case 'convert':
      return { kind, format: 'webp' };
    case 'compress':
      return { kind, quality: 80 };
    case 'flip':
    case 'mirror':
    case 'grayscale':
    case 'strip-metadata':
      return { kind };
  }
}

/** A watermark as it is added: small, in the corner at the bottom right. */
export const newWatermark = (fileId: string): Step => ({
  kind: 'watermark',
  fileId,
  anchor: 'bottom-right',
  size: 0.16,
  opacity: 0.8,
  margin: 0.04,
});
