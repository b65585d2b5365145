/** The contact shadow at preview size. While a new one is painted, the last one moves along with the subject. */
import type { Size } from '../../../shared/edit/placement.ts';
import type { Shadow } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import { paintshop } from './paintshop.ts';
import type { Picture } from './pictures.ts';

/** The worker shrinks the cut-out to 800 px itself: this is enough for it. */
const CUTOUT_EDGE = 1100;

interface Painted {
  readonly bitmap: ImageBitmap;
  /** Which photo, and where it lay. */
  readonly photoId: string;
  readonly photo: Rect;
}

interface ShadowAsked {
  readonly photoId: string;
  readonly revision: number;
  readonly cutout: Picture;
  readonly canvas: Size;
  readonly photo: Rect;
  readonly shadow: Shadow;
}

/** Where a shadow that was painted for one place of the photo lies now, in fractions of the canvas. Pure. */
export function movedAlong(painted: Rect, now: Rect): Rect {
  const kx = now.width / painted.width;
  const ky = now.height / painted.height;
  return { x: now.x - painted.x * kx, y: now.y - painted.y * ky, width: kx, height: ky };
}

/** A shadow that only has to move waits until the subject stands still: it moves along meanwhile. */
const SETTLED_MS = 120;

/** The shadow of one canvas; `onChange` is called when a new one is painted. */
export class Shadows {
  #painted: Painted | null = null;
  #asked = { look: '', place: '' };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #painting = '';
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether the shadow that was asked for last is still to come. */
  get busy(): boolean {
    return this.#timer !== undefined || this.#painting !== '';
  }

  get(wanted: ShadowAsked): { readonly bitmap: ImageBitmap; readonly at: Rect } | null {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (wanted.shadow.kind === 'none' || wanted.shadow.strength === 0) return null;
    const { photo, canvas } = wanted;
    const look = `${wanted.photoId} ${wanted.revision} ${JSON.stringify(wanted.shadow)}`;
    const place = [photo.x, photo.y, photo.width, photo.height, canvas.width / canvas.height].map((value) => value.toFixed(4)).join();
    if (look !== this.#asked.look) this.#paint({ look, place }, wanted);
    else if (place !== this.#asked.place) this.#timer = setTimeout(() => this.#paint({ look, place }, wanted), SETTLED_MS);
    if (this.#painted === null || this.#painted.photoId !== wanted.photoId) return null;
    return { bitmap: this.#painted.bitmap, at: movedAlong(this.#painted.photo, photo) };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#painted?.bitmap.close();
    this.#painted = null;
  }

  #paint(key: { look: string; place: string }, { photoId, cutout, canvas, photo, shadow }: ShadowAsked): void {
    this.#asked = key;
    this.#timer = undefined;
    const source = cutout.levels.find((level) => Math.max(level.width, level.height) <= CUTOUT_EDGE) ?? cutout.levels.at(-1);
    if (source === undefined) return;
    const job = `${key.look} ${key.place}`;
    this.#painting = job;
    paintshop.ask(
      'shadow',
      async () => ({ kind: 'shadow', cutout: await createImageBitmap(source), canvas, photo, shadow }),
      (bitmap) => {
        if (this.#painting === job) this.#painting = '';
        this.#painted?.bitmap.close();
        this.#painted = { bitmap, photoId, photo };
        this.#onChange();
      },
    );
  }
}
