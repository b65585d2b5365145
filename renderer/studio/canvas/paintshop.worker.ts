/** Draws what takes longer than a frame: backdrops and contact shadows. One message in, one bitmap out, in order. */
import { type BackdropSpec, drawBackdrop } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Size } from '../../../shared/edit/placement.ts';
import type { Shadow } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import { contactShadow, shadowSize } from '../../../shared/edit/shadow.ts';

/** What to paint; sizes in pixels of the bitmap. */
export type PaintJob =
  | { readonly kind: 'backdrop'; readonly spec: BackdropSpec; readonly size: Size }
  /** `cutout` is the cut-out picture at any size; `photo` says where it lies, in fractions of the canvas. */
  | { readonly kind: 'shadow'; readonly cutout: ImageBitmap; readonly canvas: Size; readonly photo: Rect; readonly shadow: Shadow };

/** A job and the number that its answer carries. */
export interface PaintRequest {
  readonly id: number;
  readonly job: PaintJob;
}
/** The bitmap, which now belongs to the receiver, or why there is none. */
export type PaintAnswer = { readonly id: number; readonly bitmap: ImageBitmap } | { readonly id: number; readonly error: string };

async function paint(job: PaintJob): Promise<ImageBitmap> {
  if (job.kind === 'backdrop') return createImageBitmap(new ImageData(drawBackdrop(job.spec, job.size), job.size.width, job.size.height));
  const size = shadowSize(job.canvas);
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('No drawing surface.');
  const { photo } = job;
  context.imageSmoothingQuality = 'high';
  context.drawImage(job.cutout, photo.x * size.width, photo.y * size.height, photo.width * size.width, photo.height * size.height);
  job.cutout.close();
  const pixels = context.getImageData(0, 0, size.width, size.height);
  const mask = contactShadow(pixels.data, size, job.shadow, 4, 3);
  const black = new ImageData(size.width, size.height);
  for (let i = 0; i < mask.length; i++) black.data[4 * i + 3] = mask[i] ?? 0;
  return createImageBitmap(black);
}

self.onmessage = async ({ data }: MessageEvent<PaintRequest>) => {
  try {
    const bitmap = await paint(data.job);
    self.postMessage({ id: data.id, bitmap } satisfies PaintAnswer, { transfer: [bitmap] });
  } catch (error) {
    self.postMessage({ id: data.id, error: error instanceof Error ? error.message : String(error) } satisfies PaintAnswer);
  }
};
