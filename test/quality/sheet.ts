/**
 * The contact sheet: of every picture the place where its finished matte errs most, at 100 %, as photographed and as cut out by the truth, by the network
 * and by the finished matte. A page with all of them, and a picture with the worst.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Size } from '../../shared/edit/placement.ts';
import type { MatteErrors } from './errors.ts';
import type { Step, Stepped } from './steps.ts';

/** One picture with the errors of its matte after each step. */
export interface Judged {
  readonly name: string;
  readonly errors: Readonly<Record<Step, MatteErrors>>;
}

const CROP = 256;
const GAP = 4;
const LABEL = 22;
/** No sample has it: what is left of the old background stands out. */
const GROUND = [216, 80, 200] as const;
const COLUMNS = ['photo', 'cut out by the truth', 'by the network', 'finished'] as const;
const WIDTH = COLUMNS.length * (CROP + GAP) - GAP;
/** Rows of the sheet that is one picture. */
const WORST = 24;

/** Collects strips as pictures are judged, and writes the sheets in the end. */
export class ContactSheet {
  readonly #folder: string;
  readonly #strips = new Map<string, Buffer>();

  /** @param folder emptied of former strips */
  constructor(folder: string) {
    this.#folder = folder;
    rmSync(join(folder, 'strips'), { recursive: true, force: true });
    mkdirSync(join(folder, 'strips'), { recursive: true });
  }

  async add(name: string, { guide, truth, mattes }: Stepped): Promise<void> {
    const place = worstPlace(mattes.edges, truth, guide);
    const { width, height } = place;
    const cells = [null, truth, mattes.combined, mattes.edges].map((matte) => cutOut(guide, matte, place));
    const strip = await sharp({ create: { width: WIDTH, height: CROP, channels: 3, background: '#ffffff' } })
      .composite(cells.map((input, n) => ({ input, raw: { width, height, channels: 3 }, left: n * (CROP + GAP), top: 0 })))
      .png()
      .toBuffer();
    this.#strips.set(name, strip);
    writeFileSync(join(this.#folder, 'strips', fileOf(name)), strip);
  }

  /** Writes contact-sheet.html (all, the worst first) and contact-sheet.png (those in which the last step makes the outline worse, and the worst). */
  async write(judged: readonly Judged[], band: number): Promise<void> {
    const error = ({ errors }: Judged, step: Step): number => errors[step].edgeBands[band] ?? 0;
    const gain = (one: Judged): number => error(one, 'combined') - error(one, 'edges');
    const said = (one: Judged): string => `${one.name}: ${error(one, 'combined').toFixed(4)} → ${error(one, 'edges').toFixed(4)}`;
    const byError = judged.toSorted((a, b) => error(b, 'edges') - error(a, 'edges'));
    const rows = byError.map((one) => `<p>${said(one)}</p><img src="strips/${fileOf(one.name)}" width="${WIDTH}" height="${CROP}" alt="">`);
    const page = `<!doctype html><meta charset="utf-8"><title>Mattes at 100 %</title><style>body{font:14px sans-serif;margin:16px}p{margin:14px 0 4px}img{display:block}</style><p>${COLUMNS.join(' | ')}; error along the outline before and after the edge step</p>${rows.join('\n')}\n`;
    writeFileSync(join(this.#folder, 'contact-sheet.html'), page);
    const worse = judged.filter((one) => gain(one) < 0).toSorted((a, b) => gain(a) - gain(b));
    const shown = [...worse, ...byError.filter((one) => !worse.includes(one))].slice(0, WORST);
    const row = CROP + LABEL;
    const layers = shown.flatMap((one, n) => {
      const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${LABEL}"><text x="4" y="16" font-family="sans-serif" font-size="14">${said(one)}</text></svg>`;
      return [
        { input: Buffer.from(text), left: 0, top: n * row },
        { input: this.#strips.get(one.name) ?? Buffer.alloc(0), left: 0, top: n * row + LABEL },
      ];
    });
    await sharp({ create: { width: WIDTH, height: Math.max(1, shown.length * row), channels: 3, background: '#ffffff' } })
      .composite(layers)
      .png()
      .toFile(join(this.#folder, 'contact-sheet.png'));
  }
}

const fileOf = (name: string): string => `${name.replaceAll(/[^a-z0-9]+/g, '-')}.png`;

interface Place extends Size {
  readonly left: number;
  readonly top: number;
}

/** The window with the largest sum of differences, of those that lie on a grid of half windows. */
function worstPlace(matte: Uint8Array, truth: Uint8Array, { width, height }: Size): Place {
  const size = { width: Math.min(CROP, width), height: Math.min(CROP, height) };
  let [most, left, top] = [-1, 0, 0];
  for (let y = 0; y + size.height <= height; y += CROP / 2) {
    for (let x = 0; x + size.width <= width; x += CROP / 2) {
      let sum = 0;
      for (let v = y; v < y + size.height; v++) {
        for (let i = v * width + x; i < v * width + x + size.width; i++) sum += Math.abs((matte[i] as number) - (truth[i] as number));
      }
      if (sum > most) [most, left, top] = [sum, x, y];
    }
  }
  return { ...size, left, top };
}

/** The crop over `GROUND`; as photographed without a matte. */
function cutOut({ data, width }: Stepped['guide'], matte: Uint8Array | null, place: Place): Buffer {
  const out = Buffer.alloc(3 * place.width * place.height);
  for (let y = 0, o = 0; y < place.height; y++) {
    for (let x = 0; x < place.width; x++) {
      const i = (place.top + y) * width + place.left + x;
      const alpha = matte === null ? 1 : (matte[i] as number) / 255;
      for (const ground of GROUND) out[o] = Math.round(alpha * (data[3 * i + (o++ % 3)] as number) + (1 - alpha) * ground);
    }
  }
  return out;
}
