/** What the darkroom's tests share: the photo they draw, the darkroom they try it in, and how a matte is judged. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import { z } from 'zod';
import { modelFolder } from '../../../electron/darkroom/matte/model-folder.ts';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { LocalDarkroom } from '../../../electron/darkroom/process/darkroom.ts';
import { defaultRecipe, type Recipe } from '../../../shared/edit/recipe.ts';
import { RED, standInModel } from '../../stand-in-model.ts';

export { picture, type Scene, teapot } from './teapot.ts';

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-darkroom-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let standIn: string | null = null;
let opened: Darkroom | null = null;

/** The real darkroom, one per test file, with a network that sees the pot in milliseconds: for all that is not about the matte itself. */
export function darkroom(): Darkroom {
  if (opened !== null) return opened;
  const { BACKLOT_CACHE, BACKLOT_MODEL_SOURCE } = standInModel(undefined, RED);
  standIn = BACKLOT_CACHE;
  const { sha256 } = z.object({ sha256: z.string() }).parse(JSON.parse(BACKLOT_MODEL_SOURCE));
  opened = new LocalDarkroom({ modelDir: join(standIn, 'models'), trusted: new Set([sha256]) });
  return opened;
}

let real: Darkroom | null = null;

/** The same with the real network: loading it takes a second, and each photo some. */
export function realDarkroom(): Darkroom {
  real ??= new LocalDarkroom({ modelDir: modelFolder() });
  return real;
}

afterAll(async () => {
  await Promise.all([opened?.close(), real?.close()]);
  if (standIn !== null) rmSync(standIn, { recursive: true, force: true });
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
