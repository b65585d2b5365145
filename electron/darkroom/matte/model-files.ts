/** Which model files a folder has to hold: those of the manifest, or those that were made on this machine from a trusted source. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import type { Adopted, ModelFile } from '../port.ts';
import { refuse } from '../problems.ts';

const names = manifest.files.map(({ file }) => file);

const adopted: z.ZodType<Adopted> = z.object({
  source: z.string(),
  files: z
    .array(z.object({ file: z.string(), bytes: z.int().positive(), sha256: z.string().regex(/^[\da-f]{64}$/) }))
    .refine((files) => names.length === files.length && names.every((name) => files.some(({ file }) => file === name))),
});

/** The record of what was made here; written last, so that it is there only when the files are. */
export const recordIn = (modelDir: string): string => join(modelDir, 'adopted.json');

/** What the folder has to hold, and from what it was made. @param trusted hex SHA-256 of the sources that count; a record of any other is as good as none */
export function expectedModel(modelDir: string, trusted: ReadonlySet<string>): Adopted {
  try {
    const record = adopted.parse(JSON.parse(readFileSync(recordIn(modelDir), 'utf8')));
    if (trusted.has(record.source)) return record;
  } catch {
    // Not there, or damaged: then the manifest's files are.
  }
  return { source: manifest.source.sha256, files: manifest.files };
}

/** Its files alone. */
export const expectedFiles = (modelDir: string, trusted: ReadonlySet<string>): readonly ModelFile[] =>
  expectedModel(modelDir, trusted).files;

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

/** Throws DarkroomError: model_missing, model_damaged. */
export async function proveFiles(modelDir: string, files: readonly ModelFile[]): Promise<void> {
  for (const file of files) {
    const path = join(modelDir, file.file);
    let actual: string;
    try {
      actual = await sha256OfFile(path);
    } catch (error) {
      throw refuse('model_missing', path, '', error);
    }
    if (actual !== file.sha256) throw refuse('model_damaged', path);
  }
}

/** Hex. Throws the errors of the file. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** Names mattes by the files that the network which made them consists of. */
export const fingerprintOf = (files: readonly ModelFile[]): string =>
  createHash('sha256')
    .update(files.map((file) => file.sha256).join(' '))
    .digest('hex')
    .slice(0, 16);
