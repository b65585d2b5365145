/**
 * Decoded pictures of the canvas. Each is kept with halved copies: drawing the nearest size is both faster and cleaner than
 * shrinking the largest one at every frame. The least recently drawn go when the budget is full.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Largest first, each half of the one before. */
  readonly levels: readonly ImageBitmap[];
}

type Entry =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly picture: Picture; drawnAt: number }
  | { readonly state: 'failed' };

const BUDGET_PIXELS = 60_000_000;
const SMALLEST_LEVEL = 320;
/** What was drawn this recently is on the screen: letting it go would only load it again. */
const ON_SCREEN_MS = 1500;

/** A cache of decoded pictures by address, within a budget of pixels. */
export class Pictures {
  readonly #entries = new Map<string, Entry>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /**
   * The picture when it is there; else starts loading it and answers null. `onChange` is called when it arrives.
   * @param levels 'one' for pictures that are only drawn at full size.
   */
  get(url: string, levels: 'one' | 'many' = 'many'): Picture | null {
    const entry = this.#entries.get(url);
    if (entry === undefined) {
      this.#entries.set(url, { state: 'loading' });
      void this.#load(url, levels);
      return null;
    }
    // Last in the map is most recently used.
    this.#entries.delete(url);
    this.#entries.set(url, entry);
    if (entry.state !== 'ready') return null;
    entry.drawnAt = performance.now();
    return entry.picture;
  }

  /** Whether anything is being loaded. */
  get busy(): boolean {
    return this.#entries.values().some(({ state }) => state === 'loading');
  }

  failed(url: string): boolean {
    return this.#entries.get(url)?.state === 'failed';
  }

  /** Forgets failures, so that the next look tries again. */
  retry(): void {
    for (const [url, entry] of this.#entries) if (entry.state === 'failed') this.#entries.delete(url);
    this.#onChange();
  }

  close(): void {
    for (const entry of this.#entries.values()) release(entry);
    this.#entries.clear();
  }

  async #load(url: string, levels: 'one' | 'many'): Promise<void> {
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(String(response.status));
      const largest = await createImageBitmap(await response.blob());
      const picture = { width: largest.width, height: largest.height, levels: levels === 'one' ? [largest] : await levelsOf(largest) };
      this.#entries.set(url, { state: 'ready', picture, drawnAt: performance.now() });
      this.#makeRoom();
    } catch {
      this.#entries.set(url, { state: 'failed' });
    }
    this.#onChange();
  }

  #makeRoom(): void {
    let pixels = 0;
    for (const entry of this.#entries.values()) if (entry.state === 'ready') pixels += entry.picture.width * entry.picture.height * 1.33;
    const onScreen = performance.now() - ON_SCREEN_MS;
    for (const [url, entry] of this.#entries) {
      if (pixels <= BUDGET_PIXELS) return;
      if (entry.state !== 'ready' || entry.drawnAt > onScreen) continue;
      pixels -= entry.picture.width * entry.picture.height * 1.33;
      release(entry);
      this.#entries.delete(url);
    }
  }
}

function release(entry: Entry): void {
  if (entry.state === 'ready') for (const level of entry.picture.levels) level.close();
}

async function levelsOf(largest: ImageBitmap): Promise<ImageBitmap[]> {
  const levels = [largest];
  let last = largest;
  while (Math.max(last.width, last.height) / 2 >= SMALLEST_LEVEL) {
    last = await createImageBitmap(last, {
      resizeWidth: Math.max(1, Math.round(last.width / 2)),
      resizeHeight: Math.max(1, Math.round(last.height / 2)),
      resizeQuality: 'high',
    });
    levels.push(last);
  }
  return levels;
}

/** The smallest level that still has a pixel for every pixel drawn. `width`: what the whole picture takes on the canvas. */
export function levelFor(picture: Picture, width: number): ImageBitmap {
  let best = picture.levels[0] as ImageBitmap; // A picture always has its largest level.
  for (const level of picture.levels) if (level.width >= width * 0.96) best = level;
  return best;
}
