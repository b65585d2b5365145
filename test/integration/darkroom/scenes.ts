/** What the darkroom's tests share: the photo they draw, the darkroom they try it in, and how a matte is judged. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import { modelFolder } from '../../../electron/darkroom/matte/model-folder.ts';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { LocalDarkroom } from '../../../electron/darkroom/process/darkroom.ts';
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
