/** Backdrops at preview size: a small one at once, the sharp one right after, kept while they are likely to be looked at again. */
import { type BackdropSpec, specOf } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Size } from '../../../shared/edit/placement.ts';
import type { BuiltInBackground } from '../../../shared/edit/recipe.ts';
import { paintshop } from './paintshop.ts';

const SMALL_EDGE = 480;
const LARGE_EDGE = 2048;
const KEPT = 8;

const keyOf = (spec: BackdropSpec, size: Size): string =>
  `${spec.style} ${spec.colour} ${spec.colour2} ${spec.seed} ${(size.width / size.height).toFixed(3)}`;

const sized = (canvas: Size, edge: number): Size => {
  const k = Math.min(1, edge / Math.max(canvas.width, canvas.height));
  return { width: Math.max(1, Math.round(canvas.width * k)), height: Math.max(1, Math.round(canvas.height * k)) };
};

/** The backdrops of one canvas; `onChange` is called when a better bitmap is there. */
export class Backdrops {
  readonly #kept = new Map<string, ImageBitmap>();
  #last: ImageBitmap | null = null;
  readonly #asked = new Set<string>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether a better bitmap than the last one given is on its way. */
  get busy(): boolean {
    return this.#asked.size > 0;
  }

  /**
   * The best bitmap there is for this backdrop; the one shown before while there is none, so that nothing flashes.
   * @param drawn how large it will be drawn, in device pixels.
   */
  get(background: BuiltInBackground, canvas: Size, drawn: Size): ImageBitmap | null {
    const spec = specOf(background);
    const key = keyOf(spec, canvas);
    const small = sized(canvas, Math.min(SMALL_EDGE, Math.max(drawn.width, drawn.height)));
    const large = sized(canvas, Math.min(LARGE_EDGE, Math.ceil(Math.max(drawn.width, drawn.height) / 256) * 256));
    const have = this.#kept.get(key);
    if (have === undefined) this.#paint(key, spec, small);
    else if (have.width < large.width * 0.98) this.#paint(key, spec, large);
    if (have !== undefined) this.#last = have;
    return have ?? this.#last;
  }

  #paint(key: string, spec: BackdropSpec, size: Size): void {
    const job = `${key} ${size.width}`;
    if (this.#asked.has(job)) return;
    this.#asked.clear();
    this.#asked.add(job);
    paintshop.ask(
      'backdrop',
      () => ({ kind: 'backdrop', spec, size }),
      (bitmap) => {
        this.#asked.delete(job);
        this.#kept.delete(key);
        this.#kept.set(key, bitmap);
        for (const oldest of this.#kept.keys()) {
          if (this.#kept.size <= KEPT) break;
          this.#kept.delete(oldest);
        }
        this.#onChange();
      },
    );
  }
}
