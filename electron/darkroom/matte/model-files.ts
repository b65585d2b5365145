/** Which model files a folder has to hold: those of the manifest, or those that were made on this machine from a trusted source. */
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import type { Adopted, ModelFile } from '../port.ts';

const names = manifest.files.map(({ file }) => file);

const adopted: z.ZodType<Adopted> = z.object({
  source: z.string(),
  files: z
    .array(z.object({ file: z.string(), bytes: z.int().positive(), sha256: z.string().regex(/^[\da-f]{64}$/) }))
    .refine((files) => names.length === files.length && names.every((name) => files.some(({ file }) => file === name))),
});

/** The record of what was made here; written last, so that it is there only when the files are. */
export const recordIn = (modelDir: string): string => join(modelDir, 'adopted.json');

/** @param trusted hex SHA-256 of the sources that count; a record of any other is as good as none */
export function expectedFiles(modelDir: string, trusted: ReadonlySet<string>): readonly ModelFile[] {
  try {
    const record = adopted.parse(JSON.parse(readFileSync(recordIn(modelDir), 'utf8')));
    if (trusted.has(record.source)) return record.files;
  } catch {
    // Not there, or damaged: then the manifest's files are.
  }
  return manifest.files;
}

/** Whether all of them are there by name and size. What is in them is proven by whoever loads them. */
export async function areThere(modelDir: string, files: readonly ModelFile[]): Promise<boolean> {
  const sizes = await Promise.all(
    files.map(({ file }) =>
      stat(join(modelDir, file)).then(
        ({ size }) => size,
        () => null,
      ),
    ),
  );
  return files.every(({ bytes }, n) => sizes[n] === bytes);
}
