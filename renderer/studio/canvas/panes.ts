/** Glass over the new background at any tint, from the one picture that the darkroom makes of it (see pictureUrl). */

import type { Rect } from '../../../shared/edit/rect.ts';
import { levelFor, type Picture } from './pictures.ts';

/** Share of display value that glass lets through, of a share of light: pictures are mixed in display values. */
export const displayShare = (light: number): number => light ** (1 / 2.2);

/** Draws glass. What it darkens with is kept between frames: a tint that is dragged costs two drawings. */
export class Panes {
  #of: ImageBitmap | null = null;
  #dark: OffscreenCanvas | null = null;

  /** @param tint the share of light that comes through */
  draw(context: CanvasRenderingContext2D, glass: Picture, at: Rect, tint: number): void {
    const level = levelFor(glass, at.width);
    context.save();
    context.globalAlpha = 1 - displayShare(tint);
    context.drawImage(this.#darkened(level), at.x, at.y, at.width, at.height);
    context.globalAlpha = 1;
    context.globalCompositeOperation = 'lighter';
    context.drawImage(level, at.x, at.y, at.width, at.height);
    context.restore();
  }

  /** The same shape in black. */
  #darkened(level: ImageBitmap): OffscreenCanvas {
    if (this.#dark !== null && this.#of === level) return this.#dark;
    const canvas = new OffscreenCanvas(level.width, level.height);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('No drawing surface.');
    context.drawImage(level, 0, 0);
    context.globalCompositeOperation = 'source-in';
    context.fillRect(0, 0, level.width, level.height);
    this.#of = level;
    this.#dark = canvas;
    return canvas;
  }
}
