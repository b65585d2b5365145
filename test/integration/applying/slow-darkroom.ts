/** A darkroom that takes its time and copies: for tests that stop the process in the middle, where the picture does not matter. */
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { ok } from '../../../shared/result.ts';

export function slowDarkroom(exportMs: number): Darkroom {
  return {
    async inspect({ path, thumbPath, screenPath }) {
      writeFileSync(thumbPath, 'thumb');
      writeFileSync(screenPath, 'screen');
      return ok({ width: 160, height: 120, format: 'jpeg', bytes: statSync(path).size, bitDepth: 8, frames: 1 });
    },
    prepare: () => Promise.reject(new Error('Nothing is previewed here.')),
    regions: () => Promise.reject(new Error('Nothing is previewed here.')),
    process: () => Promise.reject(new Error('Nothing is processed here.')),
    async export({ path, outPath }) {
      writeFileSync(outPath, 'half a pict');
      await pause(exportMs);
      copyFileSync(path, outPath);
      const content = readFileSync(outPath);
      return ok({ width: 160, height: 120, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
    },
    close: async () => undefined,
  };
}
