/**
 * Where an installed app fetches its model: the release that resources/models/manifest.json names, or a mirror or file that the
 * installation names. Whatever it is, its SHA-256 decides.
 */
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import { fail, ok, type Problem, type Result } from '../../../shared/result.ts';
import { isServerAddress } from '../../../shared/server-address.ts';

/** Where the model may be taken from, and what proves that it is the right one. */
export interface ModelSource {
  readonly from: { readonly kind: 'address'; readonly address: string } | { readonly kind: 'file'; readonly path: string };
  /** Hex, of the whole file. */
  readonly sha256: string;
  /** Null: not known before the source says it. */
  readonly bytes: number | null;
}

const published = manifest.release;

const named = z
  .strictObject({
    url: z.string().optional(),
    file: z.string().optional(),
    sha256: z
      .string()
      .regex(/^[\da-f]{64}$/i)
      .toLowerCase()
      .optional(),
    bytes: z.int().positive().optional(),
  })
  .refine(({ url, file }) => (url === undefined) !== (file === undefined));

/** Beside the program's resources, for a whole installation. */
const FILE = 'model-source.json';
const VARIABLE = 'BACKLOT_MODEL_SOURCE';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `BACKLOT_MODEL_SOURCE`, else `model-source.json` in `resourcesFolder` (null: there is none), else the published release. Either
 * says an address (https; http on this machine only), an absolute path, or JSON `{ "url" or "file", "sha256"?, "bytes"? }`, in which the
 * file beside the resources may name a path from there. Without
 * a digest of its own, what it names has to be the published file.
 */
export function modelSource(environment: Environment, resourcesFolder: string | null): Result<ModelSource> {
  const [where, text] = textNamed(environment, resourcesFolder);
  if (text === null) return ok({ from: { kind: 'address', address: published.address }, sha256: published.sha256, bytes: published.bytes });
  const read = named.safeParse(text.startsWith('{') ? jsonIn(text) : isAbsolute(text) ? { file: text } : { url: text });
  // A file that came with the installation lies wherever that was put: its path begins at the resources.
  const from = read.success ? placeOf(read.data, where === VARIABLE ? null : resourcesFolder) : null;
  if (!read.success || from === null) return fail(notASource(where));
  const { sha256 = published.sha256, bytes } = read.data;
  return ok({ from, sha256, bytes: bytes ?? (sha256 === published.sha256 ? published.bytes : null) });
}

/** What a model on this machine may have been made from, besides what the manifest itself lists. */
export function trustedSources(environment: Environment, resourcesFolder: string | null): ReadonlySet<string> {
  const source = modelSource(environment, resourcesFolder);
  return new Set([published.sha256, ...(source.ok ? [source.value.sha256] : [])]);
}

/** For people: the host, or the file. */
export const nameOf = ({ from }: ModelSource): string => (from.kind === 'file' ? from.path : new URL(from.address).host);

function textNamed(environment: Environment, resourcesFolder: string | null): readonly [where: string, text: string | null] {
  const variable = environment[VARIABLE]?.trim() ?? '';
  if (variable !== '') return [VARIABLE, variable];
  if (resourcesFolder === null) return [FILE, null];
  const path = join(resourcesFolder, FILE);
  try {
    return [path, readFileSync(path, 'utf8').trim()];
  } catch {
    return [path, null];
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function placeOf({ url, file }: z.infer<typeof named>, beside: string | null): ModelSource['from'] | null {
  if (url !== undefined) return isServerAddress(url) ? { kind: 'address', address: url } : null;
  if (file === undefined) return null;
  if (isAbsolute(file)) return { kind: 'file', path: file };
  return beside === null ? null : { kind: 'file', path: join(beside, file) };
}

const notASource = (where: string): Problem => ({
  code: 'model_source_invalid',
  message: `${where} does not say where the model is. It takes an address that starts with https://, the absolute path of a file, or JSON with "url" or "file" and, for another file than the published one, its "sha256". Put it right, then start Backlot again.`,
});
