/** The canvas of one export: it lies in a file, is painted there, and everything is laid over it strip by strip. */
import type { Size } from '../../../shared/edit/placement.ts';
import type { Background } from '../../../shared/edit/recipe.ts';
import { RowFile, type Workplace } from '../files/row-file.ts';
import { type BackgroundWanted, type PaintedBackground, paintBackground } from './backdrop.ts';
import type { Bands, LentPhoto, Overlay } from './bands.ts';

/** A part of the photo at the canvas' scale, in a file that whoever made it removes. */
export interface PhotoRows extends Omit<LentPhoto, 'file'> {
  readonly file: RowFile;
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
  async lay(overlay: Overlay, { file: rows, ...placed }: PhotoRows, calm: boolean): Promise<RowFile> {
    const canvas = await this.begin();
    await canvas.lend((file) => rows.lend((photo) => this.#bands.lay(file, { overlay, photo: { file: photo, ...placed }, calm })));
    return canvas;
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
