/** The canvas of one export: it lies in a file, is painted there, and everything is laid over it strip by strip. */
import type { Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Size } from '../../../shared/edit/placement.ts';
import type { Background } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import { RowFile, type Workplace } from '../files/row-file.ts';
import { giveBack, type SharedStrip, stripsOf, takeStrip } from '../files/shared-rasters.ts';
import { calmPanes } from '../glass/layer.ts';
import { type BackgroundWanted, type PaintedBackground, paintBackground } from './backdrop.ts';
import type { Bands, Overlay } from './bands.ts';

/** A part of the photo at the canvas' scale, in a file. */
export interface PhotoRows {
  readonly file: RowFile;
  /** Fractions of the photo. */
  readonly part: Rect;
  /** Where its top left corner lies on the canvas. */
  readonly x: number;
  readonly y: number;
}

/** What an export wants behind its subject. */
export interface CanvasWanted extends Omit<BackgroundWanted, 'background'> {
  readonly background: Background;
  readonly size: Size;
  /** In 16 bits. */
  readonly deep: boolean;
}

/** One export's canvas. Whoever made it closes it. */
export class Canvas {
  readonly #bands: Bands;
  readonly #wanted: CanvasWanted;
  readonly #place: Workplace;
  #painting: Promise<RowFile> | null = null;

  constructor(bands: Bands, wanted: CanvasWanted, place: Workplace) {
    this.#bands = bands;
    this.#wanted = wanted;
    this.#place = place;
  }

  /**
   * Makes what lies behind the subject, once. It needs nothing of the photo but its shape: it is painted while one core works the edges out.
   * Its failure is told where it is waited for, unless the subject's comes first.
   */
  begin(): Promise<RowFile> {
    this.#painting ??= this.#paint();
    this.#painting.catch(() => undefined);
    return this.#painting;
  }

  /**
   * Lays everything over it.
   * @param calm whether panes lose the colour of the old light
   * @returns the finished picture, which belongs to the canvas
   */
  async lay(overlay: Overlay, photo: PhotoRows, calm: boolean): Promise<RowFile> {
    const file = await this.begin();
    const clear = file.shape.channels === 4;
    const laying = this.#bands.lay(clear ? 'lay-clear' : 'lay', overlay);
    try {
      for (const rows of stripsOf(file.shape)) {
        const strip = takeStrip(file.shape, rows);
        if (clear) strip.data.fill(0);
        else await file.read(rows, strip.data);
        const picture = await seenAt(photo, rows);
        const { part, x, y } = photo;
        if (calm && overlay.glass !== null) calmPanes(overlay.glass.layer, { picture, part, rows: rowsOf(picture) });
        await laying.strip(strip, rows, { picture, part, x, y });
        await file.write(rows, strip.data);
        giveBack(picture);
        giveBack(strip);
      }
    } finally {
      laying.end();
    }
    return file;
  }

  /** Takes its file away. */
  async close(): Promise<void> {
    const file = await this.#painting?.catch(() => null);
    await file?.remove();
  }

  async #paint(): Promise<RowFile> {
    const { background, size, deep } = this.#wanted;
    const channels = background.kind === 'transparent' ? 4 : 3;
    const file = await RowFile.create(this.#place, { ...size, channels, depth: deep ? 16 : 8 });
    try {
      if (isPainted(background)) await paintBackground(this.#bands, { ...this.#wanted, background }, file, this.#place);
      return file;
    } catch (error) {
      await file.remove();
      throw error;
    }
  }
}

const isPainted = (background: Background): background is PaintedBackground => background.kind !== 'transparent';

/** The rows of the photo that lie on these rows of the canvas, and one more on either side for edges to look at. */
async function seenAt({ file, y }: PhotoRows, { from, to }: Rows): Promise<SharedStrip> {
  const { height } = file.shape;
  const first = Math.min(height, Math.max(0, from - y - 1));
  const rows = { from: first, to: Math.max(first, Math.min(height, to - y + 1)) };
  const strip = takeStrip(file.shape, rows);
  await file.read(rows, strip.data);
  return strip;
}

const rowsOf = ({ data, width, top }: SharedStrip): Rows => ({ from: top, to: top + data.length / (3 * width) });
