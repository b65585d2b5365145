/** Cars rendered with panes that one sees through, and what is exactly true of them (scripts/samples/render.ts). */
import { join } from 'node:path';
import sharp from 'sharp';
import type { Raster } from '../../../electron/darkroom/files/raster.ts';
import { root } from '../../../scripts/setup/places.mjs';

export interface RenderedCar {
  readonly photo: Raster;
  /** The solid car, panes and all. */
  readonly matte: Uint8Array;
  /** 0..255: the share of the light from beyond that comes through. */
  readonly through: Uint8Array;
  /** 0..255: how much of the pixel is glass. */
  readonly pane: Uint8Array;
  /** RGB as displayed: the picture with everything beyond the panes black. */
  readonly closed: Uint8Array;
}

const folder = join(root, 'test', 'fixtures', 'glass');

async function grey(file: string): Promise<Uint8Array> {
  return new Uint8Array(await sharp(join(folder, file)).toColourspace('b-w').raw().toBuffer());
}

export async function renderedCar(name: 'car-panes-side' | 'car-panes-quarter'): Promise<RenderedCar> {
  const { data, info } = await sharp(join(folder, `${name}.jpg`))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    photo: { data: new Uint8Array(data), width: info.width, height: info.height },
    matte: await grey(`${name}.matte.png`),
    through: await grey(`${name}.through.png`),
    pane: await grey(`${name}.pane.png`),
    closed: new Uint8Array(
      await sharp(join(folder, `${name}.closed.png`))
        .raw()
        .toBuffer(),
    ),
  };
}

export interface TruePatch {
  /** 1 in it. */
  readonly mask: Uint8Array;
  readonly area: number;
  /** The pixel furthest from its rim. */
  readonly middle: readonly [x: number, y: number];
}

/** Connected pieces of what is seen through, of at least so many pixels, the largest first. */
export function truePatches({ through, photo: { width, height } }: RenderedCar, least: number): TruePatch[] {
  const open = Uint8Array.from(through, (value) => (value > 60 ? 1 : 0));
  const seen = new Uint8Array(open.length);
  const patches: TruePatch[] = [];
  for (let start = 0; start < open.length; start++) {
    if (open[start] !== 1 || seen[start] === 1) continue;
    const found = [start];
    seen[start] = 1;
    for (let n = 0; n < found.length; n++) {
      const i = found[n] ?? 0;
      for (const j of [i - 1, i + 1, i - width, i + width]) {
        if (open[j] !== 1 || seen[j] === 1) continue;
        seen[j] = 1;
        found.push(j);
      }
    }
    if (found.length < least) continue;
    const mask = new Uint8Array(open.length);
    for (const i of found) mask[i] = 1;
    patches.push({ mask, area: found.length, middle: middleOf(mask, found, width, height) });
  }
  return patches.toSorted((a, b) => b.area - a.area);
}

function middleOf(mask: Uint8Array, found: readonly number[], width: number, height: number): readonly [number, number] {
  let [best, most] = [found[0] ?? 0, 0];
  for (const i of found) {
    let reach = 0;
    const all = (r: number): boolean => {
      for (let y = -r; y <= r; y++) for (let x = -r; x <= r; x++) if (mask[i + y * width + x] !== 1) return false;
      return true;
    };
    while (all(reach + 1)) reach++;
    if (reach > most) [best, most] = [i, reach];
  }
  return [((best % width) + 0.5) / width, (Math.floor(best / width) + 0.5) / height];
}
