/** The pixels of one export's photo, at the canvas' scale, in a file. */
import type { Scene } from '../../../shared/edit/placement.ts';
import { WHOLE } from '../files/raster.ts';
import { readRows } from '../files/read-raster.ts';
import { RowFile, type Workplace } from '../files/row-file.ts';
import type { Source } from '../files/source.ts';
import type { PhotoRows } from './canvas.ts';

/** Where a photo lies on its canvas. */
type Placing = Pick<Scene, 'canvas' | 'photo'>;

/** Decodes them once for every place that they are asked for. Whoever made it closes it. */
export class PhotoPixels {
  readonly #source: Source;
  readonly #depth: 8 | 16;
  readonly #place: Workplace;
  readonly #decoded = new Map<string, Promise<PhotoRows>>();

  constructor(source: Source, depth: 8 | 16, place: Workplace) {
    this.#source = source;
    this.#depth = depth;
    this.#place = place;
  }

  /** Decodes before it is known where the subject is; a failure is told where the pixels are waited for, unless the subject's comes first. */
  begin(placing: Placing): void {
    this.at(placing).catch(() => undefined);
  }

  /** All of the photo, or the part that is on the canvas when it is enlarged beyond. */
  at({ canvas, photo }: Placing): Promise<PhotoRows> {
    const name = JSON.stringify([canvas, photo]);
    const known = this.#decoded.get(name) ?? placePhoto(this.#source, { canvas, photo }, this.#depth, this.#place);
    this.#decoded.set(name, known);
    return known;
  }

  /** Takes their files away. */
  async close(): Promise<void> {
    const decoded = await Promise.allSettled(this.#decoded.values());
    this.#decoded.clear();
    for (const outcome of decoded) if (outcome.status === 'fulfilled') await outcome.value.file.remove();
  }
}

/** The photo at the canvas' scale: all of it, or the part that is on the canvas when it is enlarged beyond. */
async function placePhoto(source: Source, scene: Placing, depth: 8 | 16, place: Workplace): Promise<PhotoRows> {
  const { canvas, photo } = scene;
  const full = {
    width: Math.max(1, Math.round(photo.width * canvas.width)),
    height: Math.max(1, Math.round(photo.height * canvas.height)),
  };
  const x = Math.round(photo.x * canvas.width);
  const y = Math.round(photo.y * canvas.height);
  const visible = {
    left: Math.max(0, -x),
    top: Math.max(0, -y),
    right: Math.min(full.width, canvas.width - x),
    bottom: Math.min(full.height, canvas.height - y),
  };
  const seen = Math.max(0, visible.right - visible.left) * Math.max(0, visible.bottom - visible.top);
  if (seen * PART_WORTH_CUTTING > full.width * full.height) {
    return { file: await readRows(place, source, { size: full, part: null, depth }), part: WHOLE, x, y };
  }
  if (seen === 0)
    return {
      file: await RowFile.create(place, { width: 1, height: 1, channels: 3, depth }),
      part: WHOLE,
      x: canvas.width,
      y: canvas.height,
    };
  // Whole pixels of the photo around what is seen, at the same scale.
  const [scaleX, scaleY] = [full.width / source.width, full.height / source.height];
  const left = Math.max(0, Math.floor(visible.left / scaleX) - 2);
  const top = Math.max(0, Math.floor(visible.top / scaleY) - 2);
  const width = Math.min(source.width, Math.ceil(visible.right / scaleX) + 2) - left;
  const height = Math.min(source.height, Math.ceil(visible.bottom / scaleY) + 2) - top;
  const size = { width: Math.max(1, Math.round(width * scaleX)), height: Math.max(1, Math.round(height * scaleY)) };
  return {
    file: await readRows(place, source, { size, part: { left, top, width, height }, depth }),
    part: { x: left / source.width, y: top / source.height, width: width / source.width, height: height / source.height },
    x: x + Math.round(left * scaleX),
    y: y + Math.round(top * scaleY),
  };
}

/** When the photo is this many times larger than what of it is on the canvas, only that part is enlarged. */
const PART_WORTH_CUTTING = 1.5;
