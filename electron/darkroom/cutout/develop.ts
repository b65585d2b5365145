/**
 * Developing a cut-out at the size of a picture: for every pixel its matte and its own colour, without the old background.
 * Only edges cost anything: what is outside is skipped and what is inside is copied in runs.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Raster, Strip } from '../files/raster.ts';
import { EDGE, INSIDE } from '../filters/zones.ts';

/** Receives a picture's rows as runs. `x` and `y` are pixels of the picture. */
export interface Sink {
  /** Fully covered pixels from `x` to (not including) `end`. */
  inside(y: number, x: number, end: number): void;
  /** One pixel at an edge. The same object each time: to be read, not to be kept. */
  edge(y: number, x: number, seen: Readonly<EdgeColour>): void;
}

/** What a pixel at an edge shows of the subject. */
interface EdgeColour {
  /** Its matte, 0..1. */
  alpha: number;
  /** In the picture's samples: 0..255 or 0..65535. */
  r: number;
  g: number;
  b: number;
}

const VALUES = 10;

/** What is known of a subject's outline, at the size of the guide. */
export interface Outline {
  readonly width: number;
  readonly height: number;
  /** OUTSIDE, INSIDE or EDGE per pixel. */
  readonly zone: Uint8Array;
  readonly edges: Edges;
}

/** What is known near edges, at half the guide's size; elsewhere it is 0. */
export interface Edges {
  readonly width: number;
  readonly height: number;
  /** Four per pixel: alpha = l0 r + l1 g + l2 b + l3 for samples in 0..1. */
  readonly linear: Float32Array;
  /** Six per pixel, 0..255: mean colour of the subject, mean colour of the background. */
  readonly sides: Uint8Array;
}

/**
 * @param picture the photo, or the part of it that `part` says (fractions of the photo)
 * @param rows of the picture, which `picture` has, and one more on either side; all of them when not given
 */
export function develop(cutout: Outline, picture: Strip, part: Rect, sink: Sink, rows: Rows = { from: 0, to: picture.height }): void {
  const { width, height } = picture;
  const { edges } = cutout;
  const stepX = (part.width * cutout.width) / width;
  const stepY = (part.height * cutout.height) / height;
  const zone = new Uint8Array(cutout.width + 1);
  const values = new Float32Array(edges.width * VALUES);
  const pixel = new EdgePixel(picture, 1 / stepX, values, sink);
  const row: RowOfGuide = {
    ...{ cells: cutout.width, zone, edges: edges.width, width },
    shrink: edges.width / cutout.width,
    start: part.x * cutout.width - 0.5,
    step: stepX,
  };
  // Several rows of a large picture lie between the same two of the guide.
  let mixed = Number.NaN;
  let hasEdges = false;
  for (let y = rows.from; y < rows.to; y++) {
    const at = part.y * cutout.height + (y + 0.5) * stepY;
    const upper = Math.floor(at - 0.5);
    if (upper !== mixed) {
      mixZones(cutout, clamp(upper, cutout.height), clamp(upper + 1, cutout.height), zone);
      hasEdges = zone.includes(EDGE);
      mixed = upper;
    }
    if (hasEdges) mixRows(edges, (at * edges.height) / cutout.height - 0.5, values);
    developRow(row, y, pixel, sink);
  }
}

/** The matte alone, at edges, in bytes. */
export function developAlpha(cutout: Outline, guide: Raster, alpha: Uint8Array): void {
  develop(
    cutout,
    guide,
    { x: 0, y: 0, width: 1, height: 1 },
    {
      inside: () => undefined,
      edge(y, x, seen) {
        alpha[y * guide.width + x] = 255 * seen.alpha + 0.5;
      },
    },
  );
}

const clamp = (value: number, length: number): number => Math.min(length - 1, Math.max(0, value));

/** zone[n] is what lies between the guide's columns n-1 and n, looking at both rows. */
function mixZones(cutout: Outline, upper: number, lower: number, zone: Uint8Array): void {
  const { width, zone: known } = cutout;
  let before = -1;
  for (let x = 0, up = upper * width, low = lower * width; x < width; x++, up++, low++) {
    const above = known[up] as number;
    const here = above === known[low] ? above : EDGE;
    zone[x] = before === -1 || before === here ? here : EDGE;
    before = here;
  }
  zone[width] = before;
}

/** The edge values of one line between two rows. */
function mixRows({ width, height, linear, sides }: Edges, at: number, values: Float32Array): void {
  const upper = clamp(Math.floor(at), height) * width;
  const lower = clamp(Math.floor(at) + 1, height) * width;
  const t = at - Math.floor(at);
  for (let x = 0; x < width; x++) {
    const u = upper + x;
    const l = lower + x;
    // Nothing is known away from edges.
    if (linear[4 * u + 3] === 0 && linear[4 * l + 3] === 0 && linear[4 * u] === 0 && linear[4 * l] === 0) continue;
    const o = x * VALUES;
    for (let c = 0; c < 4; c++) {
      const a = linear[4 * u + c] as number;
      values[o + c] = a + t * ((linear[4 * l + c] as number) - a);
    }
    for (let c = 0; c < 6; c++) {
      const a = sides[6 * u + c] as number;
      values[o + 4 + c] = a + t * ((sides[6 * l + c] as number) - a);
    }
  }
}

/** How a row of the picture lies in the guide. */
interface RowOfGuide {
  /** Pixels of the guide in a row. */
  readonly cells: number;
  readonly zone: Uint8Array;
  /** Pixels of the edges in a row. */
  readonly edges: number;
  /** From a pixel of the guide to one of the edges. */
  readonly shrink: number;
  /** Where the row begins, in the guide. */
  readonly start: number;
  /** How far a pixel of the picture goes there. */
  readonly step: number;
  /** Pixels of the picture in a row. */
  readonly width: number;
}

function developRow({ cells, zone, edges, shrink, start, step, width }: RowOfGuide, y: number, pixel: EdgePixel, sink: Sink): void {
  let runStart = -1;
  for (let x = 0; x < width; ) {
    let cell = Math.min(cells, Math.max(0, Math.floor(start + (x + 0.5) * step) + 1));
    const kind = zone[cell] as number;
    while (cell < cells && zone[cell + 1] === kind) cell++;
    // Of the last cell that is of the same kind; beyond the guide it goes on as it ends.
    const end = cell === cells ? width : Math.min(width, Math.max(x + 1, Math.ceil((cell - start) / step - 0.5)));
    if (kind === INSIDE) {
      if (runStart < 0) runStart = x;
    } else if (runStart >= 0) {
      sink.inside(y, runStart, x);
      runStart = -1;
    }
    if (kind === EDGE) {
      for (let n = x; n < end; n++) {
        const fine = (start + (n + 0.5) * step + 0.5) * shrink - 0.5;
        const left = Math.floor(fine);
        pixel.develop(clamp(left, edges) * VALUES, clamp(left + 1, edges) * VALUES, fine - left, y, n);
      }
    }
    x = end;
  }
  if (runStart >= 0) sink.inside(y, runStart, width);
}

/**
 * Where subject and background are alike, small differences decide, and in a large photo those are the sensor's noise. `STEEP` is
 * how much the matte changes per full scale of colour before a pixel is worked out from the mean of itself and its neighbours (fully
 * so at twice that): it halves the noise, and there is no sharp edge to lose.
 */
const STEEP = 4;
/** In pixels of the picture per pixel of the guide: below that the neighbours are other things. */
const CALM_FROM = 1.8;

/** Works out one pixel at an edge. */
class EdgePixel {
  readonly #data: Uint8Array | Uint16Array;
  readonly #width: number;
  readonly #height: number;
  readonly #top: number;
  readonly #full: number;
  readonly #calm: boolean;
  readonly #values: Float32Array;
  readonly #sink: Sink;
  /** Handed to the sink for every pixel: there are too many for an object each. */
  readonly #seen: EdgeColour = { alpha: 0, r: 0, g: 0, b: 0 };

  /** @param scale pixels of the picture per pixel of the guide; @param values what is known of the row that is developed (mixRows) */
  constructor(picture: Strip, scale: number, values: Float32Array, sink: Sink) {
    this.#data = picture.data;
    this.#width = picture.width;
    this.#height = picture.height;
    this.#top = picture.top ?? 0;
    this.#full = picture.data instanceof Uint16Array ? 65535 : 255;
    this.#calm = scale >= CALM_FROM;
    this.#values = values;
    this.#sink = sink;
  }

  /** @param t where it lies between the values at `left` and those at `right` */
  develop(left: number, right: number, t: number, y: number, x: number): void {
    const at = 3 * ((y - this.#top) * this.#width + x);
    const values = this.#values;
    const full = this.#full;
    const data = this.#data;
    const r = data[at] as number;
    const g = data[at + 1] as number;
    const b = data[at + 2] as number;
    const slopeR = mix(values, left, right, t);
    const slopeG = mix(values, left + 1, right + 1, t);
    const slopeB = mix(values, left + 2, right + 2, t);
    let alpha = (slopeR * r + slopeG * g + slopeB * b) / full + mix(values, left + 3, right + 3, t);
    const steepness = Math.abs(slopeR) + Math.abs(slopeG) + Math.abs(slopeB);
    if (this.#calm && steepness > STEEP) {
      const west = x > 0 ? at - 3 : at;
      const east = x < this.#width - 1 ? at + 3 : at;
      const north = y > 0 ? at - 3 * this.#width : at;
      const south = y < this.#height - 1 ? at + 3 * this.#width : at;
      const around = (c: number): number =>
        0.2 * ((data[west + c] as number) + (data[east + c] as number) + (data[north + c] as number) + (data[south + c] as number));
      const weight = Math.min(1, steepness / STEEP - 1);
      const change = slopeR * (around(0) - 0.8 * r) + slopeG * (around(1) - 0.8 * g) + slopeB * (around(2) - 0.8 * b);
      alpha += (weight * change) / full;
    }
    if (alpha <= 0) return;
    const seen = this.#seen;
    if (alpha >= 1) {
      seen.alpha = 1;
      seen.r = r;
      seen.g = g;
      seen.b = b;
    } else {
      const scale = full / 255;
      seen.alpha = alpha;
      seen.r = clean(r, alpha, scale * mix(values, left + 4, right + 4, t), scale * mix(values, left + 7, right + 7, t), full);
      seen.g = clean(g, alpha, scale * mix(values, left + 5, right + 5, t), scale * mix(values, left + 8, right + 8, t), full);
      seen.b = clean(b, alpha, scale * mix(values, left + 6, right + 6, t), scale * mix(values, left + 9, right + 9, t), full);
    }
    this.#sink.edge(y, x, seen);
  }
}

const mix = (values: Float32Array, a: number, b: number, t: number): number => {
  const from = values[a] as number;
  return from + t * ((values[b] as number) - from);
};

/** `unmix` of foreground.ts in the picture's own samples, clamped. */
function clean(sample: number, alpha: number, fore: number, back: number, full: number): number {
  const value = fore + alpha * (sample - alpha * fore - (1 - alpha) * back);
  return Math.min(full, Math.max(0, value));
}
