/**
 * The rendered samples' subjects, clean of their own room, to be placed before another background: with the exact matte, what a half covered pixel shows of
 * the subject can be worked out.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { unmix } from '../../electron/darkroom/cutout/foreground.ts';
import { enlarge, type Planes, reduce } from '../../electron/darkroom/filters/planes.ts';
import { pullPush } from '../../electron/darkroom/filters/pull-push.ts';
import { sharedScratch } from '../../electron/darkroom/filters/scratch-memory.ts';
import { root } from '../../scripts/setup/places.mjs';
import { BACKDROPS, SAMPLES } from './backdrops.ts';

/** A photo with its exact matte beside it; paths. */
export interface Sample {
  readonly name: string;
  readonly photo: string;
  /** An image of the photo's size. */
  readonly truth: string;
}

/** The rendered samples that the product shows, in the order of the alphabet. */
export const samples: readonly Sample[] = samplesIn(SAMPLES);

/** What is hard to cut out, rendered for this (scripts/samples): dark tyres on a dark road, spokes, glass, hair. */
export const hardSamples: readonly Sample[] = samplesIn(join(root, 'test', 'fixtures', 'subjects'));

function samplesIn(folder: string): Sample[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jpg'))
    .map((file) => file.replace('.jpg', ''))
    .sort()
    .map((name) => ({ name, photo: join(folder, `${name}.jpg`), truth: join(folder, `${name}.matte.png`) }));
}

/** The names of the backdrops that a sample was not photographed before. */
export const backdropsFor = (name: string): readonly string[] =>
  Object.keys(BACKDROPS).filter((backdrop) => backdrop !== `room of ${name}`);

interface Subject {
  readonly width: number;
  readonly height: number;
  readonly matte: Uint8Array;
  /** RGB, 0..255, of the subject alone; of panes, what they are with nothing behind them. */
  readonly colours: Planes;
  /** The share of display value that comes through from behind, 0..1, of the whole pixel; null without panes. */
  readonly through: Float32Array | null;
}

const subjects = new Map<Sample, Promise<Subject>>();

function subjectOf(sample: Sample): Promise<Subject> {
  const known = subjects.get(sample) ?? cleaned(sample);
  subjects.set(sample, known);
  return known;
}

/** What is unmixed with is smooth: it is worked out at this fraction of the photo's size. */
const STEP = 4;

async function cleaned(sample: Sample): Promise<Subject> {
  const { data, info } = await sharp(sample.photo).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const size = { width: info.width, height: info.height };
  const matte = await grey(sample.truth);
  const through = await closePanes(sample, data, matte);
  const whole = { ...size, left: 0, top: 0, right: size.width, bottom: size.height, outerLeft: 0, outerTop: 0 };
  const side = (covered: number): Planes => {
    const sums = (weigh: (i: number) => number) => {
      const plane = new Float32Array(matte.length);
      for (let i = 0; i < plane.length; i++) if (matte[i] === covered) plane[i] = weigh(i);
      return { ...reduce(plane, size, STEP), step: 1 };
    };
    const channel = (c: number) => sums((i) => data[3 * i + c] as number);
    const filled = pullPush(
      [channel(0), channel(1), channel(2)],
      sums(() => 1),
    );
    const full = (c: 0 | 1 | 2) => enlarge({ ...filled[c], step: STEP }, whole, sharedScratch);
    return [full(0), full(1), full(2)];
  };
  const [fore, back] = [side(255), side(0)];
  for (const c of [0, 1, 2] as const) {
    for (let i = 0; i < matte.length; i++) {
      const clean = unmix(data[3 * i + c] as number, (matte[i] as number) / 255, fore[c][i] as number, back[c][i] as number);
      fore[c][i] = Math.min(255, Math.max(0, clean));
    }
  }
  return { ...size, matte, colours: fore, through };
}

const grey = (path: string): Promise<Buffer> => sharp(path).toColourspace('b-w').raw().toBuffer();

/** Puts what panes look like with nothing behind them into the photo, where it was rendered too; see scripts/samples/render.ts. */
async function closePanes({ photo }: Sample, data: Buffer, matte: Buffer): Promise<Float32Array | null> {
  const map = (name: string): string => photo.replace('.jpg', `.${name}.png`);
  if (!existsSync(map('through'))) return null;
  const [open, pane] = [await grey(map('through')), await grey(map('pane'))];
  const closed = await sharp(map('closed')).removeAlpha().raw().toBuffer();
  for (let i = 0; i < data.length; i++) if (pane[Math.floor(i / 3)] !== 0) data[i] = closed[i] as number;
  // Pictures are mixed in display values: a share of light is more of those.
  return Float32Array.from(open, (light, i) => {
    const cover = (matte[i] as number) / 255;
    return cover === 0 ? 0 : cover * Math.min(1, light / 255 / cover) ** (1 / 2.2);
  });
}

/** A sample's subject before a backdrop that it was not photographed before, with a camera's noise on the backdrop: a PNG. */
export async function placedBefore(sample: Sample, backdrop: string): Promise<Buffer> {
  const { width, height, matte, colours, through } = await subjectOf(sample);
  const draw = BACKDROPS[backdrop];
  if (draw === undefined) throw new Error(`There is no backdrop ${backdrop}.`);
  const picture = await (await draw({ width, height })).raw().toBuffer();
  for (let i = 0; i < matte.length; i++) {
    const alpha = (matte[i] as number) / 255;
    const open = 1 - alpha + (through?.[i] ?? 0);
    for (let c = 0; c < 3; c++) {
      const behind = (picture[3 * i + c] as number) + noise(3 * i + c);
      const value = alpha * ((colours[c] as Float32Array)[i] as number) + open * behind;
      picture[3 * i + c] = Math.min(255, Math.max(0, Math.round(value)));
    }
  }
  return sharp(picture, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

/** About -3 to 3, the same every time. */
function noise(n: number): number {
  let bits = Math.imul(n ^ (n >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  bits ^= bits >>> 16;
  return (((bits >>> 24) & 7) + ((bits >>> 18) & 7) - 7) / 2;
}
