/** The photo's own cache folder: mattes by model and content, so that a changed photo or model never meets an old matte. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ModelSize } from './model.ts';
import { contentFingerprint, type Source } from './source.ts';
import { writeAtomically } from './write-out.ts';

export interface Folder {
  matte(size: ModelSize): Promise<Uint8Array | null>;
  keepMatte(size: ModelSize, matte: Uint8Array): Promise<void>;
  /** The photo's profile as a file, as the colour engine wants it; null for sRGB. */
  profilePath(): Promise<string | null>;
}

export async function createFolder(folder: string, source: Source, modelFingerprint: string): Promise<Folder> {
  await mkdir(folder, { recursive: true });
  const content = (await contentFingerprint(source.path)).slice(0, 16);
  const mattePath = (size: ModelSize): string => join(folder, `matte-${size}-${modelFingerprint}-${content}.bin`);
  return {
    async matte(size) {
      try {
        const matte = inflateRawSync(await readFile(mattePath(size)));
        return matte.length === size * size ? matte : null;
      } catch {
        // Not there, or damaged: it is made again.
        return null;
      }
    },
    keepMatte: (size, matte) => writeAtomically(mattePath(size), deflateRawSync(matte, { level: 1 })),
    async profilePath() {
      if (source.profile === null) return null;
      const path = join(folder, 'profile.icc');
      await writeAtomically(path, source.profile);
      return path;
    },
  };
}
