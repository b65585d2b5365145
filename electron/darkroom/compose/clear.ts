/**
 * Laying a transparent picture together: the contact shadow as a veil of black, the subject over it, nothing anywhere else. Colours are not
 * multiplied by alpha, as PNG, WebP and TIFF keep them.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import { develop, type Outline } from '../cutout/develop.ts';
import type { Strip } from '../files/raster.ts';
import { eachGlassPixel } from '../glass/layer.ts';
import type { ClearLayers, PlacedPhoto } from './compose.ts';
import { shadeRows } from './shade-rows.ts';

/** Draws some rows of everything onto a canvas of four channels that holds nothing yet: rows that `canvas` has. */
export function layClear(canvas: Strip, { shadow, photo, outline, glass }: ClearLayers, rows: Rows): void {
  if (shadow !== null) {
    const { data, width, top = 0 } = canvas;
    const most = fullOf(canvas);
    shadeRows(shadow, canvas, rows, (y, first, last, light) => {
      for (let x = first; x <= last; x++) data[4 * ((y - top) * width + x) + 3] = (1 - (light[x] as number)) * most + 0.5;
    });
  }
  if (glass !== null) layGlass(canvas, photo, glass, rows);
  laySubject(canvas, photo, outline, rows);
}

/** Over the veil: it lets less light through, and adds haze of its own. */
function layGlass(canvas: Strip, placed: PlacedPhoto, { layer, through }: NonNullable<ClearLayers['glass']>, rows: Rows): void {
  const { data: target, width, top = 0 } = canvas;
  const most = fullOf(canvas);
  const ofPicture = { from: Math.max(0, rows.from - placed.y), to: Math.min(placed.picture.height, rows.to - placed.y) };
  eachGlassPixel(layer, { ...placed, rows: ofPicture }, (x, y, cover, haze) => {
    const cx = x + placed.x;
    if (cx < 0 || cx >= width) return;
    const t = 4 * ((y + placed.y - top) * width + cx);
    const covered = 1 - (1 - (target[t + 3] as number) / most) * (1 - cover * (1 - through));
    if (covered <= 0) return;
    target[t] = target[t + 1] = target[t + 2] = Math.min(most, (most * cover * haze) / covered + 0.5);
    target[t + 3] = covered * most + 0.5;
  });
}

/** The sample that stands for all of it. */
const fullOf = ({ data }: Strip): number => (data instanceof Uint16Array ? 65_535 : 255);

function laySubject(canvas: Strip, placed: PlacedPhoto, outline: Outline, rows: Rows): void {
  const { data: target, width, top = 0 } = canvas;
  const { data: source, width: sourceWidth, height, top: sourceTop = 0 } = placed.picture;
  // From a row of the picture to the memory of the canvas.
  const down = placed.y - top;
  const most = fullOf(canvas);
  develop(
    outline,
    placed.picture,
    placed.part,
    {
      inside(y, x, end) {
        const from = Math.max(x, -placed.x);
        const to = Math.min(end, width - placed.x);
        let s = 3 * ((y - sourceTop) * sourceWidth + from);
        let t = 4 * ((y + down) * width + from + placed.x);
        for (let n = from; n < to; n++, s += 3, t += 4) {
          target[t] = source[s] as number;
          target[t + 1] = source[s + 1] as number;
          target[t + 2] = source[s + 2] as number;
          target[t + 3] = most;
        }
      },
      edge(y, x, { alpha, r, g, b }) {
        const cx = x + placed.x;
        if (cx < 0 || cx >= width) return;
        const t = 4 * ((y + down) * width + cx);
        // Over the veil or glass: what those cover shows as far as the subject does not.
        const covered = alpha + ((target[t + 3] as number) / most) * (1 - alpha);
        if (covered <= 0) return;
        const share = alpha / covered;
        const rest = 1 - share;
        target[t] = r * share + (target[t] as number) * rest + 0.5;
        target[t + 1] = g * share + (target[t + 1] as number) * rest + 0.5;
        target[t + 2] = b * share + (target[t + 2] as number) * rest + 0.5;
        target[t + 3] = covered * most + 0.5;
      },
    },
    { from: Math.max(0, rows.from - placed.y), to: Math.min(height, rows.to - placed.y) },
  );
}
