/** What strokes that snap to edges cover, found on the photo as the canvas shows it: what the darkroom will find, or nearly. */
import type { BrushStroke } from '../../../shared/edit/recipe.ts';
import { SNAP_LONG_EDGE, SnappedStroke } from '../../../shared/edit/snapping.ts';
import { levelFor, type Picture } from './pictures.ts';

/** Masks of one photo. A stroke that goes on is followed from where it was. */
export class SnapMasks {
  readonly #pixels: ImageData;
  readonly #mask: OffscreenCanvasRenderingContext2D;
  #growing: { readonly begin: BrushStroke['points'][number] | undefined; readonly points: number; readonly stroke: SnappedStroke } | null =
    null;

  constructor(original: Picture) {
    const k = Math.min(1, SNAP_LONG_EDGE / Math.max(original.width, original.height));
    const width = Math.max(1, Math.round(original.width * k));
    const height = Math.max(1, Math.round(original.height * k));
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('No drawing surface.');
    context.drawImage(levelFor(original, width), 0, 0, width, height);
    this.#pixels = context.getImageData(0, 0, width, height);
    this.#mask = context;
  }

  /** Coverage as alpha, over the whole photo. The same canvas for every stroke: to be drawn at once. */
  of(stroke: BrushStroke): OffscreenCanvas {
    const { bounds, touch } = this.#followed(stroke);
    const { canvas } = this.#mask;
    this.#mask.clearRect(0, 0, canvas.width, canvas.height);
    if (bounds === null) return canvas;
    const { left, top } = bounds;
    const part = this.#mask.createImageData(bounds.right - left + 1, bounds.bottom - top + 1);
    for (let y = 0, n = 3; y < part.height; y++)
      for (let x = 0, i = (top + y) * canvas.width + left; x < part.width; x++, i++, n += 4) part.data[n] = 255 * (touch[i] ?? 0) + 0.5;
    this.#mask.putImageData(part, left, top);
    return canvas;
  }

  #followed(stroke: BrushStroke): SnappedStroke {
    const [begin] = stroke.points;
    const known =
      this.#growing?.begin === begin && this.#growing !== null && this.#growing.points <= stroke.points.length ? this.#growing : null;
    const { data, width, height } = this.#pixels;
    const snapped = known?.stroke ?? new SnappedStroke({ data, width, height, channels: 4 }, stroke);
    snapped.follow(stroke.points.slice(known?.points ?? 0));
    this.#growing = { begin, points: stroke.points.length, stroke: snapped };
    return snapped;
  }
}
