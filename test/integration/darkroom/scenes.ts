/** What the darkroom's tests share: the photo they draw, the darkroom they try it in, and how a matte is judged. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import { modelFolder } from '../../../electron/darkroom/matte/model-folder.ts';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { LocalDarkroom } from '../../../electron/darkroom/process/darkroom.ts';
import type { Size } from '../../../shared/edit/placement.ts';
import { defaultRecipe, type Recipe } from '../../../shared/edit/recipe.ts';

export { picture, type Scene, teapot } from './teapot.ts';

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-darkroom-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let opened: Darkroom | null = null;

/** The real darkroom with the real model, one per test file: loading the model takes a second. */
export function darkroom(): Darkroom {
  opened ??= new LocalDarkroom({ modelDir: modelFolder() });
  return opened;
}

afterAll(async () => {
  await opened?.close();
});

let cache: string | null = null;

/** A cache folder shared by the tests of a file: what is in it is named by content, so the same photo is looked at only once. */
export function sharedCache(): string {
  cache ??= mkdtempSync(join(tmpdir(), 'backlot-darkroom-cache-'));
  return cache;
}

afterAll(() => {
  if (cache !== null) rmSync(cache, { recursive: true, force: true });
});

export const withPaper = (changes: Partial<Recipe> = {}): Recipe => ({
  ...defaultRecipe,
  background: { kind: 'built-in', id: 'paper' },
  ...changes,
});

/** How well a matte (bytes) fits the truth: mean absolute error, and intersection over union at one half. */
export function compare(matte: Uint8Array, truth: Uint8Array): { readonly mae: number; readonly iou: number } {
  let [error, both, either] = [0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    const [a, b] = [matte[i] ?? 0, truth[i] ?? 0];
    error += Math.abs(a - b);
    if (a > 127 && b > 127) both++;
    if (a > 127 || b > 127) either++;
  }
  return { mae: error / truth.length / 255, iou: both / Math.max(1, either) };
}

/**
 * Mean absolute error of a matte (bytes) within `reach` pixels of the truth's outline: what an eye sees at 100 %, and what the mean
 * over a whole picture hides.
 */
export function edgeBandError(matte: Uint8Array, truth: Uint8Array, { width, height }: Size, reach: number): number {
  const band = new Uint8Array(truth.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isOutline(truth, width, x, y)) continue;
      for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++)
        band.fill(1, v * width + Math.max(0, x - reach), v * width + Math.min(width, x + reach + 1));
    }
  }
  let [error, pixels] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (band[i] === 0) continue;
    error += Math.abs((matte[i] ?? 0) - (truth[i] ?? 0));
    pixels++;
  }
  return error / Math.max(1, pixels) / 255;
}

/** Half covered, or next to a pixel of the other side. */
function isOutline(truth: Uint8Array, width: number, x: number, y: number): boolean {
  const i = y * width + x;
  const here = truth[i] ?? 0;
  if (here > 8 && here < 247) return true;
  const inside = here > 127;
  return (x + 1 < width && (truth[i + 1] ?? 0) > 127 !== inside) || (i + width < truth.length && (truth[i + width] ?? 0) > 127 !== inside);
}
