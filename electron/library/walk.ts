/** From what the user chose or dropped to the list of files worth looking at. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Problem } from '../../shared/result.ts';
import { systemCode } from '../darkroom/problems.ts';
import { problemOf } from './problems.ts';

/** A file that may be a photo. */
export interface Candidate {
  readonly path: string;
  /** As the user knows it. */
  readonly name: string;
  /** The folder it was imported with; null for a file chosen by itself. */
  readonly folder: string | null;
  /** Chosen by itself: the user expects an answer about this very file. */
  readonly chosen: boolean;
}

/** What a walk over files and folders has found, and which of them could not be read. */
export interface Walk {
  readonly candidates: readonly Candidate[];
  readonly problems: readonly Problem[];
}

const byName = new Intl.Collator('en', { numeric: true }).compare;

/**
 * Walks folders to the end (each real folder once, so that links cannot lead in circles), in natural order: img2 before img10.
 * Hidden files and folders are passed over. What cannot be read is named and does not stop the rest.
 */
export async function walk(paths: readonly string[]): Promise<Walk> {
  const candidates = new Map<string, Candidate>();
  const problems: Problem[] = [];
  const seen = new Set<string>();

  async function visit(folder: string, root: string): Promise<void> {
    const real = await realpath(folder);
    if (seen.has(real)) return;
    seen.add(real);
    const items = (await readdir(folder, { withFileTypes: true })).sort((a, b) => byName(a.name, b.name));
    for (const item of items) {
      if (item.name.startsWith('.')) continue;
      const path = join(folder, item.name);
      try {
        const isFolder = item.isDirectory() || (item.isSymbolicLink() && (await stat(path)).isDirectory());
        if (isFolder) await visit(path, root);
        else if (!candidates.has(path)) candidates.set(path, { path, name: item.name, folder: root, chosen: false });
      } catch (error) {
        // A link to nowhere is nobody's photo.
        if (!(item.isSymbolicLink() && systemCode(error) === 'ENOENT')) problems.push(problemOf(error, item.name, 'folder'));
      }
    }
  }

  for (const chosen of paths) {
    const path = resolve(chosen);
    let what: 'file' | 'folder' = 'file';
    try {
      if ((await stat(path)).isDirectory()) {
        what = 'folder';
        await visit(path, path);
      } else candidates.set(path, { path, name: basename(path), folder: null, chosen: true });
    } catch (error) {
      problems.push(problemOf(error, basename(path), what));
    }
  }
  return { candidates: [...candidates.values()], problems };
}
